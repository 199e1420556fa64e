//! Whole lines cut into frames, each by itself: whoever matches them may cut them, and several threads at once.

use std::ops::Range;
use std::sync::atomic::{AtomicU64, Ordering};

use memchr::{memchr, memchr_iter};

use super::Spans;

/// What some lines were cut into.
#[derive(Default)]
pub struct Cut {
    /// Start and end of each frame, in order.
    pub spans: Spans,
    pub(super) lines: u64,
    pub(super) empty: u64,
    /// How many times a frame was cut because it was too long.
    pub(super) too_long: u64,
}

/// What a stream held so far.
#[derive(Default)]
pub(super) struct Counts {
    pub lines: AtomicU64,
    pub empty: AtomicU64,
    pub too_long: AtomicU64,
}

impl Counts {
    pub fn add(&self, cut: &Cut) {
        self.lines.fetch_add(cut.lines, Ordering::Relaxed);
        self.empty.fetch_add(cut.empty, Ordering::Relaxed);
        self.too_long.fetch_add(cut.too_long, Ordering::Relaxed);
    }
}

impl Cut {
    /// Cut the lines of this range, which ends behind a line break. `limit`: the longest frame's bytes.
    pub(super) fn of(bytes: &[u8], range: Range<usize>, limit: usize) -> Cut {
        let mut cut = Cut { spans: Spans::with_capacity(range.len() / 256), ..Cut::default() };
        let mut start = range.start;
        for newline in memchr_iter(b'\n', &bytes[range.clone()]) {
            let newline = range.start + newline;
            cut.lines += 1;
            cut.end_line(start, without_return(bytes, start, newline), limit);
            start = newline + 1;
        }
        cut
    }

    /// The rest of a line, which ends here.
    pub(super) fn end_line(&mut self, start: usize, end: usize, limit: usize) {
        if start == end {
            self.empty += 1;
            return;
        }
        let start = self.cut_at_limit(start, end, limit);
        self.spans.push((start, end));
    }

    /// Cut what is too long, whatever follows it. Returns where the rest begins.
    pub(super) fn cut_at_limit(&mut self, mut start: usize, end: usize, limit: usize) -> usize {
        while end - start > limit {
            self.spans.push((start, start + limit));
            self.too_long += 1;
            start += limit;
        }
        start
    }
}

/// The first place from `place` on in which a line of this range begins; its end, if none does.
pub(super) fn next_line(bytes: &[u8], place: usize, range: &Range<usize>) -> usize {
    if place <= range.start || place >= range.end {
        return place.clamp(range.start, range.end);
    }
    memchr(b'\n', &bytes[place - 1..range.end]).map_or(range.end, |newline| place + newline)
}

/// A line's end without the CR before its line break.
pub(super) fn without_return(block: &[u8], start: usize, end: usize) -> usize {
    if end > start && block[end - 1] == b'\r' { end - 1 } else { end }
}
