//! Events against an index: the rules of each event's profile take values, and the index is asked for them.

mod ask;
pub mod auto;
mod budget;
mod doubted;
mod explain;
mod field_rule;
mod hearing;
mod parts;
mod question;
mod report;
mod sieve;
mod swept;
mod throttled;
mod variant;
mod waiting;
mod whole;
mod worker;

use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, ThreadId};
use std::time::Instant;

use crate::disguise::Obfuscation;
use crate::fields::Ends;
use crate::frame::{Frames, Run};
use crate::index::Index;
use crate::kind::{Kind, Scope};
use crate::rules::pcre2::Searcher;
use crate::rules::{PeerChoice, Rules};
use crate::throttle::Update;
use ask::Answer;
use budget::Budget;
pub use doubted::{Doubted, Doubts};
pub use explain::Step;
use hearing::Hearing;
pub use hearing::Listens;
use parts::{Helpers, Shareable};
pub use question::Question;
pub use sieve::Sieve;
pub use throttled::KeyPart;
pub use variant::variant_of;
use worker::{Scratch, Worker};

/// One observable of one event, known by one entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// The frame's position in the frames given.
    pub event: usize,
    /// The position of the profile that served the event.
    pub profile: usize,
    /// The position of the rule among all rules.
    pub rule: usize,
    /// What the observable was taken for.
    pub observed_kind: Kind,
    /// Where it stands in the frame.
    pub start: usize,
    /// Where it ends.
    pub end: usize,
    /// What the rule took.
    pub observed: Box<[u8]>,
    /// The observable's normal form.
    pub normal_form: Box<[u8]>,
    /// The indicator's kind.
    pub kind: Kind,
    /// The entry.
    pub entry: u64,
    /// The scope by which the entry was reached.
    pub scope: Scope,
    /// Which variant of the observable the entry knows.
    pub variant: &'static str,
    /// How the value was disguised in the event.
    pub obfuscation: Obfuscation,
    /// The field of a structured event in which it stands; empty where there is none.
    pub field: Box<str>,
}

/// The first value of each rule of one event: (position of the rule, value).
pub type Values = Vec<(usize, Box<[u8]>)>;

/// What some frames held.
#[derive(Clone, Debug, Default)]
pub struct Matches {
    /// All frames.
    pub received: usize,
    /// Those with a row; where a throttle was asked, those with one that it held back too.
    pub matched: usize,
    /// Those that an Ignore rule took.
    pub ignored: usize,
    /// In the order of the events.
    pub rows: Vec<Row>,
    /// For each event that matched, in their order.
    pub values: Vec<(usize, Values)>,
    /// What each row stands for, where a throttle was asked.
    pub updates: Vec<Update>,
    /// Where a throttle was asked: the place of each row among those that were in doubt, if it was.
    pub doubts: Vec<Option<usize>>,
    /// Rows that a throttle held back.
    pub throttled: usize,
    /// For each event that matched, in their order.
    pub ends: Vec<(usize, Ends)>,
}

impl Matches {
    /// Those without a row that no Ignore rule took.
    pub fn unmatched(&self) -> usize {
        self.received - self.matched - self.ignored
    }

    /// The first value of each rule of an event that matched.
    pub fn values(&self, event: usize) -> &[(usize, Box<[u8]>)] {
        match self.values.binary_search_by_key(&event, |(position, _)| *position) {
            Ok(found) => &self.values[found].1,
            Err(_) => &[],
        }
    }

    /// The ends of an event that matched, and what its device did about it.
    pub fn ends(&self, event: usize) -> Option<&Ends> {
        let found = self.ends.binary_search_by_key(&event, |(position, _)| *position);
        found.ok().map(|found| &self.ends[found].1)
    }

    /// Append what stands behind it; `first`: the position of the event that is numbered 0 there.
    fn append(&mut self, mut next: Matches, first: usize) {
        self.received += next.received;
        self.matched += next.matched;
        self.ignored += next.ignored;
        next.rows.iter_mut().for_each(|row| row.event += first);
        next.values.iter_mut().for_each(|(event, _)| *event += first);
        next.ends.iter_mut().for_each(|(event, _)| *event += first);
        self.rows.append(&mut next.rows);
        self.values.append(&mut next.values);
        self.ends.append(&mut next.ends);
    }
}

/// Rules and an index; may be used by several threads at once.
pub struct Matcher {
    index: Arc<Index>,
    rules: Arc<Rules>,
    /// The threads beside the one that calls.
    helpers: Option<Helpers>,
    hearing: Arc<Hearing>,
    budgets: Vec<Budget>,
    started: Instant,
    /// What threads kept, by thread: what another wrote lies in the other's cache.
    spare: Mutex<Vec<(ThreadId, Scratch)>>,
}

impl Matcher {
    /// `threads`: how many share the frames of one call. The error says why they cannot be had.
    pub fn new(index: Arc<Index>, rules: Arc<Rules>, threads: usize, listens: &Listens) -> Result<Matcher, String> {
        let helpers = (threads > 1).then(|| Helpers::new(threads - 1)).transpose()?;
        let hearing = Arc::new(Hearing::new(&index, &rules, listens));
        let budgets = rules.counted.iter().map(|_| Budget::default()).collect();
        let started = Instant::now();
        Ok(Matcher { index, rules, helpers, hearing, budgets, started, spare: Mutex::new(Vec::new()) })
    }

    /// The rules that it matches by.
    pub fn rules(&self) -> &Rules {
        &self.rules
    }

    /// Every frame against the index; `peer` is where they came from.
    pub fn match_frames(&self, frames: &Frames, peer: Option<IpAddr>) -> Matches {
        let choice = self.rules.profile_of_peer(peer);
        let Some(helpers) = &self.helpers else { return self.match_runs(frames.runs(0..frames.len()), &choice) };
        if let Some(bytes) = Shareable::bytes(frames.uncut_bytes()) {
            return self.cut_and_match(frames, bytes, helpers, &choice);
        }
        let Some(of) = Shareable::frames(frames.len()) else {
            return self.match_runs(frames.runs(0..frames.len()), &choice);
        };
        let work = |range| self.match_runs(frames.runs(range), &choice);
        let (parts, mut all) = helpers.share(of, |parts| parts.take(work), Matches::default);
        parts.into_iter().for_each(|part| all.append(part, 0));
        all
    }

    fn match_runs<'a>(&self, runs: impl IntoIterator<Item = Run<'a>>, choice: &PeerChoice) -> Matches {
        self.with_scratch(|scratch| Worker::new(self, choice, scratch).match_runs(runs))
    }

    /// As `match_frames`, with lines that are still uncut: each thread cuts the lines that it matches.
    fn cut_and_match(&self, frames: &Frames, of: Shareable, helpers: &Helpers, choice: &PeerChoice) -> Matches {
        let work = |part| {
            let cut = frames.cut_part(part);
            let matches = self.match_runs([frames.run_of(&cut)], choice);
            (cut, matches)
        };
        let around = || (self.match_runs([frames.begun()], choice), self.match_runs([frames.beyond()], choice));
        let (parts, (mut all, beyond)) = helpers.share(of, |parts| parts.take(work), around);
        frames.take_parts(parts.iter().map(|(cut, _)| cut));
        for matches in parts.into_iter().map(|(_, matches)| matches).chain([beyond]) {
            let first = all.received;
            all.append(matches, first);
        }
        all
    }

    /// Search with the regex that is counted here; within its budget, if it may stall.
    fn search<T>(
        &self,
        counter: usize,
        may_stall: bool,
        searcher: &mut Searcher,
        search: impl FnOnce(&mut Searcher) -> T,
    ) -> T {
        if may_stall { self.budgets[counter].spend(searcher, self.started, search) } else { search(searcher) }
    }

    fn with_scratch<T>(&self, work: impl FnOnce(&mut Scratch) -> T) -> T {
        let thread = thread::current().id();
        let mut scratch = self.spare_of(thread).unwrap_or_else(|| Scratch::new(&self.rules, &self.hearing));
        let done = work(&mut scratch);
        self.spare.lock().unwrap_or_else(PoisonError::into_inner).push((thread, scratch));
        done
    }

    /// What this thread kept, or another that is done.
    fn spare_of(&self, thread: ThreadId) -> Option<Scratch> {
        let mut spare = self.spare.lock().unwrap_or_else(PoisonError::into_inner);
        let own = spare.iter().position(|(of, _)| *of == thread);
        let place = own.or(spare.len().checked_sub(1))?;
        Some(spare.swap_remove(place).1)
    }
}
