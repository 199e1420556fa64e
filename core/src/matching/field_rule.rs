//! Rules that take the value of a field: what they took, against the index.

use super::auto::{Reading, match_text};
use super::report::Seen;
use super::waiting::Taken;
use super::worker::{Scratch, Worker};
use crate::fields::FieldValue;
use crate::rules::{Rule, RuleType};

impl Worker<'_> {
    /// Ask about what this rule took of the event under way.
    pub(super) fn run_field_rule(&mut self, position: usize, profile: usize, number: usize, rule: &Rule, event: &[u8]) {
        if rule.rule_type == RuleType::Auto {
            self.search_fields(position, profile, number, rule, event);
        } else {
            self.ask_fields(position, profile, number, rule, event);
        }
    }

    /// The value is the observable.
    fn ask_fields(&mut self, position: usize, profile: usize, number: usize, rule: &Rule, event: &[u8]) {
        let Scratch { rewritten, answer, report, field_values, waiting, took, event: count, .. } = &mut *self.scratch;
        for FieldValue { place, value, .. } in field_values.of(number, rewritten.text(event)) {
            took[number] = *count;
            if let Some(kind) = rule.rule_type.kind_of(value) {
                let place = rewritten.original(place);
                waiting.push(Taken { event: position, profile, rule: number, kind, place }, value);
                if waiting.is_full() {
                    waiting.look_up(&self.matcher.index, answer, report);
                }
            }
            if rule.first_only {
                return;
            }
        }
    }

    /// The value is a text that `auto` searches.
    fn search_fields(&mut self, position: usize, profile: usize, number: usize, rule: &Rule, event: &[u8]) {
        self.look_up_waiting();
        let matcher = self.matcher;
        let Scratch { rewritten, report, field_values, took, event: count, auto, .. } = &mut *self.scratch;
        let (text, passed_over) = (rewritten.text(event), auto.passed_over());
        let fields = &matcher.rules.profiles[profile].fields;
        for taken in field_values.of(number, text) {
            let value = taken.value;
            let reading = Reading { one_event: true, base64: rule.base64, plainly: false };
            match_text(value, reading, &matcher.index, auto, &mut |known| {
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
                        place: rewritten.original(taken.place_within(fields, text, known.start..known.end)),
                        observed: &value[known.start..known.end],
                        normal_form: known.normal_form,
                        obfuscation: known.obfuscation,
                        found: known.found,
                    },
                );
            });
        }
        matcher.rules.count_over_limit(number, auto.passed_over() - passed_over);
    }
}
