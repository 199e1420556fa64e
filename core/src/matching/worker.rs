//! One thread's work: an event's profile, its rules, its rows.

use std::collections::HashSet;
use std::ops::Range;

use xxhash_rust::xxh3::xxh3_128;

use super::auto::{AutoScratch, match_text};
use super::{Answer, Matcher, Matches, Row, Values};
use crate::frame::Frames;
use crate::index::Found;
use crate::kind::Kind;
use crate::rules::pcre2::Searcher;
use crate::rules::{PeerChoice, Profile, Rewritten, Rule, RuleType, Rules, Value};

/// What a thread keeps from event to event.
pub struct Scratch {
    pub(super) searcher: Searcher,
    pub(super) rewritten: Rewritten,
    pub(super) answer: Answer,
    pub(super) joined: Vec<u8>,
    pub(super) auto: AutoScratch,
    /// What this event has reported: rule, hash of the normal form, entry.
    reported: HashSet<(usize, u128, u64)>,
    /// For each rule, the number of the event in which it last took something.
    took: Vec<u64>,
    event: u64,
}

impl Scratch {
    pub fn new(rules: &Rules) -> Scratch {
        Scratch {
            searcher: rules.searcher(),
            rewritten: Rewritten::default(),
            answer: Answer::default(),
            joined: Vec::new(),
            auto: AutoScratch::default(),
            reported: HashSet::new(),
            took: vec![0; rules.rules.len()],
            event: 0,
        }
    }
}

/// What becomes of an event before its rules run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// Its rules run.
    Matched,
    /// The Ignore rule of this position takes it.
    Ignored(usize),
}

/// A matcher at work on some frames of one peer.
pub struct Worker<'a> {
    pub(super) matcher: &'a Matcher,
    pub(super) choice: &'a PeerChoice,
    pub(super) scratch: &'a mut Scratch,
    done: Matches,
}

impl<'a> Worker<'a> {
    pub fn new(matcher: &'a Matcher, choice: &'a PeerChoice, scratch: &'a mut Scratch) -> Worker<'a> {
        Worker { matcher, choice, scratch, done: Matches::default() }
    }

    /// Match these frames.
    pub fn match_range(mut self, frames: &Frames, range: Range<usize>) -> Matches {
        self.done.received = range.len();
        for position in range {
            self.match_event(position, frames.frame(position));
        }
        self.done
    }

    fn match_event(&mut self, position: usize, event: &[u8]) {
        let Some(profile) = self.profile_of(event) else { return };
        if self.prepare(profile, event) != Fate::Matched {
            self.done.ignored += 1;
            return;
        }
        let known = self.done.rows.len();
        self.run_rules(position, profile, event);
        if self.done.rows.len() > known {
            self.done.matched += 1;
            let values = self.values(profile, event, known);
            self.done.values.push((position, values));
        }
    }

    /// The profile that serves this event.
    pub fn profile_of(&mut self, event: &[u8]) -> Option<usize> {
        for reader in &self.choice.readers {
            match self.matcher.rules.profiles[*reader].takes_event(event, &mut self.scratch.searcher) {
                Ok(true) => return Some(*reader),
                Ok(false) => {}
                Err(counter) => self.matcher.count_over_limit(counter),
            }
        }
        self.choice.otherwise
    }

    /// Rewrite the event, then ask whether it is ignored.
    pub fn prepare(&mut self, profile: usize, event: &[u8]) -> Fate {
        let Profile { replaces, ignores, .. } = &self.matcher.rules.profiles[profile];
        self.scratch.rewritten.clear();
        for rewriting in replaces {
            if self.scratch.rewritten.apply(&rewriting.replace, event, &mut self.scratch.searcher).is_err() {
                self.matcher.count_over_limit(rewriting.counter);
            }
        }
        let text = self.scratch.rewritten.text(event);
        for (position, test) in ignores.iter().enumerate() {
            match test.holds(text, &mut self.scratch.searcher) {
                Ok(true) => return Fate::Ignored(position),
                Ok(false) => {}
                Err(counter) => self.matcher.count_over_limit(counter),
            }
        }
        Fate::Matched
    }

    fn run_rules(&mut self, position: usize, profile: usize, event: &[u8]) {
        let rules = &self.matcher.rules;
        self.scratch.event += 1;
        self.scratch.reported.clear();
        for step in &rules.profiles[profile].steps {
            let rule = &rules.rules[step.rule];
            if step.unless.is_some_and(|own| self.scratch.took[own] == self.scratch.event) {
                continue;
            }
            match rule.rule_type {
                RuleType::Context => {}
                RuleType::Auto => self.run_auto(position, profile, step.rule, rule, event),
                _ => self.run_rule(position, profile, step.rule, rule, event),
            }
        }
    }

    fn run_rule(&mut self, position: usize, profile: usize, number: usize, rule: &Rule, event: &[u8]) {
        let Scratch { searcher, rewritten, answer, joined, reported, took, event: count, .. } = &mut *self.scratch;
        let (matcher, rows) = (self.matcher, &mut self.done.rows);
        let text = rewritten.text(event);
        let done = rule.take(text, searcher, joined, |Value { place, bytes }| {
            took[number] = *count;
            let Some(kind) = rule.rule_type.kind_of(bytes) else { return !rule.first_only };
            if answer.ask(&matcher.index, kind, bytes).is_err() || answer.found.is_empty() {
                return !rule.first_only;
            }
            let seen = Seen { event: position, profile, rule: number, kind, place: rewritten.original(place), bytes };
            report(matcher, &seen, (&answer.normal_form, &answer.found), reported, rows);
            !rule.first_only
        });
        if done.is_err() {
            matcher.count_over_limit(number);
        }
    }

    /// As `run_rule`, without a regex; only what an entry knows counts as taken.
    fn run_auto(&mut self, position: usize, profile: usize, number: usize, rule: &Rule, event: &[u8]) {
        let Scratch { rewritten, auto, reported, took, event: count, .. } = &mut *self.scratch;
        let (matcher, rows) = (self.matcher, &mut self.done.rows);
        let text = rewritten.text(event);
        match_text(text, &matcher.index, auto, &mut |one| {
            if rule.first_only && took[number] == *count {
                return;
            }
            took[number] = *count;
            let place = rewritten.original(one.start..one.end);
            let bytes = &text[one.start..one.end];
            let seen = Seen { event: position, profile, rule: number, kind: one.kind, place, bytes };
            report(matcher, &seen, (one.normal_form, one.found), reported, rows);
        });
    }

    /// The first value that each rule took; of an `auto` rule, the first that an entry knows.
    fn values(&mut self, profile: usize, event: &[u8], known: usize) -> Values {
        let rules = &self.matcher.rules;
        let mut values = Values::new();
        for step in &rules.profiles[profile].steps {
            if step.unless.is_some_and(|own| values.iter().any(|(rule, _)| *rule == own)) {
                continue;
            }
            let rule = &rules.rules[step.rule];
            let value = match rule.rule_type {
                RuleType::Auto => self.first_row_of(step.rule, known),
                _ => self.first_value_of(step.rule, rule, event),
            };
            values.extend(value.map(|value| (step.rule, value)));
        }
        values
    }

    fn first_row_of(&self, rule: usize, known: usize) -> Option<Box<[u8]>> {
        self.done.rows[known..].iter().find(|row| row.rule == rule).map(|row| row.observed.clone())
    }

    fn first_value_of(&mut self, number: usize, rule: &Rule, event: &[u8]) -> Option<Box<[u8]>> {
        let Scratch { searcher, rewritten, joined, .. } = &mut *self.scratch;
        let mut first = None;
        let done = rule.take(rewritten.text(event), searcher, joined, |value| {
            first = Some(value.bytes.into());
            false
        });
        // What is looked up has been counted when it was.
        if done.is_err() && rule.rule_type == RuleType::Context {
            self.matcher.count_over_limit(number);
        }
        first
    }
}

/// An observable in its event.
struct Seen<'a> {
    event: usize,
    profile: usize,
    rule: usize,
    kind: Kind,
    place: Range<usize>,
    bytes: &'a [u8],
}

/// A row for each entry that this event has not yet reported for this rule and normal form.
fn report(
    matcher: &Matcher,
    seen: &Seen<'_>,
    (normal_form, found): (&[u8], &[Found]),
    reported: &mut HashSet<(usize, u128, u64)>,
    rows: &mut Vec<Row>,
) {
    let hash = xxh3_128(normal_form);
    for found in found {
        if !reported.insert((seen.rule, hash, found.entry)) {
            continue;
        }
        rows.push(Row {
            event: seen.event,
            profile: seen.profile,
            rule: seen.rule,
            observed_kind: seen.kind,
            start: seen.place.start,
            end: seen.place.end,
            observed: seen.bytes.into(),
            normal_form: normal_form.into(),
            // An entry that cannot be read is damage: whoever asks for it is told, and until then the kind is a guess.
            kind: matcher.index.entry(found.entry).map_or(seen.kind, |entry| entry.kind()),
            entry: found.entry,
            scope: found.scope,
        });
    }
}
