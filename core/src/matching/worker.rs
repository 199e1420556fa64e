//! One thread's work: an event's profile, its rules, its rows.

use std::sync::Arc;

use super::auto::{AutoScratch, Reading, match_text};
use super::hearing::Hearing;
use super::report::{Report, Seen};
use super::waiting::{Taken, Waiting};
use super::{Answer, Matcher, Matches, Values};
use crate::fields::FieldValues;
use crate::frame::Run;
use crate::rules::pcre2::Searcher;
use crate::rules::sweep::Trails;
use crate::rules::{Along, PeerChoice, Profile, Rewriting, Rewritten, Rule, RuleType, Rules, Step, Test, Value};

/// What a thread keeps from event to event.
pub struct Scratch {
    pub(super) searcher: Searcher,
    pub(super) rewritten: Rewritten,
    pub(super) answer: Answer,
    pub(super) joined: Vec<u8>,
    pub(super) auto: AutoScratch,
    pub(super) report: Report,
    pub(super) trails: Trails,
    pub(super) waiting: Waiting,
    pub(super) field_values: FieldValues,
    /// For each rule, the number of the event in which it last took something.
    pub(super) took: Vec<u64>,
    pub(super) event: u64,
}

impl Scratch {
    pub fn new(rules: &Rules, hearing: &Arc<Hearing>) -> Scratch {
        Scratch {
            searcher: rules.searcher(),
            rewritten: Rewritten::default(),
            answer: Answer::default(),
            joined: Vec::new(),
            auto: AutoScratch::default(),
            report: Report::new(Arc::clone(hearing)),
            trails: Trails::default(),
            waiting: Waiting::default(),
            field_values: FieldValues::default(),
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
    pub(super) done: Matches,
}

impl<'a> Worker<'a> {
    pub fn new(matcher: &'a Matcher, choice: &'a PeerChoice, scratch: &'a mut Scratch) -> Worker<'a> {
        Worker { matcher, choice, scratch, done: Matches::default() }
    }

    /// Match these frames.
    pub fn match_runs<'b>(mut self, runs: impl IntoIterator<Item = Run<'b>>) -> Matches {
        for run in runs {
            self.done.received += run.spans.len();
            if !self.match_whole(run) && !self.match_swept(run) {
                for (position, (start, end)) in (run.first..).zip(run.spans.iter().copied()) {
                    self.match_event(position, &run.bytes[start..end]);
                }
            }
            self.done.rows.append(&mut self.scratch.report.take_rows());
        }
        self.done
    }

    fn match_event(&mut self, position: usize, event: &[u8]) {
        let Some(profile) = self.profile_of(event) else { return };
        if self.prepare(profile, event) != Fate::Matched {
            self.done.ignored += 1;
            return;
        }
        let known = self.scratch.report.len();
        let Scratch { rewritten, trails, .. } = &mut *self.scratch;
        self.matcher.rules.profiles[profile].sweep.pass(rewritten.text(event), trails);
        self.run_rules(position, profile, event, 0);
        self.look_up_waiting();
        if self.scratch.report.len() > known {
            self.keep_values(position, profile, event, known);
        }
    }

    /// The event matched: keep what its rules took.
    pub(super) fn keep_values(&mut self, position: usize, profile: usize, event: &[u8], known: usize) {
        let values = self.values(profile, event, known);
        let ends = self.scratch.report.name_fields(known, event, &self.matcher.rules.profiles[profile]);
        self.done.matched += 1;
        self.done.ends.push((position, ends));
        self.done.values.push((position, values));
    }

    /// The profile that serves this event.
    pub fn profile_of(&mut self, event: &[u8]) -> Option<usize> {
        for reader in &self.choice.readers {
            let profile = &self.matcher.rules.profiles[*reader];
            if profile.takes_host(event) || profile.event_test().is_some_and(|test| self.holds(test, event)) {
                return Some(*reader);
            }
        }
        self.choice.otherwise
    }

    /// Whether the text holds what is asked; if it took too long, that is counted, and the answer is no.
    fn holds(&mut self, test: &Test, text: &[u8]) -> bool {
        let (matcher, searcher) = (self.matcher, &mut self.scratch.searcher);
        let may_stall = test.pattern.may_stall();
        match matcher.search(test.counter, may_stall, searcher, |searcher| test.holds(text, searcher)) {
            Ok(holds) => holds,
            Err(counter) => {
                matcher.rules.count_over_limit(counter, 1);
                false
            }
        }
    }

    /// Rewrite the event, then ask whether it is ignored.
    pub fn prepare(&mut self, profile: usize, event: &[u8]) -> Fate {
        let Profile { replaces, ignores, .. } = &self.matcher.rules.profiles[profile];
        self.scratch.rewritten.clear();
        for Rewriting { replace, counter } in replaces.iter().map(|rewriting| &**rewriting) {
            let Scratch { rewritten, searcher, .. } = &mut *self.scratch;
            let apply = |searcher: &mut Searcher| rewritten.apply(replace, event, searcher);
            if self.matcher.search(*counter, replace.may_stall(), searcher, apply).is_err() {
                self.matcher.rules.count_over_limit(*counter, 1);
            }
        }
        for (position, test) in ignores.iter().enumerate() {
            let rewritten = std::mem::take(&mut self.scratch.rewritten);
            let holds = self.holds(test, rewritten.text(event));
            self.scratch.rewritten = rewritten;
            if holds {
                return Fate::Ignored(position);
            }
        }
        Fate::Matched
    }

    /// Let each rule take what it takes; the event's text begins at `base` of what was swept.
    pub(super) fn run_rules(&mut self, position: usize, profile: usize, event: &[u8], base: usize) {
        let rules = &self.matcher.rules;
        self.scratch.event += 1;
        let unread = self.take_fields(profile, event);
        self.count_unread(profile, unread);
        for step in &rules.profiles[profile].steps {
            let rule = &rules.rules[step.rule];
            if step.unless.is_some_and(|own| self.scratch.took[own] == self.scratch.event) {
                continue;
            }
            match rule.rule_type {
                RuleType::Context => {}
                _ if rule.field.is_some() => self.run_field_rule(position, profile, step.rule, rule, event),
                RuleType::Auto => self.run_auto(position, profile, step.rule, rule, event),
                _ => self.run_rule(position, profile, step, rule, event, base),
            }
        }
    }

    fn run_rule(&mut self, position: usize, profile: usize, step: &Step, rule: &Rule, event: &[u8], base: usize) {
        let Scratch { searcher, rewritten, answer, joined, report, trails, waiting, took, event: count, .. } =
            &mut *self.scratch;
        let (matcher, text, number) = (self.matcher, rewritten.text(event), step.rule);
        let along = step.trail.map(|trail| Along { places: trails.within(trail, base, base + text.len()), base });
        if along.is_some_and(|along| along.places.is_empty()) {
            return;
        }
        let on_value = |Value { place, bytes }: Value<'_>| {
            took[number] = *count;
            if let Some(kind) = rule.rule_type.kind_of(bytes) {
                let place = rewritten.original(place);
                waiting.push(Taken { event: position, profile, rule: number, kind, place }, bytes);
                if waiting.is_full() {
                    waiting.look_up(&matcher.index, answer, report);
                }
            }
            !rule.first_only
        };
        let take = |searcher: &mut Searcher| rule.take_along(text, along, searcher, joined, on_value);
        let done = matcher.search(number, rule.may_stall(), searcher, take);
        if done.is_err() {
            matcher.rules.count_over_limit(number, 1);
        }
    }

    /// Look up what rules took, and report what is known.
    pub(super) fn look_up_waiting(&mut self) {
        let Scratch { answer, report, waiting, .. } = &mut *self.scratch;
        waiting.look_up(&self.matcher.index, answer, report);
    }

    fn run_auto(&mut self, position: usize, profile: usize, number: usize, rule: &Rule, event: &[u8]) {
        self.look_up_waiting();
        let Scratch { rewritten, report, took, event: count, auto, .. } = &mut *self.scratch;
        let (matcher, text, passed_over) = (self.matcher, rewritten.text(event), auto.passed_over());
        let reading = Reading { one_event: true, base64: rule.base64, plainly: false };
        match_text(text, reading, &matcher.index, auto, &mut |known| {
            if rule.first_only && took[number] == *count {
                return;
            }
            took[number] = *count;
            report.add(
                &matcher.index,
                &Seen {
                    event: position,
                    profile,
                    rule: number,
                    kind: known.kind,
                    place: rewritten.original(known.start..known.end),
                    observed: &text[known.start..known.end],
                    normal_form: known.normal_form,
                    obfuscation: known.obfuscation,
                    found: known.found,
                },
            );
        });
        matcher.rules.count_over_limit(number, auto.passed_over() - passed_over);
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
                _ if rule.field.is_some() => self.first_field_of(step.rule, event),
                _ => self.first_value_of(step.rule, rule, event),
            };
            values.extend(value.map(|value| (step.rule, value)));
        }
        values
    }

    /// What the profile's field rules take, all in one walk over the event.
    /// Returns how often a bound kept something from being read.
    pub(super) fn take_fields(&mut self, profile: usize, event: &[u8]) -> u64 {
        let Scratch { rewritten, field_values, .. } = &mut *self.scratch;
        self.matcher.rules.profiles[profile].fields.take(rewritten.text(event), field_values)
    }

    /// Count what a bound kept from being read.
    pub(super) fn count_unread(&self, profile: usize, passed_over: u64) {
        self.matcher.rules.count_over_limit(self.matcher.rules.profiles[profile].unread, passed_over);
    }

    fn first_row_of(&self, rule: usize, known: usize) -> Option<Box<[u8]>> {
        self.scratch.report.rows_of_event(known).iter().find(|row| row.rule == rule).map(|row| row.observed.clone())
    }

    fn first_field_of(&self, rule: usize, event: &[u8]) -> Option<Box<[u8]>> {
        let text = self.scratch.rewritten.text(event);
        self.scratch.field_values.of(rule, text).next().map(|taken| taken.value.into())
    }

    fn first_value_of(&mut self, number: usize, rule: &Rule, event: &[u8]) -> Option<Box<[u8]>> {
        let Scratch { searcher, rewritten, joined, .. } = &mut *self.scratch;
        let mut first = None;
        let on_value = |value: Value<'_>| {
            first = Some(value.bytes.into());
            false
        };
        let take = |searcher: &mut Searcher| rule.take(rewritten.text(event), searcher, joined, on_value);
        let done = self.matcher.search(number, rule.may_stall(), searcher, take);
        // What is looked up has been counted when it was.
        if done.is_err() && rule.rule_type == RuleType::Context {
            self.matcher.rules.count_over_limit(number, 1);
        }
        first
    }
}
