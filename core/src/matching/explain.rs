//! Why an event matched or did not: every rule, what it took, its normal form, what was asked and what answered.

use std::net::IpAddr;
use std::ops::Range;

use super::auto::{Reading, observe_text};
use super::question::{Question, questions};
use super::worker::{Fate, Worker};
use super::{Answer, Matcher};
use crate::disguise::Obfuscation;
use crate::fields::{Ends, name_fields};
use crate::kind::Kind;
use crate::rules::{Along, Rule, RuleType};

/// One thing that happened to the event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// The profile's id; empty where no profile serves the event.
    pub profile: String,
    /// The rule's name.
    pub rule: String,
    /// The rule's type; `replace` and `ignore` are among them here.
    pub rule_type: &'static str,
    /// Where in the event.
    pub place: Range<usize>,
    /// What the rule took.
    pub observed: Vec<u8>,
    /// Its normal form, if it has one.
    pub normal_form: Option<Vec<u8>>,
    /// What it was taken for.
    pub kind: Option<Kind>,
    /// How it was disguised.
    pub obfuscation: Obfuscation,
    /// What else is to be said.
    pub note: String,
    /// What was asked.
    pub questions: Vec<Question>,
}

impl Matcher {
    /// Everything that happens to this event, in order.
    pub fn explain(&self, event: &[u8], peer: Option<IpAddr>) -> Vec<Step> {
        let choice = self.rules.profile_of_peer(peer);
        self.with_scratch(|scratch| {
            let worker = Worker::new(self, &choice, scratch);
            Explainer { worker, profile: String::new(), steps: Vec::new() }.explain(event)
        })
    }
}

impl Matcher {
    /// The ends of this event, and what its device did, as its profile reads them.
    pub fn ends(&self, event: &[u8], peer: Option<IpAddr>) -> Ends {
        let choice = self.rules.profile_of_peer(peer);
        self.with_scratch(|scratch| {
            let Some(profile) = Worker::new(self, &choice, scratch).profile_of(event) else { return Ends::default() };
            let profile = &self.rules.profiles[profile];
            name_fields(event, &profile.ends, profile.csv(), &mut [])
        })
    }
}

struct Explainer<'a> {
    worker: Worker<'a>,
    profile: String,
    steps: Vec<Step>,
}

impl Explainer<'_> {
    fn explain(mut self, event: &[u8]) -> Vec<Step> {
        let Some(profile) = self.worker.profile_of(event) else {
            self.note("", "", 0..0, "no profile takes this event, and there is no `default`");
            return self.steps;
        };
        self.profile.clone_from(&self.worker.matcher.rules.profiles[profile].id);
        let fate = self.worker.prepare(profile, event);
        let text = self.worker.scratch.rewritten.text(event).to_vec();
        if text != event {
            let note = format!("Replace rules made of it: {}", String::from_utf8_lossy(&text));
            self.note("replace", "replace", 0..event.len(), &note);
        }
        if let Fate::Ignored(position) = fate {
            let name = format!("ignore {}", position + 1);
            self.note(&name, "ignore", 0..event.len(), "an Ignore rule takes the event: no rule runs");
            return self.steps;
        }
        self.worker.take_fields(profile, event);
        self.explain_rules(profile, &text);
        self.steps
    }

    fn explain_rules(&mut self, profile: usize, text: &[u8]) {
        let rules = &self.worker.matcher.rules;
        let mut took = vec![false; rules.rules.len()];
        rules.profiles[profile].sweep.pass(text, &mut self.worker.scratch.trails);
        for step in &rules.profiles[profile].steps {
            let rule = &rules.rules[step.rule];
            if step.unless.is_some_and(|own| took[own]) {
                let note = "a rule of `default`, not run: the profile's own of this name took something";
                self.note(&rule.name, rule.rule_type.name(), 0..0, note);
                continue;
            }
            let known = self.steps.len();
            match rule.rule_type {
                _ if rule.field.is_some() => self.explain_field_rule(profile, step.rule, rule, text),
                RuleType::Auto => self.explain_auto(rule, text, |place| place),
                _ => self.explain_rule(rule, step.trail, text),
            }
            took[step.rule] = self.steps[known..].iter().any(|step| !step.observed.is_empty());
            if self.steps.len() == known {
                self.note(&rule.name, rule.rule_type.name(), 0..0, "took nothing");
            }
        }
    }

    fn explain_rule(&mut self, rule: &Rule, trail: Option<usize>, text: &[u8]) {
        let mut taken: Vec<(Range<usize>, Vec<u8>)> = Vec::new();
        let scratch = &mut *self.worker.scratch;
        let trails = &scratch.trails;
        let along = trail.map(|trail| Along { places: trails.within(trail, 0, text.len()), base: 0 });
        let done = rule.take_along(text, along, &mut scratch.searcher, &mut scratch.joined, |value| {
            taken.push((value.place, value.bytes.to_vec()));
            !rule.first_only
        });
        for (place, observed) in taken {
            let place = self.worker.scratch.rewritten.original(place);
            self.explain_value(rule, place, observed);
        }
        if done.is_err() {
            self.note(&rule.name, rule.rule_type.name(), 0..0, "stopped: the regex went over its match limit");
        }
    }

    fn explain_field_rule(&mut self, profile: usize, number: usize, rule: &Rule, text: &[u8]) {
        let fields = &self.worker.matcher.rules.profiles[profile].fields;
        let field_values = std::mem::take(&mut self.worker.scratch.field_values);
        let limit = if rule.first_only && rule.rule_type != RuleType::Auto { 1 } else { usize::MAX };
        for taken in field_values.of(number, text).take(limit) {
            if rule.rule_type == RuleType::Auto {
                self.explain_auto(rule, taken.value, |place| taken.place_within(fields, text, place));
            } else {
                let place = self.worker.scratch.rewritten.original(taken.place);
                self.explain_value(rule, place, taken.value.to_vec());
            }
        }
        self.worker.scratch.field_values = field_values;
    }

    /// Every observable that `auto` sees, known or not; `place_of` says where in the event a part of the text stands.
    fn explain_auto(&mut self, rule: &Rule, text: &[u8], place_of: impl Fn(Range<usize>) -> Range<usize>) {
        let matcher = self.worker.matcher;
        let mut auto = std::mem::take(&mut self.worker.scratch.auto);
        let reading = Reading { one_event: true, base64: rule.base64, plainly: false };
        for seen in observe_text(text, reading, Some(&matcher.index), &mut auto) {
            let place = self.worker.scratch.rewritten.original(place_of(seen.start..seen.end));
            let observed = text[seen.start..seen.end].to_vec();
            let mut step = Step { observed, ..self.step(&rule.name, rule.rule_type.name(), place) };
            step.kind = Some(seen.kind);
            step.obfuscation = seen.obfuscation;
            match &seen.normal_form {
                Err(refusal) => step.note.clone_from(&refusal.0),
                Ok(normal_form) => {
                    step.questions = questions(&matcher.index, seen.kind, &step.observed, normal_form, &seen.found);
                    step.normal_form = Some(normal_form.clone());
                }
            }
            self.steps.push(step);
        }
        self.worker.scratch.auto = auto;
    }

    fn explain_value(&mut self, rule: &Rule, place: Range<usize>, observed: Vec<u8>) {
        let mut step = Step { observed, ..self.step(&rule.name, rule.rule_type.name(), place) };
        match rule.rule_type.kind_of(&step.observed) {
            None if rule.rule_type == RuleType::Context => step.note = "context: copied, never looked up".into(),
            None => {
                let (length, expected) = (step.observed.len(), rule.rule_type.name());
                step.note = format!("{length} bytes long: no `{expected}` has this length");
            }
            Some(kind) => self.ask(&mut step, kind),
        }
        self.steps.push(step);
    }

    fn ask(&mut self, step: &mut Step, kind: Kind) {
        let index = &self.worker.matcher.index;
        let answer: &mut Answer = &mut self.worker.scratch.answer;
        step.kind = Some(kind);
        match answer.ask(index, kind, &step.observed) {
            Err(refusal) => step.note = refusal.0,
            Ok(()) => {
                step.questions = questions(index, kind, &step.observed, &answer.normal_form, &answer.found);
                step.normal_form = Some(answer.normal_form.clone());
            }
        }
    }

    fn note(&mut self, rule: &str, rule_type: &'static str, place: Range<usize>, note: &str) {
        let step = Step { note: note.into(), ..self.step(rule, rule_type, place) };
        self.steps.push(step);
    }

    fn step(&self, rule: &str, rule_type: &'static str, place: Range<usize>) -> Step {
        Step {
            profile: self.profile.clone(),
            rule: rule.into(),
            rule_type,
            place,
            observed: Vec::new(),
            normal_form: None,
            kind: None,
            obfuscation: Obfuscation::NONE,
            note: String::new(),
            questions: Vec::new(),
        }
    }
}
