//! Frames of one profile whose text stays as it is: one sweep over their block says where each rule is to be asked.

use super::worker::{Fate, Worker};
use crate::frame::Run;
use crate::rules::RuleType;

/// So much text is swept before its frames are looked at: it is still in the cache then.
const AT_ONCE: usize = 64 * 1024;

impl Worker<'_> {
    /// Match these frames by sweeps over many at once, if their text stays as it is; false: nothing is done.
    pub(super) fn match_swept(&mut self, run: Run<'_>) -> bool {
        let rules = &self.matcher.rules;
        let Some(profile) = self.choice.otherwise.filter(|_| self.choice.readers.is_empty()) else { return false };
        if !rules.profiles[profile].replaces.is_empty() || run.spans.is_empty() {
            return false;
        }
        self.scratch.rewritten.clear();
        self.sweep(run, profile);
        self.look_up_waiting();
        // What could not be read has been counted when the rules ran.
        self.keep_values_of_all(run, profile);
        true
    }

    fn sweep(&mut self, mut run: Run<'_>, profile: usize) {
        while let Some((begin, _)) = run.spans.first() {
            let count = run.spans.partition_point(|(_, end)| end - begin <= AT_ONCE).max(1);
            let (now, then) = run.spans.split_at(count);
            self.sweep_and_run(Run { spans: now, ..run }, profile);
            run = Run { spans: then, first: run.first + count, ..run };
        }
    }

    fn sweep_and_run(&mut self, run: Run<'_>, profile: usize) {
        let Run { bytes, spans, first } = run;
        let (begin, end) = (spans[0].0, spans[spans.len() - 1].1);
        let sweep = &self.matcher.rules.profiles[profile].sweep;
        sweep.pass(&bytes[begin..end], &mut self.scratch.trails);
        let passes_over = self.needs_places(profile);
        let mut next = self.scratch.trails.leave(0);
        for (position, (start, end)) in (first..).zip(spans.iter().copied()) {
            let (base, beyond) = (start - begin, end - begin);
            if passes_over && next >= beyond {
                continue;
            }
            let event = &bytes[start..end];
            match self.prepare(profile, event) {
                Fate::Matched => self.run_rules(position, profile, event, base),
                Fate::Ignored(_) => self.done.ignored += 1,
            }
            next = self.scratch.trails.leave(beyond);
        }
    }

    /// Whether nothing becomes of an event in which the sweep found nothing.
    fn needs_places(&self, profile: usize) -> bool {
        let rules = &self.matcher.rules;
        let profile = &rules.profiles[profile];
        let of_output = |rule: usize| rules.rules[rule].rule_type == RuleType::Context;
        profile.ignores.is_empty() && profile.steps.iter().all(|step| step.trail.is_some() || of_output(step.rule))
    }
}
