//! Frames of one profile whose text stays as it is: one sweep over their block says where each rule is to be asked.

use std::ops::Range;

use super::worker::{Fate, Worker};
use crate::frame::Frames;
use crate::rules::RuleType;

/// So much text is swept before its frames are looked at: it is still in the cache then.
const AT_ONCE: usize = 64 * 1024;

impl Worker<'_> {
    /// Match these frames by sweeps over many at once, if their text stays as it is; false: nothing is done.
    pub(super) fn match_swept(&mut self, frames: &Frames, range: Range<usize>) -> bool {
        let rules = &self.matcher.rules;
        let Some(profile) = self.choice.otherwise.filter(|_| self.choice.readers.is_empty()) else { return false };
        if !rules.profiles[profile].replaces.is_empty() || range.is_empty() {
            return false;
        }
        self.scratch.rewritten.clear();
        let mut start = range.start;
        while start < range.end {
            let (spans, begin) = (&frames.spans[start..range.end], frames.spans[start].0);
            let end = start + spans.partition_point(|(_, end)| end - begin <= AT_ONCE).max(1);
            self.sweep_and_run(frames, start..end, profile);
            start = end;
        }
        self.look_up_waiting();
        // What could not be read has been counted when the rules ran.
        self.keep_values_of_all(frames, profile);
        true
    }

    fn sweep_and_run(&mut self, frames: &Frames, range: Range<usize>, profile: usize) {
        let (begin, end) = (frames.spans[range.start].0, frames.spans[range.end - 1].1);
        let sweep = &self.matcher.rules.profiles[profile].sweep;
        sweep.pass(&frames.block[begin..end], &mut self.scratch.trails);
        let passes_over = self.needs_places(profile);
        let mut next = self.scratch.trails.leave(0);
        for position in range {
            let (start, end) = frames.spans[position];
            let (start, end) = (start - begin, end - begin);
            if passes_over && next >= end {
                continue;
            }
            let event = frames.frame(position);
            match self.prepare(profile, event) {
                Fate::Matched => self.run_rules(position, profile, event, start),
                Fate::Ignored(_) => self.done.ignored += 1,
            }
            next = self.scratch.trails.leave(end);
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
