//! The walk over one event: each field is given to the caller, an outer one before what it holds.

use super::escapes::Escapes;
use super::field::Field;
use super::path::{Path, Step};
use super::telling::{self, Marks};
use super::text::{Text, Undone};
use super::{FIELDS, FORMATS, Format, cef, csv, json, key_value, leef, syslog, xml};

/// When a text is read as columns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Csv {
    /// Where it looks like columns.
    Guessed,
    /// Wherever it is of no other format and holds something that could part columns.
    Asked,
}

/// Give every field of this event to `on_field`. Returns how often a bound kept something from being read.
pub fn walk(event: &[u8], csv: Csv, on_field: &mut dyn FnMut(&Field<'_>)) -> u64 {
    let mut walker = Walker { on_field, csv, fields_left: FIELDS, passed_over: 0 };
    let message = syslog::walk_header(&mut walker, Text::of(event), None);
    walker.message(message, None);
    walker.passed_over
}

/// A walk under way.
pub struct Walker<'w> {
    on_field: &'w mut dyn FnMut(&Field<'_>),
    csv: Csv,
    fields_left: usize,
    passed_over: u64,
}

impl Walker<'_> {
    /// A field whose value may hold another format. False: the event has too many, the walk is over.
    pub fn field(&mut self, path: &Path<'_>, text: Text<'_>, escapes: Escapes) -> bool {
        self.marked_field(path, text, escapes, Marks::of(text.bytes))
    }

    /// The same, of a value whose marks are known.
    pub fn marked_field(&mut self, path: &Path<'_>, text: Text<'_>, escapes: Escapes, marks: Marks) -> bool {
        self.field_of(path, text, escapes, b"") && {
            self.follow(text, escapes, path, marks);
            true
        }
    }

    /// The same, of a CEF extension.
    pub fn extension_field(&mut self, path: &Path<'_>, text: Text<'_>, extension: &[u8]) -> bool {
        self.field_of(path, text, Escapes::Cef, extension) && {
            self.follow(text, Escapes::Cef, path, Marks::of(text.bytes));
            true
        }
    }

    /// A field in which no other format is looked for.
    pub fn plain_field(&mut self, path: &Path<'_>, text: Text<'_>, escapes: Escapes) -> bool {
        self.field_of(path, text, escapes, b"")
    }

    /// Something is not read because of a bound.
    pub fn pass_over(&mut self) {
        self.passed_over += 1;
    }

    fn field_of(&mut self, path: &Path<'_>, text: Text<'_>, escapes: Escapes, extension: &[u8]) -> bool {
        if self.fields_left == 0 {
            self.passed_over = self.passed_over.max(1);
            return false;
        }
        self.fields_left -= 1;
        (self.on_field)(&Field { path, escapes, text, extension });
        true
    }

    /// What a value holds.
    fn follow(&mut self, text: Text<'_>, escapes: Escapes, path: &Path<'_>, marks: Marks) {
        if !marks.may_be_a_format(text.bytes, escapes) {
            return;
        }
        if path.depth() >= FORMATS {
            return self.pass_over();
        }
        if escapes.any(text.bytes) {
            let undone = Undone::new(text, escapes);
            let message = syslog::walk_header(self, undone.text(), Some(path));
            self.message(message, Some(path));
        } else {
            let message = syslog::walk_header(self, text, Some(path));
            self.message(message, Some(path));
        }
    }

    /// A message behind its header, or a value; `above` is the field that it is the value of.
    fn message(&mut self, text: Text<'_>, above: Option<&Path<'_>>) {
        let csv = if above.is_none() { Some(self.csv) } else { None };
        let Some((format, start)) = telling::format_of(text.bytes, csv) else { return };
        let path = Path { above, step: Step::Format(format) };
        let text = text.from(start);
        match format {
            Format::Cef => cef::walk(self, text, &path),
            Format::Leef => leef::walk(self, text, &path),
            Format::Json => json::walk(self, text, &path),
            Format::Xml => xml::walk(self, text, &path),
            Format::Csv => csv::walk(self, text, &path),
            Format::KeyValue | Format::Syslog => key_value::walk(self, text, &path),
        }
    }
}
