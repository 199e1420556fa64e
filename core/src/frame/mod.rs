//! Cuts a byte stream into frames, the same however the stream is chunked.
//!
//! A line break ends a line; a CR before it is not part of it. A line is cut before each match of the delimiter, and
//! what is still longer than the limit is cut there. Memory is bounded by the chunk and the limit.

mod delimiter;
mod spare;

use memchr::memchr_iter;

pub use delimiter::Delimiter;
use delimiter::{Cut, LOOK_AHEAD, LOOK_BACK};

/// Whole frames: one piece of memory, and where each frame stands in it.
#[derive(Clone, Debug, Default)]
pub struct Frames {
    /// The bytes, line breaks among them.
    pub block: Vec<u8>,
    /// Start and end of each frame, in order.
    pub spans: Vec<(usize, usize)>,
    /// How many lines of the stream ended before this piece began.
    pub lines_before: u64,
}

impl Frames {
    /// How many.
    pub fn len(&self) -> usize {
        self.spans.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.spans.is_empty()
    }

    /// One frame's bytes.
    pub fn frame(&self, position: usize) -> &[u8] {
        let (start, end) = self.spans[position];
        &self.block[start..end]
    }

    /// How many line breaks stand between two places of the block.
    pub fn breaks_between(&self, from: usize, to: usize) -> u64 {
        memchr_iter(b'\n', &self.block[from..to]).count() as u64
    }
}

impl Drop for Frames {
    fn drop(&mut self) {
        spare::give_back(std::mem::take(&mut self.block));
    }
}

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

    fn cut(&mut self, place: usize, spans: &mut Vec<(usize, usize)>) {
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
    lines: u64,
    cut: u64,
    empty: u64,
}

impl Framer {
    /// `delimiter`: where an event begins within a line. `limit`: the longest frame's bytes, at least 1.
    pub fn new(delimiter: Option<Delimiter>, limit: usize) -> Framer {
        Framer { delimiter, limit: limit.max(1), waiting: Vec::new(), line: Line::at(0), lines: 0, cut: 0, empty: 0 }
    }

    /// How many times a frame was cut because it was too long.
    pub fn cut(&self) -> u64 {
        self.cut
    }

    /// How many empty lines were passed over.
    pub fn empty(&self) -> u64 {
        self.empty
    }

    /// How many bytes wait for the rest of their frame.
    pub fn waiting_bytes(&self) -> usize {
        self.waiting.len() - self.line.start
    }

    /// The frames that this chunk completes.
    pub fn push(&mut self, chunk: &[u8]) -> Frames {
        let mut block = spare::with_room(std::mem::take(&mut self.waiting), chunk.len());
        let known = block.len();
        block.extend_from_slice(chunk);
        let mut spans = Vec::with_capacity(chunk.len() / 256);

        let lines_before = self.lines;
        for newline in memchr_iter(b'\n', &block[known..]) {
            self.lines += 1;
            self.end_line(&block, known + newline, &mut spans);
            self.line = Line::at(known + newline + 1);
        }
        // A CR at the end may belong to the line break that comes next.
        self.advance(&block, without_return(&block, self.line.start, block.len()), false, &mut spans);
        self.keep(Frames { block, spans, lines_before })
    }

    /// What still waits, as the last frames: the stream has ended, or is idle.
    pub fn finish(&mut self) -> Frames {
        let block = std::mem::take(&mut self.waiting);
        let mut spans = Vec::new();
        if self.line.start < block.len() {
            self.end_line(&block, block.len(), &mut spans);
        }
        self.line = Line::at(0);
        Frames { block, spans, lines_before: self.lines }
    }

    fn end_line(&mut self, block: &[u8], end: usize, spans: &mut Vec<(usize, usize)>) {
        let end = without_return(block, self.line.start, end);
        if end == self.line.start {
            self.empty += 1;
            return;
        }
        self.advance(block, end, true, spans);
    }

    /// Cut what can be cut of the line's text up to `end`; `complete`: the line ends there.
    fn advance(&mut self, block: &[u8], end: usize, complete: bool, spans: &mut Vec<(usize, usize)>) {
        if self.delimiter.is_some() {
            self.advance_by_delimiter(block, end, complete, spans);
        } else {
            while end - self.line.start > self.limit {
                self.cut_at_limit(spans);
            }
        }
        if complete {
            self.line.cut(end, spans);
        }
    }

    fn advance_by_delimiter(&mut self, block: &[u8], end: usize, complete: bool, spans: &mut Vec<(usize, usize)>) {
        while self.line.start < end {
            let limit = self.line.start + self.limit;
            let Some(delimiter) = &mut self.delimiter else { return };
            // What lies beyond the window must not matter, or the frames would depend on how much has arrived.
            let window = (limit + LOOK_AHEAD).min(end);
            let settled = complete || window == limit + LOOK_AHEAD;
            match delimiter.next_cut(&block[..window], &mut self.line, settled) {
                Cut::At { place, after } if place <= limit && place < end => {
                    self.line.cut(place, spans);
                    self.line.search = after;
                }
                Cut::At { place, .. } if place > limit => self.cut_at_limit(spans),
                Cut::At { after, .. } if complete => self.line.search = after,
                Cut::None if end > limit => self.cut_at_limit(spans),
                Cut::At { .. } | Cut::None | Cut::Unknown => return,
            }
        }
    }

    fn cut_at_limit(&mut self, spans: &mut Vec<(usize, usize)>) {
        self.line.cut(self.line.start + self.limit, spans);
        self.line.search = self.line.search.max(self.line.start.saturating_sub(LOOK_BACK));
        self.cut += 1;
    }

    /// Split off what waits for the next chunk, with the bytes before it that the delimiter may look at.
    fn keep(&mut self, mut frames: Frames) -> Frames {
        let before = self.delimiter.as_ref().map_or(0, Delimiter::look_behind);
        let from = self.line.start.min(self.line.search).saturating_sub(before).max(self.line.origin);
        self.line.whole &= from == self.line.origin;
        let line = self.line;
        self.line = Line { origin: 0, whole: line.whole, start: line.start - from, search: line.search - from };
        if frames.is_empty() && from == 0 {
            self.waiting = std::mem::take(&mut frames.block);
            return Frames::default();
        }
        self.waiting = frames.block[from..].to_vec();
        frames.block.truncate(line.start);
        frames
    }
}

fn without_return(block: &[u8], start: usize, end: usize) -> usize {
    if end > start && block[end - 1] == b'\r' { end - 1 } else { end }
}
