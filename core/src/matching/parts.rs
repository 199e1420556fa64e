//! The frames of one call shared among threads: who is done with a part takes the next one.

use std::ops::Range;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use rayon::{ThreadPool, ThreadPoolBuilder};

use super::Matches;

/// Frames of a part: so few that no thread waits long for the last of another.
const FRAMES_PER_PART: usize = 64;
/// Fewer frames than this are not worth waking another thread for.
const WORTH_SHARING: usize = 4 * FRAMES_PER_PART;

/// Parts that nobody has taken yet, and what was made of the others.
pub struct Parts {
    frames: usize,
    next: AtomicUsize,
    done: Mutex<Vec<(usize, Matches)>>,
}

/// Whether so many frames are worth more than one thread.
pub fn are_worth_sharing(frames: usize) -> bool {
    frames >= WORTH_SHARING
}

/// So many threads that wait for a share. The error says why they cannot be had.
pub fn helpers(count: usize) -> Result<ThreadPool, String> {
    ThreadPoolBuilder::new().num_threads(count).build().map_err(|error| error.to_string())
}

/// What all threads make of so many frames: `share` takes parts until there are none, on each helper and on this thread.
///
/// This one begins at once: till a helper is awake, a part is done.
pub fn shared(frames: usize, helpers: &ThreadPool, share: impl Fn(&Parts) + Sync) -> Matches {
    let parts = Parts { frames, next: AtomicUsize::new(0), done: Mutex::default() };
    helpers.in_place_scope(|scope| {
        (0..helpers.current_num_threads()).for_each(|_| scope.spawn(|_| share(&parts)));
        share(&parts);
    });
    let mut done = parts.done.into_inner().unwrap_or_else(PoisonError::into_inner);
    done.sort_unstable_by_key(|(start, _)| *start);
    let mut all = Matches::default();
    done.into_iter().for_each(|(_, part)| all.append(part));
    all
}

impl Parts {
    /// Take parts until there are none.
    pub fn take(&self, mut work: impl FnMut(Range<usize>) -> Matches) {
        loop {
            let start = self.next.fetch_add(FRAMES_PER_PART, Ordering::Relaxed);
            if start >= self.frames {
                return;
            }
            let matches = work(start..self.frames.min(start + FRAMES_PER_PART));
            self.done.lock().unwrap_or_else(PoisonError::into_inner).push((start, matches));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::matching::Values;

    #[test]
    fn every_frame_is_taken_once_and_what_is_made_of_them_keeps_their_order() {
        let helpers = helpers(3).expect("threads");
        for frames in [0, 1, FRAMES_PER_PART, FRAMES_PER_PART + 1, 40 * FRAMES_PER_PART - 1] {
            let work = |range: Range<usize>| Matches {
                received: range.len(),
                values: range.map(|event| (event, Values::new())).collect(),
                ..Matches::default()
            };

            let all = shared(frames, &helpers, |parts| parts.take(work));

            assert_eq!(all.received, frames);
            assert!(all.values.iter().map(|(event, _)| *event).eq(0..frames));
        }
    }
}
