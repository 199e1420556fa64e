//! A piece of an event, and how its places lead back to the event's own bytes.

use std::ops::Range;

use super::escapes::Escapes;

/// A piece of an event as it came, or of one whose escapes are undone.
#[derive(Clone, Copy)]
pub struct Text<'t> {
    /// The piece itself.
    pub bytes: &'t [u8],
    at: usize,
    undone: Option<&'t Undone<'t>>,
}

impl<'t> Text<'t> {
    /// A whole event.
    pub fn of(event: &'t [u8]) -> Text<'t> {
        Text { bytes: event, at: 0, undone: None }
    }

    /// A part of it.
    #[inline]
    pub fn part(&self, range: Range<usize>) -> Text<'t> {
        Text { at: self.at + range.start, bytes: &self.bytes[range], undone: self.undone }
    }

    /// All behind this place.
    #[inline]
    pub fn from(&self, start: usize) -> Text<'t> {
        self.part(start..self.bytes.len())
    }

    /// Without blanks at its ends.
    #[inline]
    pub fn trimmed(&self) -> Text<'t> {
        let start = self.bytes.len() - self.bytes.trim_ascii_start().len();
        self.part(start..start + self.bytes[start..].trim_ascii_end().len())
    }

    /// Whether it is not of the event as it came, but of a value whose escapes are undone.
    pub fn is_undone(&self) -> bool {
        self.undone.is_some()
    }

    /// Where it stands in the event as it came.
    #[inline]
    pub fn place(&self) -> Range<usize> {
        let here = self.at..self.at + self.bytes.len();
        self.undone.map_or(here.clone(), |undone| undone.place(here))
    }
}

/// A value whose escapes are undone, so that a format within it can be read.
pub struct Undone<'t> {
    source: Text<'t>,
    bytes: Vec<u8>,
    /// Where an escape begins and where it is over: (place in `bytes`, place in `source`), ascending.
    points: Vec<(usize, usize)>,
}

impl<'t> Undone<'t> {
    /// Undo the escapes of this text.
    pub fn new(source: Text<'t>, escapes: Escapes) -> Undone<'t> {
        let (mut bytes, mut points) = (Vec::with_capacity(source.bytes.len()), Vec::new());
        escapes.undo(source.bytes, &mut bytes, &mut |undone, source| points.push((undone, source)));
        Undone { source, bytes, points }
    }

    /// The text without its escapes.
    pub fn text(&self) -> Text<'_> {
        Text { bytes: &self.bytes, at: 0, undone: Some(self) }
    }

    fn place(&self, here: Range<usize>) -> Range<usize> {
        let start = self.source_of(here.start);
        let end = if here.is_empty() { start } else { self.source_of(here.end) };
        self.source.part(start..end).place()
    }

    fn source_of(&self, place: usize) -> usize {
        match self.points[..self.points.partition_point(|(undone, _)| *undone <= place)].last() {
            Some((undone, source)) => source + (place - undone),
            None => place,
        }
    }
}
