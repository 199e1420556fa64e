//! Whole frames, where they stand in what was read: the chunk itself, and the line that was joined from several.

use std::ops::Range;
use std::sync::{Arc, OnceLock};

use memchr::memchr_iter;

use super::Spans;
use super::lines::{Counts, Cut, next_line};

/// Bytes as they were read, whoever owns them.
pub type Chunk = Box<dyn AsRef<[u8]> + Send + Sync>;

/// Whole frames: a chunk, and where each frame stands in it. Those of a line that an earlier chunk began come first.
///
/// Lines that nothing but their breaks can cut are left uncut till somebody asks for them.
pub struct Frames {
    pub(super) chunk: Chunk,
    /// The line that earlier chunks began, and its frames' places in it.
    pub(super) joined: Vec<u8>,
    pub(super) of_joined: Spans,
    /// Lines of the chunk that are left uncut.
    pub(super) uncut: Range<usize>,
    /// What was cut from the chunk beyond them.
    pub(super) beyond: Spans,
    pub(super) limit: usize,
    /// How many lines of the stream ended before the chunk began.
    pub(super) lines_before: u64,
    pub(super) counts: Arc<Counts>,
    /// Start and end of all frames, in order.
    pub(super) spans: OnceLock<Spans>,
}

/// Frames that stand in the same bytes.
#[derive(Clone, Copy)]
pub struct Run<'a> {
    /// The bytes, line breaks among them.
    pub bytes: &'a [u8],
    /// Start and end of each frame, in order.
    pub spans: &'a [(usize, usize)],
    /// What the first one is numbered.
    pub first: usize,
}

impl<'a> Run<'a> {
    /// The bytes of the frame of this number.
    pub fn frame(&self, number: usize) -> &'a [u8] {
        let (start, end) = self.spans[number - self.first];
        &self.bytes[start..end]
    }
}

impl Frames {
    /// How many.
    pub fn len(&self) -> usize {
        self.spans().len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// One frame's bytes.
    pub fn frame(&self, position: usize) -> &[u8] {
        let (start, end) = self.spans()[position];
        if position < self.of_joined.len() { &self.joined[start..end] } else { &self.bytes()[start..end] }
    }

    /// These frames, as runs within the same bytes.
    pub fn runs(&self, range: Range<usize>) -> impl Iterator<Item = Run<'_>> {
        let middle = self.of_joined.len().clamp(range.start, range.end);
        [(&self.joined[..], range.start..middle), (self.bytes(), middle..range.end)]
            .into_iter()
            .filter(|(_, range)| !range.is_empty())
            .map(|(bytes, range)| Run { bytes, spans: &self.spans()[range.clone()], first: range.start })
    }

    /// How many bytes are still uncut.
    pub fn uncut_bytes(&self) -> usize {
        if self.spans.get().is_some() { 0 } else { self.uncut.len() }
    }

    /// Cut those lines that begin within a part of the uncut bytes.
    pub fn cut_part(&self, part: Range<usize>) -> Cut {
        let place = |within: usize| next_line(self.bytes(), self.uncut.start + within, &self.uncut);
        Cut::of(self.bytes(), place(part.start)..place(part.end), self.limit)
    }

    /// The frames of this cut, numbered from 0.
    pub fn run_of<'a>(&'a self, cut: &'a Cut) -> Run<'a> {
        Run { bytes: self.bytes(), spans: &cut.spans, first: 0 }
    }

    /// The frames before the uncut bytes, numbered from 0.
    pub fn begun(&self) -> Run<'_> {
        Run { bytes: &self.joined, spans: &self.of_joined, first: 0 }
    }

    /// The frames behind the uncut bytes, numbered from 0.
    pub fn beyond(&self) -> Run<'_> {
        Run { bytes: self.bytes(), spans: &self.beyond, first: 0 }
    }

    /// Take what all the uncut bytes were cut into, part by part.
    pub fn take_parts<'a>(&self, parts: impl Iterator<Item = &'a Cut>) {
        self.spans.get_or_init(|| self.put_together(parts));
    }

    /// How many lines of the stream ended before this frame's began; `known`: what that is for an earlier frame.
    pub fn lines_before(&self, position: usize, known: Option<(usize, u64)>) -> u64 {
        let (from, lines) = known.map_or((0, self.lines_before), |(earlier, lines)| (self.place(earlier), lines));
        lines + memchr_iter(b'\n', &self.bytes()[from..self.place(position)]).count() as u64
    }

    /// Where each frame begins and ends.
    pub(super) fn spans(&self) -> &Spans {
        self.spans.get_or_init(|| self.put_together([&self.cut_part(0..self.uncut.len())].into_iter()))
    }

    fn put_together<'a>(&self, parts: impl Iterator<Item = &'a Cut>) -> Spans {
        let mut spans = self.of_joined.clone();
        for part in parts {
            self.counts.add(part);
            spans.extend_from_slice(&part.spans);
        }
        spans.extend_from_slice(&self.beyond);
        spans
    }

    /// Where in the chunk a frame begins, or its line goes on.
    fn place(&self, position: usize) -> usize {
        if position < self.of_joined.len() { 0 } else { self.spans()[position].0 }
    }

    fn bytes(&self) -> &[u8] {
        (*self.chunk).as_ref()
    }
}

impl Drop for Frames {
    /// What nobody asked for is cut all the same: its lines count.
    fn drop(&mut self) {
        self.spans();
    }
}
