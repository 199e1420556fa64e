//! The throttle: repeats of a detection are held back and counted, and told of at widening intervals.
//!
//! A key's first row goes through. What follows within an interval is held back; the first row after it goes through and
//! says how many there were, and the interval widens. A key that was silent for longer begins anew. Memory is bounded:
//! where no place is left, the key that was silent longest makes way, and is counted.

mod shard;

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

pub use shard::Pending;
use shard::{Shard, WAYS};

const SHARDS: usize = 64;

/// What becomes of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// It goes through.
    Sent(Update),
    /// It is held back, and counted.
    Held,
}

/// What a row that goes through stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Update {
    /// The row's own number; the next row that goes through has the next.
    pub ticket: u64,
    /// Itself, and those held back since the last that went through.
    pub count: u64,
    /// When the first of them came, in milliseconds since 1970.
    pub since: i64,
}

/// What a throttle has done.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Stats {
    /// Keys that it knows.
    pub keys: u64,
    /// Rows that went through.
    pub sent: u64,
    /// Rows that were held back.
    pub held: u64,
    /// Keys that made way for others.
    pub evicted: u64,
    /// Rows held back of keys that made way: no update will tell of them.
    pub untold: u64,
}

/// Time that never goes back, whatever the clock does: for as long as the clock runs behind, it follows its steps.
#[derive(Default)]
struct Clock {
    latest: i64,
    ahead: i64,
}

impl Clock {
    fn at(&mut self, now_ms: i64) -> i64 {
        let now = now_ms.saturating_add(self.ahead);
        if now < self.latest {
            self.ahead = self.latest.saturating_sub(now_ms);
        }
        self.latest = self.latest.max(now);
        self.latest
    }
}

/// Holds back repeats; shared by every thread.
pub struct Throttle {
    shards: Box<[Mutex<Shard>]>,
    intervals: Box<[i64]>,
    clock: Mutex<Clock>,
    tickets: AtomicU64,
    held: AtomicU64,
    evicted: AtomicU64,
    untold: AtomicU64,
}

impl Throttle {
    /// Intervals in milliseconds, of which the last is repeated; at most about `keys` keys are known at a time.
    pub fn new(intervals: &[i64], keys: usize) -> Throttle {
        let shards = keys.div_ceil(WAYS).clamp(1, SHARDS);
        let each = keys.div_ceil(shards);
        Throttle {
            shards: (0..shards).map(|_| Mutex::new(Shard::new(each))).collect(),
            intervals: intervals.into(),
            clock: Mutex::default(),
            tickets: AtomicU64::new(0),
            held: AtomicU64::new(0),
            evicted: AtomicU64::new(0),
            untold: AtomicU64::new(0),
        }
    }

    /// The time to ask by, made of what the clock says.
    pub fn time(&self, now_ms: i64) -> i64 {
        locked(&self.clock).at(now_ms)
    }

    /// What becomes of a row with this key. `time` is as `time` gave it, `now_ms` as the clock says.
    pub fn ask(&self, key: u128, time: i64, now_ms: i64) -> Fate {
        let place = key as usize % self.shards.len();
        let mut shard = locked(&self.shards[place]);
        let (slot, made_way) = shard.slot(key);
        if let Some(untold) = made_way {
            self.evicted.fetch_add(1, Ordering::Relaxed);
            self.untold.fetch_add(untold, Ordering::Relaxed);
        }
        slot.last = time;
        if slot.is_new() || time >= slot.due {
            return Fate::Sent(slot.send(
                key,
                time,
                now_ms,
                self.tickets.fetch_add(1, Ordering::Relaxed),
                &self.intervals,
            ));
        }
        slot.hold(now_ms);
        self.held.fetch_add(1, Ordering::Relaxed);
        Fate::Held
    }

    /// What was held back and not yet told of, of up to `limit` keys: it counts as told from now on.
    pub fn take_pending(&self, limit: usize) -> Vec<Pending> {
        let mut taken = Vec::new();
        for shard in &self.shards {
            locked(shard).take_pending(limit, &mut taken);
        }
        taken
    }

    /// What it has done.
    pub fn stats(&self) -> Stats {
        Stats {
            keys: self.shards.iter().map(|shard| locked(shard).keys() as u64).sum(),
            sent: self.tickets.load(Ordering::Relaxed),
            held: self.held.load(Ordering::Relaxed),
            evicted: self.evicted.load(Ordering::Relaxed),
            untold: self.untold.load(Ordering::Relaxed),
        }
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn count(fate: Fate) -> Option<u64> {
        match fate {
            Fate::Sent(update) => Some(update.count),
            Fate::Held => None,
        }
    }

    #[test]
    fn the_first_goes_through_and_the_next_after_an_interval_tells_of_those_between() {
        let throttle = Throttle::new(&[60, 300], 1000);
        let asked: Vec<_> = [0, 1, 59, 60, 61, 359, 360].map(|now| count(throttle.ask(7, now, now))).into();

        assert_eq!(asked, [Some(1), None, None, Some(3), None, None, Some(3)]);
    }

    #[test]
    fn a_key_that_was_silent_for_longer_than_its_interval_begins_anew() {
        let throttle = Throttle::new(&[60, 300], 1000);
        let asked: Vec<_> = [0, 60, 1000, 1060].map(|now| count(throttle.ask(7, now, now))).into();

        assert_eq!(asked, [Some(1); 4]);
    }

    #[test]
    fn a_clock_that_jumps_back_stops_nothing() {
        let throttle = Throttle::new(&[60], 1000);
        let asked: Vec<_> = [1000, 10, 40, 69, 70].map(|now| count(throttle.ask(7, throttle.time(now), now))).into();

        assert_eq!(asked, [Some(1), None, None, None, Some(4)]);
    }

    #[test]
    fn more_keys_than_there_is_room_for_are_counted() {
        let throttle = Throttle::new(&[60], 100);
        for key in 0..10_000_u128 {
            let key = key.wrapping_mul(0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c835);
            throttle.ask(key, 0, 0);
            throttle.ask(key, 0, 0);
        }
        let stats = throttle.stats();

        assert!(stats.keys <= 200, "{stats:?}");
        assert_eq!(stats.keys + stats.evicted, 10_000);
        assert_eq!(stats.sent + stats.held, 20_000);
        let told: u64 = throttle.take_pending(usize::MAX).iter().map(|pending| pending.count).sum();
        assert_eq!(told + stats.untold, stats.held);
    }
}
