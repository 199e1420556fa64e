//! One field of an event.

use std::ops::Range;

use super::escapes::Escapes;
use super::path::{Path, Step};
use super::text::{Text, Undone};
use super::{Format, cef};

/// One field; its value may hold another format, whose fields come by themselves.
#[derive(Clone, Copy)]
pub struct Field<'f> {
    /// The way to it.
    pub path: &'f Path<'f>,
    /// How its value is escaped.
    pub escapes: Escapes,
    pub(super) text: Text<'f>,
    /// Of CEF: the extension that it is of.
    pub(super) extension: &'f [u8],
}

impl<'f> Field<'f> {
    /// Where its value stands in the event, escapes included.
    #[inline]
    pub fn place(&self) -> Range<usize> {
        self.text.place()
    }

    /// Where a part of what is written stands in the event.
    #[inline]
    pub fn part(&self, range: Range<usize>) -> Range<usize> {
        self.text.part(range).place()
    }

    /// Its value as it stands, with this format's own escapes.
    #[inline]
    pub fn written(&self) -> &'f [u8] {
        self.text.bytes
    }

    /// Its value; `undone` is working memory.
    pub fn value<'v>(&self, undone: &'v mut Vec<u8>) -> &'v [u8]
    where
        'f: 'v,
    {
        if !self.escapes.any(self.text.bytes) {
            return self.text.bytes;
        }
        undone.clear();
        self.escapes.undo(self.text.bytes, undone, &mut |_, _| ());
        undone
    }

    /// Where a part of its value stands in the event, escapes included.
    pub fn part_of_value(&self, range: Range<usize>) -> Range<usize> {
        if !self.escapes.any(self.text.bytes) {
            return self.part(range);
        }
        Undone::new(self.text, self.escapes).text().part(range).place()
    }

    /// The format that it stands in.
    pub fn format(&self) -> Format {
        self.path.format()
    }

    /// Whether its value stands in the event byte for byte.
    pub fn stands_as_it_is(&self) -> bool {
        !self.text.is_undone() && !self.escapes.any(self.text.bytes)
    }

    /// Whether it is an object or array, whose members come before it.
    pub fn holds_others(&self) -> bool {
        matches!(self.text.bytes.first(), Some(b'{' | b'['))
            && self.escapes == Escapes::None
            && self.format() == Format::Json
    }

    /// Whether it is one of CEF's custom fields.
    pub fn may_be_labelled(&self) -> bool {
        matches!(self.path.step, Step::Name(key) if !self.extension.is_empty() && cef::is_custom(key))
    }

    /// Of CEF's custom fields: what the device calls it, as `cs1Label` says of `cs1`.
    pub fn label(&self) -> Option<&'f [u8]> {
        match self.path.step {
            Step::Name(key) if !self.extension.is_empty() => cef::label(self.extension, key),
            _ => None,
        }
    }
}
