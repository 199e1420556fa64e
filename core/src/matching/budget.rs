//! What the regexes that may backtrack for ever are allowed to cost: so much an event, so much of all time.
//!
//! A regex that has spent its share goes on with a lower match limit until it has earned its share again. An event that
//! it is stopped at is counted, as any that goes over the limit is.

use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use crate::rules::pcre2::Searcher;

/// A regex may spend one part in so many of the time.
const SHARE: i64 = 20;
/// What it may have in hand, and what it may owe.
const MOST_NS: i64 = 100_000_000;
/// Less than this for an event costs nothing.
const FREE: Duration = Duration::from_micros(100);
/// It takes no longer than this for an event, but for the search under way.
const AN_EVENT: Duration = Duration::from_millis(20);
/// By so much the limit of one that owes is lower.
const LOWER: u32 = 100;
/// Lower than this it never gets.
const LOWEST_LIMIT: u32 = 100;

/// One regex's budget, shared by all threads.
#[derive(Debug)]
pub struct Budget {
    in_hand_ns: AtomicI64,
    reckoned_ns: AtomicU64,
}

impl Default for Budget {
    fn default() -> Budget {
        Budget { in_hand_ns: AtomicI64::new(MOST_NS), reckoned_ns: AtomicU64::new(0) }
    }
}

impl Budget {
    /// Let the regex of this budget search; `started` is any time before all searches.
    pub fn spend<T>(&self, searcher: &mut Searcher, started: Instant, search: impl FnOnce(&mut Searcher) -> T) -> T {
        let limit = searcher.match_limit();
        if self.owes(started) {
            searcher.limit((limit / LOWER).max(LOWEST_LIMIT.min(limit)));
        }
        searcher.start_clock(AN_EVENT);
        let found = search(searcher);
        let spent = searcher.stop_clock();
        searcher.limit(limit);
        if spent > FREE {
            self.reckon(started.elapsed());
            self.pay(spent);
        }
        found
    }

    fn owes(&self, started: Instant) -> bool {
        if self.in_hand_ns.load(Ordering::Relaxed) > 0 {
            return false;
        }
        self.reckon(started.elapsed());
        self.in_hand_ns.load(Ordering::Relaxed) <= 0
    }

    /// Add its share of the time since it was last reckoned.
    fn reckon(&self, now: Duration) {
        let now = u64::try_from(now.as_nanos()).unwrap_or(u64::MAX);
        let before = self.reckoned_ns.swap(now, Ordering::Relaxed);
        let earned = i64::try_from(now.saturating_sub(before)).unwrap_or(i64::MAX) / SHARE;
        self.add(earned);
    }

    fn pay(&self, spent: Duration) {
        self.add(-i64::try_from(spent.as_nanos()).unwrap_or(i64::MAX));
    }

    fn add(&self, amount: i64) {
        let sum = |in_hand: i64| Some(in_hand.saturating_add(amount).clamp(-MOST_NS, MOST_NS));
        // It always has a sum, so it never fails.
        let _ = self.in_hand_ns.fetch_update(Ordering::Relaxed, Ordering::Relaxed, sum);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_has_spent_its_share_earns_it_again() {
        let (budget, started) = (Budget::default(), Instant::now());
        assert!(!budget.owes(started));

        budget.pay(Duration::from_secs(3600));
        assert!(budget.owes(started));

        budget.reckon(started.elapsed() + Duration::from_secs(5));
        assert!(!budget.owes(started));
    }

    #[test]
    fn the_limit_is_lower_while_it_owes_and_as_before_afterwards() {
        let (budget, started) = (Budget::default(), Instant::now());
        let mut searcher = Searcher::new(0, 5000);
        let limit = |searcher: &mut Searcher| searcher.match_limit();
        assert_eq!(budget.spend(&mut searcher, started, limit), 5000);

        budget.pay(Duration::from_secs(3600));

        assert_eq!(budget.spend(&mut searcher, started, limit), 100);
        assert_eq!(searcher.match_limit(), 5000);
    }
}
