//! Text of a row's values, cut to a length and escaped.

use std::borrow::Cow;
use std::net::Ipv4Addr;

use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PySlice, PyString};

use super::super::columns;
use super::super::escape::Escape;
use super::path::{Path, Rows};

/// No character of UTF-8 has more bytes.
const LONGEST_CHARACTER: usize = 4;

/// A text with what stands before and behind it; all of it is left out where it is empty.
pub(super) struct Text {
    pub(super) before: String,
    pub(super) pieces: Vec<Piece>,
    pub(super) after: String,
    /// Characters that are taken of the text.
    pub(super) limit: usize,
    pub(super) escape: Py<Escape>,
    /// Only where this value is one of these words.
    pub(super) when: Option<(Path, Vec<String>)>,
    pub(super) only: Only,
}

/// A piece of a text.
pub(super) enum Piece {
    Fixed(String),
    /// What stands before a value, its place, and what stands behind it: all are left out where it is empty.
    Value(String, Path, String),
}

/// Which texts are written.
pub(super) enum Only {
    Any,
    Ipv4,
    /// Those with a colon, as this function writes them.
    Ipv6(Py<PyAny>),
}

impl Text {
    /// The one value that it is made of, where nothing else counts.
    pub(super) fn sole(&self) -> Option<Path> {
        match &self.pieces[..] {
            [Piece::Value(_, path, _)] if self.when.is_none() => Some(*path),
            _ => None,
        }
    }

    /// Whether the value on which it depends is one of its words.
    pub(super) fn applies(&self, rows: &Rows<'_>) -> PyResult<bool> {
        let Some((path, words)) = &self.when else { return Ok(true) };
        let word = path.read(rows)?;
        let word = word.cast::<PyString>()?;
        let word = word.to_str()?;
        Ok(words.iter().any(|one| one == word))
    }

    pub(super) fn write(&self, rows: &Rows<'_>, line: &mut String) -> PyResult<()> {
        if !self.applies(rows)? {
            return Ok(());
        }
        self.written(line, |left, line| {
            for piece in &self.pieces {
                match piece {
                    Piece::Fixed(text) => left.write(text, line),
                    Piece::Value(before, path, after) => {
                        let value = path.read(rows)?;
                        self.write_value(&value, (before, after), left, line)?;
                    }
                }
            }
            Ok(())
        })
    }

    /// Write a text of which this is the one piece.
    pub(super) fn write_sole(&self, value: &Bound<'_, PyAny>, line: &mut String) -> PyResult<()> {
        let [Piece::Value(before, _, after)] = &self.pieces[..] else { return Ok(()) };
        self.written(line, |left, line| self.write_value(value, (before, after), left, line))
    }

    fn written(
        &self,
        line: &mut String,
        write: impl FnOnce(&mut Left<'_>, &mut String) -> PyResult<()>,
    ) -> PyResult<()> {
        let start = line.len();
        line.push_str(&self.before);
        let mut left = Left { characters: self.limit, escape: self.escape.get() };
        write(&mut left, line)?;
        if left.characters == self.limit {
            line.truncate(start);
        } else {
            line.push_str(&self.after);
        }
        Ok(())
    }

    fn write_value(
        &self,
        value: &Bound<'_, PyAny>,
        (before, after): (&str, &str),
        left: &mut Left<'_>,
        line: &mut String,
    ) -> PyResult<()> {
        let text = Spelled::of(value, left.characters)?;
        match &self.only {
            _ if text.text.is_empty() => {}
            Only::Any => {
                left.write(before, line);
                // Cut anew: what stands before it counts too.
                left.write_spelled(if before.is_empty() { text } else { Spelled::of(value, left.characters)? }, line);
                left.write(after, line);
            }
            Only::Ipv4 if text.text.parse::<Ipv4Addr>().is_ok() => left.write_spelled(text, line),
            Only::Ipv6(write) if text.text.contains(':') => {
                let written = write.bind(value.py()).call1((value,))?;
                left.write_spelled(Spelled::of(&written, left.characters)?, line);
            }
            Only::Ipv4 | Only::Ipv6(_) => {}
        }
        Ok(())
    }
}

/// How much more of a text is taken.
struct Left<'a> {
    characters: usize,
    escape: &'a Escape,
}

impl Left<'_> {
    fn write(&mut self, text: &str, line: &mut String) {
        let (text, characters) = cut(text, self.characters);
        self.characters -= characters;
        self.escape.0.append(text, line);
    }

    fn write_spelled(&mut self, text: Spelled<'_>, line: &mut String) {
        self.characters -= text.characters;
        self.escape.0.append(&text.text, line);
    }
}

/// A value as text that UTF-8 can carry, cut.
pub(super) struct Spelled<'a> {
    pub(super) text: Cow<'a, str>,
    /// How many it had before what UTF-8 cannot carry was spelled out.
    characters: usize,
}

impl<'a> Spelled<'a> {
    /// At most so many characters of a value.
    pub(super) fn of(value: &'a Bound<'_, PyAny>, limit: usize) -> PyResult<Spelled<'a>> {
        if let Ok(text) = value.cast::<PyString>() {
            return text.to_str().map_or_else(|_| Spelled::anew(text, limit), |text| Ok(Spelled::cut(text, limit)));
        }
        let Ok(bytes) = value.cast::<PyBytes>() else {
            return Err(PyTypeError::new_err(format!("expected text or bytes, got {}", value.get_type())));
        };
        let bytes = bytes.as_bytes();
        let bytes = &bytes[..bytes.len().min(limit.saturating_mul(LONGEST_CHARACTER))];
        if let Ok(text) = std::str::from_utf8(bytes) {
            return Ok(Spelled::cut(text, limit));
        }
        let text = columns::text(value.py(), bytes)?;
        let (text, characters) = cut(text.to_str()?, limit);
        Ok(Spelled { text: Cow::Owned(text.to_owned()), characters })
    }

    fn cut(text: &'a str, limit: usize) -> Spelled<'a> {
        let (text, characters) = cut(text, limit);
        Spelled { text: Cow::Borrowed(text), characters }
    }

    /// A text with lone surrogates: cut, and then these written as `\udc80`.
    fn anew(text: &Bound<'_, PyString>, limit: usize) -> PyResult<Spelled<'a>> {
        let characters = text.len()?.min(limit);
        let cut = text.get_item(PySlice::new(text.py(), 0, characters.try_into()?, 1))?;
        let bytes = cut.call_method1("encode", ("utf-8", "backslashreplace"))?;
        let spelled = String::from_utf8(bytes.cast::<PyBytes>()?.as_bytes().to_vec())?;
        Ok(Spelled { text: Cow::Owned(spelled), characters })
    }
}

/// At most so many characters of a text, and how many they are.
fn cut(text: &str, limit: usize) -> (&str, usize) {
    if text.len() <= limit {
        // Counted only where a character may have more than one byte.
        return (text, if text.is_ascii() { text.len() } else { text.chars().count() });
    }
    if let Some(start) = text.get(..limit).filter(|start| start.is_ascii()) {
        return (start, limit);
    }
    let mut places = text.char_indices().map(|(place, _)| place);
    match places.nth(limit) {
        Some(place) => (&text[..place], limit),
        None => (text, text.chars().count()),
    }
}
