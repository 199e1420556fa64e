//! Frames that need nothing but `auto`, matched in one walk over their block instead of one a frame.

use super::auto::{Reading, match_text};
use super::report::Seen;
use super::worker::{Scratch, Worker};
use crate::frame::Run;
use crate::rules::RuleType;

impl Worker<'_> {
    /// Match these frames in one walk, if that gives the same as one by one; false: nothing is done.
    pub(super) fn match_whole(&mut self, run: Run<'_>) -> bool {
        let Some((profile, rule)) = self.lone_auto() else { return false };
        // Frames that were cut touch each other; a value must not reach from one into the next.
        if run.spans.is_empty() || run.spans.windows(2).any(|pair| pair[0].1 == pair[1].0) {
            return false;
        }
        self.walk(run, profile, rule);
        let unread = self.keep_values_of_all(run, profile);
        self.count_unread(profile, unread);
        true
    }

    /// The profile of all frames and its `auto` rule, if that alone decides what matches.
    fn lone_auto(&self) -> Option<(usize, usize)> {
        let rules = &self.matcher.rules;
        let profile = self.choice.otherwise.filter(|_| self.choice.readers.is_empty())?;
        let compiled = &rules.profiles[profile];
        let mut looked_up = compiled.steps.iter().filter(|step| rules.rules[step.rule].rule_type != RuleType::Context);
        let only = looked_up.next().filter(|_| looked_up.next().is_none())?.rule;
        let rule = &rules.rules[only];
        let untouched = compiled.replaces.is_empty() && compiled.ignores.is_empty();
        (untouched && rule.rule_type == RuleType::Auto && rule.field.is_none() && !rule.first_only)
            .then_some((profile, only))
    }

    fn walk(&mut self, run: Run<'_>, profile: usize, rule: usize) {
        let Run { bytes, spans, first } = run;
        let (begin, end) = (spans[0].0, spans[spans.len() - 1].1);
        let Scratch { report, auto, .. } = &mut *self.scratch;
        let (matcher, passed_over) = (self.matcher, auto.passed_over());
        let mut current = 0;
        let reading = Reading { base64: matcher.rules.rules[rule].base64, ..Reading::default() };
        match_text(&bytes[begin..end], reading, &matcher.index, auto, &mut |known| {
            let (start, end) = (begin + known.start, begin + known.end);
            // Observables come in ascending order: so do their frames.
            while spans[current].1 < end {
                current += 1;
            }
            let frame = spans[current].0;
            let seen = Seen {
                event: first + current,
                profile,
                rule,
                kind: known.kind,
                place: start - frame..end - frame,
                observed: &bytes[start..end],
                normal_form: known.normal_form,
                obfuscation: known.obfuscation,
                found: known.found,
            };
            report.add(&matcher.index, &seen);
        });
        matcher.rules.count_over_limit(rule, auto.passed_over() - passed_over);
    }

    /// Keep what is told of each event that matched. Returns how often a bound kept something from being read.
    pub(super) fn keep_values_of_all(&mut self, run: Run<'_>, profile: usize) -> u64 {
        self.scratch.rewritten.clear();
        let (mut known, mut unread) = (0, 0);
        while let Some(event) = self.scratch.report.rows_from(known).first().map(|row| row.event) {
            unread += self.take_fields(profile, run.frame(event));
            self.keep_values(event, profile, run.frame(event), known);
            known += self.scratch.report.rows_of_event(known).len();
        }
        unread
    }
}
