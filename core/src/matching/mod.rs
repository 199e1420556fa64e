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
use std::ops::Range;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use crate::disguise::Obfuscation;
use crate::fields::Ends;
use crate::frame::Frames;
use crate::index::Index;
use crate::kind::{Kind, Scope};
use crate::rules::Rules;
use crate::rules::pcre2::Searcher;
use crate::throttle::Update;
use ask::Answer;
use budget::Budget;
pub use doubted::{Doubted, Doubts};
pub use explain::Step;
use hearing::Hearing;
pub use hearing::Listens;
use parts::Parts;
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

    fn append(&mut self, mut next: Matches) {
        self.received += next.received;
        self.matched += next.matched;
        self.ignored += next.ignored;
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
    helpers: Option<rayon::ThreadPool>,
    hearing: Arc<Hearing>,
    budgets: Vec<Budget>,
    started: Instant,
    spare: Mutex<Vec<Scratch>>,
}

impl Matcher {
    /// `threads`: how many share the frames of one call. The error says why they cannot be had.
    pub fn new(index: Arc<Index>, rules: Arc<Rules>, threads: usize, listens: &Listens) -> Result<Matcher, String> {
        let helpers = (threads > 1).then(|| parts::helpers(threads - 1)).transpose()?;
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
        let work =
            |range: Range<usize>, scratch: &mut Scratch| Worker::new(self, &choice, scratch).match_range(frames, range);
        match &self.helpers {
            Some(helpers) if parts::are_worth_sharing(frames.len()) => {
                let share = |parts: &Parts| self.with_scratch(|scratch| parts.take(|range| work(range, scratch)));
                parts::shared(frames.len(), helpers, share)
            }
            _ => self.with_scratch(|scratch| work(0..frames.len(), scratch)),
        }
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
        let spare = self.spare.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let mut scratch = spare.unwrap_or_else(|| Scratch::new(&self.rules, &self.hearing));
        let done = work(&mut scratch);
        self.spare.lock().unwrap_or_else(PoisonError::into_inner).push(scratch);
        done
    }
}
