//! A part of the throttle's keys: sets of a few places each, which grow with the keys up to a bound.

use super::Update;

/// Places in a set. Where all are taken, the one that was silent longest is given away.
pub const WAYS: usize = 8;

const FIRST_SETS: usize = 16;

/// A key, and what is known of it. Time is the throttle's own.
#[derive(Clone, Copy, Debug, Default)]
pub struct Slot {
    /// 0 where the place is free.
    key: u128,
    /// From when on the next row goes through.
    pub due: i64,
    /// When the last row came.
    pub last: i64,
    /// When the first of those held back came, by the clock.
    since: i64,
    /// The row that went through last.
    ticket: u64,
    pending: u64,
    level: u32,
    is_known: bool,
}

/// Rows held back of which nothing has told yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pending {
    /// The row of their key that went through last.
    pub ticket: u64,
    /// How many they are.
    pub count: u64,
    /// When the first came, in milliseconds since 1970.
    pub since: i64,
}

impl Slot {
    pub fn is_new(&self) -> bool {
        !self.is_known
    }

    /// A row goes through: it tells of those held back, and the interval widens, or begins anew after a long silence.
    pub fn send(&mut self, key: u128, time: i64, now_ms: i64, ticket: u64, intervals: &[i64]) -> Update {
        let widest = intervals.len() - 1;
        let interval = intervals[self.level as usize];
        let is_anew = self.is_new() || time >= self.due.saturating_add(interval);
        let level = if is_anew { 0 } else { widest.min(self.level as usize + 1) };
        let update =
            Update { ticket, count: self.pending + 1, since: if self.pending > 0 { self.since } else { now_ms } };
        *self = Slot {
            key,
            due: time.saturating_add(intervals[level]),
            last: time,
            since: 0,
            ticket,
            pending: 0,
            level: level as u32,
            is_known: true,
        };
        update
    }

    pub fn hold(&mut self, now_ms: i64) {
        if self.pending == 0 {
            self.since = now_ms;
        }
        self.pending += 1;
    }

    fn take_pending(&mut self) -> Option<Pending> {
        let taken =
            (self.pending > 0).then_some(Pending { ticket: self.ticket, count: self.pending, since: self.since });
        self.pending = 0;
        taken
    }
}

pub struct Shard {
    sets: Vec<[Slot; WAYS]>,
    first_sets: usize,
    most_sets: usize,
    keys: usize,
}

impl Shard {
    pub fn new(keys: usize) -> Shard {
        // Sets are only ever doubled: the keys of one then go to two that no other's go to, and all find room.
        let (mut first_sets, mut doublings) = (keys.div_ceil(WAYS).max(1), 0);
        while first_sets > FIRST_SETS {
            first_sets = first_sets.div_ceil(2);
            doublings += 1;
        }
        Shard { sets: Vec::new(), first_sets, most_sets: first_sets << doublings, keys: 0 }
    }

    pub fn keys(&self) -> usize {
        self.keys
    }

    /// The place of a key; a new one where it has none, and then the rows of which nobody will tell, of the key that
    /// made way, if one had to.
    pub fn slot(&mut self, key: u128) -> (&mut Slot, Option<u64>) {
        if self.sets.is_empty() {
            self.sets = vec![[Slot::default(); WAYS]; self.first_sets];
        }
        let mut set = set_of(key, self.sets.len());
        let is_known = |slot: &Slot| slot.is_known && slot.key == key;
        if let Some(place) = self.sets[set].iter().position(is_known) {
            return (&mut self.sets[set][place], None);
        }
        while self.sets[set].iter().all(|slot| slot.is_known) && self.sets.len() < self.most_sets {
            self.grow();
            set = set_of(key, self.sets.len());
        }
        let places = &mut self.sets[set];
        if let Some(place) = places.iter().position(|slot| !slot.is_known) {
            self.keys += 1;
            return (&mut places[place], None);
        }
        // Those with nothing left to tell first: with them nothing is lost.
        let silence = |place: &usize| (places[*place].pending > 0, places[*place].last);
        let place = (0..WAYS).min_by_key(silence).unwrap_or(0);
        let made_way = std::mem::take(&mut places[place]);
        (&mut places[place], Some(made_way.pending))
    }

    pub fn take_pending(&mut self, limit: usize, taken: &mut Vec<Pending>) {
        for slot in self.sets.iter_mut().flatten() {
            if taken.len() >= limit {
                return;
            }
            taken.extend(slot.take_pending());
        }
    }

    fn grow(&mut self) {
        let sets = self.sets.len() * 2;
        let old = std::mem::replace(&mut self.sets, vec![[Slot::default(); WAYS]; sets]);
        for slot in old.into_iter().flatten().filter(|slot| slot.is_known) {
            let places = &mut self.sets[set_of(slot.key, sets)];
            if let Some(free) = places.iter_mut().find(|place| !place.is_known) {
                *free = slot;
            }
        }
    }
}

/// Which set a key belongs to: its high bits, spread over them all.
fn set_of(key: u128, sets: usize) -> usize {
    (((key >> 64) * sets as u128) >> 64) as usize
}
