//! Runs a program over a text: PCRE2's first match, in time that grows with the text alone.
//!
//! It tries what PCRE2 tries, in the same order. What has failed at a place once is not tried there again, from
//! wherever it is come to: that is what makes it linear.

use super::super::syntax::Anchor;
use super::names::{Names, label_end};
use super::program::{Behind, Place, Program, Repeated, Step};
use super::set::char_at;

/// So many dead ends are met before any is remembered: most texts have fewer.
const FREE_ENDS: usize = 64;
/// Nothing is remembered that needs more memory than this.
const MOST_BITS: usize = 1 << 28;
/// Runs shorter than this are walked again.
const LONG_RUN: usize = 32;
/// Runs of so many characters at most are walked byte by byte.
const SHORT_RUN: usize = 16;
const UNSET: usize = u32::MAX as usize;

/// What a search came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// Found.
    Match,
    /// Not there.
    NoMatch,
    /// It took too long.
    OverLimit,
}

/// What is left to try: steps, and places of the text, in few bytes.
#[derive(Clone, Copy, Debug)]
enum Left {
    /// A step, at a place of the text.
    Step(u32, u32),
    /// The same, where what was tried before it failed; nothing once that is done.
    Try(u32, u32),
    /// What stands behind a run, at each place from the first to before the second; the third is behind its end.
    GiveBack(u32, u32, u32, u32),
    /// What stands behind a run, after one more character: the place, and how many more there may be.
    Extend(u32, u32, u32),
    /// A slot had this value.
    Slot(u32, u32),
    /// Nothing.
    Done,
}

/// What a step with a run knows of the text.
#[derive(Clone, Copy, Debug, Default)]
struct Memory {
    /// Its last long run; of names, where from each place to the other none begins.
    run: (usize, usize),
    /// Behind a run that ends at the second place, nothing fits from the first place on.
    dead: (usize, usize),
}

/// Working memory for one text at a time.
#[derive(Debug, Default)]
pub struct Machine {
    left: Vec<Left>,
    tries: Vec<usize>,
    slots: Vec<usize>,
    memories: Vec<Memory>,
    failed: Vec<u64>,
    ends: usize,
    fuel: usize,
}

impl Machine {
    /// Another text, or another program.
    pub fn begin(&mut self, program: &Program, text: &[u8]) {
        self.memories.clear();
        self.memories.resize(program.memories, Memory::default());
        self.failed.clear();
        self.ends = 0;
        self.fuel = 10_000 + text.len().saturating_mul(32 + 8 * program.choices);
    }

    /// Where a group stands in the text of the last match.
    pub fn group(&self, number: usize) -> Option<std::ops::Range<usize>> {
        match self.slots.get(2 * number..2 * number + 2) {
            Some(&[start, end]) if start != UNSET && end != UNSET => Some(start..end),
            _ => None,
        }
    }

    /// The match that begins here.
    pub fn match_at(&mut self, program: &Program, text: &[u8], start: usize) -> Answer {
        if text.len() >= UNSET {
            return Answer::OverLimit;
        }
        self.slots.clear();
        self.slots.resize(program.slots, UNSET);
        self.left.clear();
        self.tries.clear();
        let mut run = Run { machine: self, program, text };
        let answer = run.run(start);
        if answer == Answer::Match {
            let end = self.slots[1];
            self.slots[0] = start;
            self.forget(program, end);
        }
        answer
    }

    /// What was come to on the way to a match is no dead end. Only its end can be come to again.
    fn forget(&mut self, program: &Program, end: usize) {
        for choice in 0..program.choices {
            let bit = end * program.choices + choice;
            if let Some(word) = self.failed.get_mut(bit / 64) {
                *word &= !(1 << (bit % 64));
            }
        }
        for memory in &mut self.memories {
            memory.dead.0 = memory.dead.0.max(end + 1);
        }
    }
}

/// Whether these bytes stand here. Most are few: they are compared without a call.
#[inline]
fn stands(bytes: &[u8], text: &[u8], place: usize) -> bool {
    let there = text[place..].iter();
    there.len() >= bytes.len() && there.zip(bytes).all(|(there, byte)| there == byte)
}

struct Run<'a> {
    machine: &'a mut Machine,
    program: &'a Program,
    text: &'a [u8],
}

impl Run<'_> {
    fn run(&mut self, start: usize) -> Answer {
        let mut next = Some((0, start));
        loop {
            while let Some((step, place)) = next {
                if matches!(self.program.steps[step], Step::Match) {
                    self.machine.slots[1] = place;
                    return Answer::Match;
                }
                next = self.step(step, place);
            }
            if self.machine.fuel == 0 {
                return Answer::OverLimit;
            }
            match self.machine.left.pop() {
                None => return Answer::NoMatch,
                Some(left) => next = self.resume(left),
            }
        }
    }

    #[inline]
    fn step(&mut self, step: Place, place: usize) -> Option<(Place, usize)> {
        let text = self.text;
        match &self.program.steps[step] {
            Step::Literal(bytes) => stands(bytes, text, place).then(|| (step + 1, place + bytes.len())),
            Step::One(set) => {
                let length = self.program.sets[*set].taken(text, place)?;
                Some((step + 1, place + length))
            }
            Step::Run(repeated) if repeated.max <= SHORT_RUN => {
                match self.program.sets[repeated.set].short_run(text, place, repeated.max) {
                    Some(length) => (length >= repeated.min).then_some((step + 1, place + length)),
                    None => self.whole_run(repeated, place).map(|end| (step + 1, end)),
                }
            }
            Step::Run(repeated) => self.whole_run(repeated, place).map(|end| (step + 1, end)),
            Step::GiveBack(repeated, behind) => self.give_back(step, repeated, behind, place),
            Step::Extend(repeated, behind) => self.extend(step, repeated, behind, place),
            Step::Label { all, ends } => self.label(*all, *ends, place).map(|end| (step + 1, end)),
            Step::Numbers(numbers) => {
                numbers.end(&self.program.sets[numbers.set], text, place).map(|end| (step + 1, end))
            }
            Step::Names(names) => self.names(names, place).map(|end| (step + 1, end)),
            Step::Either { other, next_starts, other_starts, choice } => {
                let (next, second) = (next_starts.holds(text, place), other_starts.holds(text, place));
                match (next, second) {
                    (true, true) => {
                        if choice.is_some_and(|choice| self.has_failed(choice, place)) {
                            return None;
                        }
                        self.machine.left.push(Left::Step(*other as u32, place as u32));
                        Some((step + 1, place))
                    }
                    (true, false) => Some((step + 1, place)),
                    (false, true) => Some((*other, place)),
                    (false, false) => None,
                }
            }
            Step::Try { other, starts, choice } => {
                if !starts.holds(text, place) {
                    return Some((*other, place));
                }
                if choice.is_some_and(|choice| self.has_failed(choice, place)) {
                    return None;
                }
                self.machine.tries.push(self.machine.left.len());
                self.machine.left.push(Left::Try(*other as u32, place as u32));
                Some((step + 1, place))
            }
            Step::Commit => {
                let attempt = self.machine.tries.pop()?;
                self.machine.left[attempt] = Left::Done;
                Some((step + 1, place))
            }
            Step::Jump(to) => Some((*to, place)),
            Step::Save(slot) => {
                if !self.machine.left.is_empty() {
                    self.machine.left.push(Left::Slot(*slot as u32, self.machine.slots[*slot] as u32));
                }
                self.machine.slots[*slot] = place;
                Some((step + 1, place))
            }
            Step::Anchor(anchor) => self.holds(*anchor, place).then_some((step + 1, place)),
            Step::Match => None,
        }
    }

    fn holds(&self, anchor: Anchor, place: usize) -> bool {
        match anchor {
            Anchor::Start => place == 0,
            Anchor::End => self.text.len() == place || &self.text[place..] == b"\n",
            Anchor::VeryEnd => self.text.len() == place,
        }
    }

    #[inline]
    fn resume(&mut self, left: Left) -> Option<(Place, usize)> {
        match left {
            Left::Done => None,
            Left::Slot(slot, place) => {
                self.machine.slots[slot as usize] = place as usize;
                None
            }
            Left::Step(step, place) => {
                self.note_end();
                Some((step as usize, place as usize))
            }
            Left::Try(step, place) => {
                self.note_end();
                self.machine.tries.pop();
                Some((step as usize, place as usize))
            }
            Left::GiveBack(step, low, high, all) => {
                self.note_end();
                self.give_back_from(step as usize, low as usize, high as usize, all as usize)
            }
            Left::Extend(step, place, more) => {
                self.note_end();
                self.extend_by_one(step as usize, place as usize, more as usize)
            }
        }
    }

    /// Where the run that begins here ends, if it is long enough.
    fn whole_run(&mut self, repeated: &Repeated, place: usize) -> Option<usize> {
        let set = &self.program.sets[repeated.set];
        let (from, end) = self.machine.memories[repeated.memory].run;
        // Whether it leads into the run that is known, if any is, of which a character has four bytes at most.
        let known = from < end && repeated.max == usize::MAX && place <= end && repeated.min <= (end - from) / 4;
        if known && from <= place && repeated.min <= (end - place) / 4 {
            return Some(end);
        }
        let ahead = if known && place < from { &self.text[..from] } else { self.text };
        let run = set.run(ahead, place, repeated.max);
        self.burn((run.end - place) / LONG_RUN);
        if known && run.end == from {
            self.machine.memories[repeated.memory].run = (place, end);
            return Some(end);
        }
        if run.end - place >= LONG_RUN {
            self.machine.memories[repeated.memory].run = (place, run.end);
        }
        (run.chars >= repeated.min).then_some(run.end)
    }

    fn give_back(&mut self, step: Place, repeated: &Repeated, behind: &Behind, place: usize) -> Option<(Place, usize)> {
        let end = self.whole_run(repeated, place)?;
        let low = self.after_chars(place, repeated.min);
        // What an earlier run gave back has failed.
        let (dead, dead_end) = self.machine.memories[repeated.memory].dead;
        if dead <= low && (dead..dead_end).contains(&end) {
            return None;
        }
        let mut high = if dead <= end && end < dead_end { dead.max(low) } else { end + 1 };
        if let Some(must) = behind.must
            && low < high
        {
            self.burn((end - low) / LONG_RUN);
            high = high.min(memchr::memrchr(must, &self.text[low..end]).map_or(low, |last| low + last + 1));
        }
        self.give_back_from(step, low, high, end + 1)
    }

    /// Where `count` characters end, all of them known to be whole.
    fn after_chars(&self, place: usize, count: usize) -> usize {
        let mut place = place;
        for _ in 0..count {
            place += char_at(self.text, place).map_or(1, |(_, length)| length);
        }
        place
    }

    /// What stands behind the run, at the last place before `high` where it can begin.
    fn give_back_from(&mut self, step: Place, low: usize, high: usize, all: usize) -> Option<(Place, usize)> {
        let Step::GiveBack(repeated, behind) = &self.program.steps[step] else { return None };
        let mut high = high;
        while let Some(place) = self.last_start(behind, low, high) {
            high = place;
            if !self.has_failed(behind.choice, place) {
                self.machine.left.push(Left::GiveBack(step as u32, low as u32, place as u32, all as u32));
                return Some((step + 1, place));
            }
        }
        self.machine.memories[repeated.memory].dead = (low, all);
        None
    }

    /// The last place of these where what is behind the run can begin.
    fn last_start(&mut self, behind: &Behind, low: usize, high: usize) -> Option<usize> {
        if low >= high {
            return None;
        }
        let region = self.text.get(low..high.min(self.text.len()))?;
        let found = match behind.few.as_deref() {
            Some([one]) => memchr::memrchr(*one, region).map(|place| low + place),
            Some([one, two]) => memchr::memrchr2(*one, *two, region).map(|place| low + place),
            Some([one, two, three]) => memchr::memrchr3(*one, *two, *three, region).map(|place| low + place),
            _ => (low..high).rev().find(|place| behind.starts.holds(self.text, *place)),
        };
        self.burn((high - found.unwrap_or(low)) / LONG_RUN + 1);
        found
    }

    fn extend(&mut self, step: Place, repeated: &Repeated, behind: &Behind, place: usize) -> Option<(Place, usize)> {
        let set = &self.program.sets[repeated.set];
        let least = set.run(self.text, place, repeated.min);
        if least.chars < repeated.min {
            return None;
        }
        self.extend_from(step, behind, least.end, repeated.max - repeated.min)
    }

    fn extend_by_one(&mut self, step: Place, place: usize, more: usize) -> Option<(Place, usize)> {
        let Step::Extend(repeated, behind) = &self.program.steps[step] else { return None };
        let length = self.program.sets[repeated.set].taken(self.text, place)?;
        self.extend_from(step, behind, place + length, more - 1)
    }

    /// What stands behind the run, at the first place from here where it can begin.
    fn extend_from(&mut self, step: Place, behind: &Behind, place: usize, more: usize) -> Option<(Place, usize)> {
        let Step::Extend(repeated, _) = &self.program.steps[step] else { return None };
        let set = &self.program.sets[repeated.set];
        let (mut place, mut more) = (place, more);
        loop {
            if behind.starts.holds(self.text, place) && !self.has_failed(behind.choice, place) {
                if more > 0 {
                    self.machine.left.push(Left::Extend(
                        step as u32,
                        place as u32,
                        u32::try_from(more).unwrap_or(u32::MAX),
                    ));
                }
                return Some((step + 1, place));
            }
            if more == 0 || self.machine.fuel == 0 {
                return None;
            }
            self.burn(1);
            place += set.taken(self.text, place)?;
            more -= 1;
        }
    }

    fn label(&mut self, all: usize, ends: usize, place: usize) -> Option<usize> {
        let (all, ends) = (&self.program.sets[all], &self.program.sets[ends]);
        ends.taken(self.text, place)?;
        let end = label_end(all, ends, self.text, place);
        self.burn((end - place) / LONG_RUN);
        Some(end)
    }

    fn names(&mut self, names: &Names, place: usize) -> Option<usize> {
        let (from, to) = self.machine.memories[names.memory].run;
        if from < to && (from..=to).contains(&place) {
            return None;
        }
        let walk = names.walk(&self.program.sets, self.text, place);
        self.burn((walk.walked - place) / LONG_RUN);
        if walk.end.is_none() {
            self.machine.memories[names.memory].run = (place, walk.walked);
        }
        walk.end
    }

    fn burn(&mut self, amount: usize) {
        self.machine.fuel = self.machine.fuel.saturating_sub(amount);
    }

    /// A way ended; from some number on, ends are remembered.
    fn note_end(&mut self) {
        self.burn(1);
        self.machine.ends += 1;
        if self.machine.ends == FREE_ENDS {
            let bits = (self.text.len() + 1).saturating_mul(self.program.choices);
            if bits <= MOST_BITS {
                self.machine.failed.resize(bits.div_ceil(64), 0);
            }
        }
    }

    /// Whether this was tried here before; from now on it was.
    fn has_failed(&mut self, choice: usize, place: usize) -> bool {
        let bit = place * self.program.choices + choice;
        let Some(word) = self.machine.failed.get_mut(bit / 64) else { return false };
        let failed = *word >> (bit % 64) & 1 == 1;
        *word |= 1 << (bit % 64);
        failed
    }
}
