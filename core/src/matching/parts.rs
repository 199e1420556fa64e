//! The work of one call shared among threads: who is done with a part takes the next one.

use std::hint::spin_loop;
use std::ops::Range;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use rayon::{ThreadPool, ThreadPoolBuilder};

/// Work that can be shared: so many units, and how few of them are still worth a part.
#[derive(Clone, Copy)]
pub struct Shareable {
    units: usize,
    least: usize,
}

/// The smallest part is so small that no thread waits long for the last one of another.
const LEAST_FRAMES: usize = 32;
const LEAST_BYTES: usize = 16 * 1024;
/// Fewer parts than this are not worth waking another thread for.
const LEAST_PARTS: usize = 8;
/// In a stream of blocks the next one comes sooner; to be woken would take a helper half as long.
const LONGEST_AWAKE: Duration = Duration::from_micros(150);

impl Shareable {
    /// So many frames; None if they are too few.
    pub fn frames(units: usize) -> Option<Shareable> {
        Shareable::new(units, LEAST_FRAMES)
    }

    /// So many bytes, of lines; None if they are too few.
    pub fn bytes(units: usize) -> Option<Shareable> {
        Shareable::new(units, LEAST_BYTES)
    }

    fn new(units: usize, least: usize) -> Option<Shareable> {
        (units >= LEAST_PARTS * least).then_some(Shareable { units, least })
    }
}

/// Parts that nobody has taken yet, and what was made of the others.
pub struct Parts<T> {
    of: Shareable,
    threads: usize,
    next: AtomicUsize,
    done: Mutex<Vec<(usize, T)>>,
}

/// Threads that take parts beside the one that calls.
pub struct Helpers {
    pool: ThreadPool,
    /// How many calls have come.
    calls: Arc<AtomicUsize>,
}

impl Helpers {
    /// So many. The error says why they cannot be had.
    pub fn new(count: usize) -> Result<Helpers, String> {
        let pool = ThreadPoolBuilder::new().num_threads(count).build().map_err(|error| error.to_string())?;
        Ok(Helpers { pool, calls: Arc::default() })
    }

    /// What all threads make of it, in order: `share` takes parts until there are none, on each helper and on this one.
    ///
    /// `meanwhile` is done by this thread before: till a helper is awake, it is done, and perhaps a part, too.
    pub fn share<T: Send, M>(
        &self,
        of: Shareable,
        share: impl Fn(&Parts<T>) + Sync,
        meanwhile: impl FnOnce() -> M,
    ) -> (Vec<T>, M) {
        let helpers = self.pool.current_num_threads();
        let parts = Parts { of, threads: 1 + helpers, next: AtomicUsize::new(0), done: Mutex::default() };
        let made = self.pool.in_place_scope(|scope| {
            for _ in 0..helpers {
                scope.spawn(|_| {
                    share(&parts);
                    self.stay_awake();
                });
            }
            self.calls.fetch_add(1, Ordering::Release);
            let made = meanwhile();
            share(&parts);
            made
        });
        let mut done = parts.done.into_inner().unwrap_or_else(PoisonError::into_inner);
        done.sort_unstable_by_key(|(start, _)| *start);
        (done.into_iter().map(|(_, part)| part).collect(), made)
    }

    /// Have this helper wait for the next call without going to sleep, but not for long.
    fn stay_awake(&self) {
        let (calls, known) = (Arc::clone(&self.calls), self.calls.load(Ordering::Acquire));
        self.pool.spawn(move || {
            let started = Instant::now();
            while calls.load(Ordering::Acquire) == known && started.elapsed() < LONGEST_AWAKE {
                spin_loop();
            }
        });
    }
}

impl<T> Parts<T> {
    /// Take parts until there are none.
    pub fn take(&self, mut work: impl FnMut(Range<usize>) -> T) {
        while let Some(range) = self.next() {
            let start = range.start;
            let done = work(range);
            self.done.lock().unwrap_or_else(PoisonError::into_inner).push((start, done));
        }
    }

    /// A part of what is left: half of a thread's share. To begin a part costs something, so the first are large.
    fn next(&self) -> Option<Range<usize>> {
        let end = |start| (start < self.of.units).then(|| self.end_of_part(start));
        let start = self.next.fetch_update(Ordering::Relaxed, Ordering::Relaxed, end).ok()?;
        Some(start..self.end_of_part(start))
    }

    fn end_of_part(&self, start: usize) -> usize {
        let left = self.of.units - start;
        start + (left / (2 * self.threads)).max(self.of.least).min(left)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_frame_is_taken_once_and_what_is_made_of_them_keeps_their_order() {
        let helpers = Helpers::new(3).expect("threads");
        for parts in [LEAST_PARTS, LEAST_PARTS + 1, 100] {
            for frames in [parts * LEAST_FRAMES, parts * LEAST_FRAMES + 1, parts * LEAST_FRAMES + LEAST_FRAMES - 1] {
                let of = Shareable::frames(frames).expect("enough");

                let (all, meanwhile) = helpers.share(of, |parts| parts.take(|range| range.collect::<Vec<_>>()), || 7);

                assert!(all.into_iter().flatten().eq(0..frames));
                assert_eq!(meanwhile, 7);
            }
        }
    }

    #[test]
    fn a_few_frames_are_not_shared() {
        assert!(Shareable::frames(LEAST_PARTS * LEAST_FRAMES - 1).is_none());
    }
}
