//! Cuts a byte stream into frames, the same however the stream is chunked.
//!
//! A line break ends a line; a CR before it is not part of it. A line is cut before each match of the delimiter, and
//! what is still longer than the limit is cut there. Memory is bounded by the chunk and the limit: frames stand in the
//! chunk as it came, and only a line that several chunks hold is copied.

mod delimiter;
mod frames;
mod lines;

use std::ops::Range;
use std::sync::atomic::Ordering;
use std::sync::{Arc, OnceLock, Weak};

use memchr::{memchr, memchr_iter, memrchr};

pub use delimiter::Delimiter;
use delimiter::{LOOK_AHEAD, LOOK_BACK, NextCut};
pub use frames::{Chunk, Frames, Run};
pub use lines::Cut;
use lines::{Counts, without_return};

/// Where frames stand: start and end of each.
type Spans = Vec<(usize, usize)>;

/// The line under way.
#[derive(Clone, Copy, Debug, Default)]
struct Line {
    /// Where its text begins that the delimiter may look at.
    origin: usize,
    /// Whether that is the line's own beginning.
    whole: bool,
    /// Where its next frame begins.
    start: usize,
    /// Before this place no further match of the delimiter begins.
    search: usize,
}

impl Line {
    fn at(start: usize) -> Line {
        Line { origin: start, whole: true, start, search: start }
    }

    fn cut(&mut self, place: usize, spans: &mut Spans) {
        spans.push((self.start, place));
        self.start = place;
    }
}

/// Cuts a stream into frames; keeps what a chunk leaves unfinished.
pub struct Framer {
    delimiter: Option<Delimiter>,
    limit: usize,
    waiting: Vec<u8>,
    line: Line,
    counts: Arc<Counts>,
    /// Of what came last, lines may still be uncut, and so uncounted.
    last: Weak<Frames>,
}

impl Framer {
    /// `delimiter`: where an event begins within a line. `limit`: the longest frame's bytes, at least 1.
    pub fn new(delimiter: Option<Delimiter>, limit: usize) -> Framer {
        let (counts, last) = (Arc::default(), Weak::new());
        Framer { delimiter, limit: limit.max(1), waiting: Vec::new(), line: Line::at(0), counts, last }
    }

    /// How many times a frame was cut because it was too long.
    pub fn cut(&self) -> u64 {
        self.settle();
        self.counts.too_long.load(Ordering::Relaxed)
    }

    /// How many empty lines were passed over.
    pub fn empty(&self) -> u64 {
        self.settle();
        self.counts.empty.load(Ordering::Relaxed)
    }

    /// How many bytes wait for the rest of their frame.
    pub fn waiting_bytes(&self) -> usize {
        self.waiting.len() - self.line.start
    }

    /// The frames that this chunk completes.
    pub fn push(&mut self, chunk: Chunk) -> Arc<Frames> {
        self.settle();
        let (bytes, mut of_joined) = ((*chunk).as_ref(), Cut::default());
        let (joined, from) = self.join(bytes, &mut of_joined);
        let (uncut, beyond) = from.map(|from| self.cut_lines(bytes, from)).unwrap_or_default();
        self.frames(chunk, joined, of_joined, uncut, beyond)
    }

    /// What still waits, as the last frames: the stream has ended, or is idle.
    pub fn finish(&mut self) -> Arc<Frames> {
        self.settle();
        let (joined, mut of_joined) = (std::mem::take(&mut self.waiting), Cut::default());
        if self.line.start < joined.len() {
            self.end_line(&joined, joined.len(), &mut of_joined);
        }
        self.line = Line::at(0);
        self.frames(Box::new([0_u8; 0]), joined, of_joined, 0..0, Cut::default())
    }

    /// Have what came last counted.
    fn settle(&self) {
        if let Some(last) = self.last.upgrade() {
            last.spans();
        }
    }

    fn frames(
        &mut self,
        chunk: Chunk,
        joined: Vec<u8>,
        of_joined: Cut,
        uncut: Range<usize>,
        beyond: Cut,
    ) -> Arc<Frames> {
        let lines_before = self.counts.lines.load(Ordering::Relaxed);
        self.counts.add(&of_joined);
        self.counts.add(&beyond);
        let frames = Arc::new(Frames {
            chunk,
            joined,
            of_joined: of_joined.spans,
            uncut,
            beyond: beyond.spans,
            limit: self.limit,
            lines_before,
            counts: Arc::clone(&self.counts),
            spans: OnceLock::new(),
        });
        self.last = Arc::downgrade(&frames);
        frames
    }

    /// Go on with the line that earlier chunks began. Returns its bytes, and where the next begins, if it ends here.
    fn join(&mut self, chunk: &[u8], cut: &mut Cut) -> (Vec<u8>, Option<usize>) {
        if self.waiting.is_empty() {
            return (Vec::new(), Some(0));
        }
        let mut joined = std::mem::take(&mut self.waiting);
        let end = memchr(b'\n', chunk);
        joined.extend_from_slice(&chunk[..end.unwrap_or(chunk.len())]);
        if let Some(end) = end {
            cut.lines += 1;
            self.end_line(&joined, joined.len(), cut);
            return (joined, Some(end + 1));
        }
        self.advance(&joined, without_return(&joined, self.line.start, joined.len()), false, cut);
        let from = self.keep_from();
        if cut.spans.is_empty() && from == 0 {
            self.waiting = std::mem::take(&mut joined);
        } else {
            self.waiting = joined[from..].to_vec();
        }
        (joined, None)
    }

    /// Cut the chunk's own lines, which begin at `from`, and keep what waits for the next chunk.
    /// Returns what may be left uncut, and what is cut beyond that.
    fn cut_lines(&mut self, chunk: &[u8], from: usize) -> (Range<usize>, Cut) {
        let (mut uncut, mut cut) = (from..from, Cut::default());
        self.line = Line::at(from);
        if self.delimiter.is_none() {
            uncut.end = memrchr(b'\n', &chunk[from..]).map_or(from, |newline| from + newline + 1);
            self.line = Line::at(uncut.end);
        }
        for newline in memchr_iter(b'\n', &chunk[uncut.end..]) {
            cut.lines += 1;
            self.end_line(chunk, uncut.end + newline, &mut cut);
            self.line = Line::at(uncut.end + newline + 1);
        }
        // A CR at the end may belong to the line break that comes next.
        self.advance(chunk, without_return(chunk, self.line.start, chunk.len()), false, &mut cut);
        let from = self.keep_from();
        self.waiting.extend_from_slice(&chunk[from..]);
        (uncut, cut)
    }

    fn end_line(&mut self, block: &[u8], end: usize, cut: &mut Cut) {
        let end = without_return(block, self.line.start, end);
        if self.delimiter.is_some() && end > self.line.start {
            self.advance(block, end, true, cut);
        }
        cut.end_line(self.line.start, end, self.limit);
    }

    /// Cut what can be cut of the line's text up to `end`; `complete`: the line ends there.
    fn advance(&mut self, block: &[u8], end: usize, complete: bool, cut: &mut Cut) {
        if self.delimiter.is_some() {
            self.advance_by_delimiter(block, end, complete, cut);
        } else {
            self.line = Line::at(cut.cut_at_limit(self.line.start, end, self.limit));
        }
    }

    fn advance_by_delimiter(&mut self, block: &[u8], end: usize, complete: bool, cut: &mut Cut) {
        while self.line.start < end {
            let limit = self.line.start + self.limit;
            let Some(delimiter) = &mut self.delimiter else { return };
            // What lies beyond the window must not matter, or the frames would depend on how much has arrived.
            let window = (limit + LOOK_AHEAD).min(end);
            let settled = complete || window == limit + LOOK_AHEAD;
            match delimiter.next_cut(&block[..window], &mut self.line, settled) {
                NextCut::At { place, after } if place <= limit && place < end => {
                    self.line.cut(place, &mut cut.spans);
                    self.line.search = after;
                }
                NextCut::At { place, .. } if place > limit => self.cut_at_limit(cut),
                NextCut::At { after, .. } if complete => self.line.search = after,
                NextCut::None if end > limit => self.cut_at_limit(cut),
                NextCut::At { .. } | NextCut::None | NextCut::Unknown => return,
            }
        }
    }

    fn cut_at_limit(&mut self, cut: &mut Cut) {
        self.line.cut(self.line.start + self.limit, &mut cut.spans);
        self.line.search = self.line.search.max(self.line.start.saturating_sub(LOOK_BACK));
        cut.too_long += 1;
    }

    /// Where what waits for the next chunk begins, with the bytes before it that the delimiter may look at; the line is
    /// told by places from there on.
    fn keep_from(&mut self) -> usize {
        let before = self.delimiter.as_ref().map_or(0, Delimiter::look_behind);
        let Line { origin, start, search, .. } = self.line;
        let from = start.min(search).saturating_sub(before).max(origin);
        self.line =
            Line { origin: 0, whole: self.line.whole && from == origin, start: start - from, search: search - from };
        from
    }
}
