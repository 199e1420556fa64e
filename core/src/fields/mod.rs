//! The fields of a structured event: their names, their values and where these stand.
//!
//! A syslog header, then CEF, LEEF, JSON, XML, CSV or key=value; what such a format holds within a value is followed to
//! a depth of [`FORMATS`]. Nothing is refused: of what is no such format, no field is seen. `docs/fields.md` is the law.

mod cef;
mod csv;
pub mod ends;

mod escapes;
mod field;
mod json;
mod key_value;
mod leef;
mod naming;
pub mod outcome;

mod path;
mod selector;
mod syslog;
mod taking;
mod telling;
mod text;
mod walk;
mod xml;

pub use ends::{EndNames, Ends, Finding, Role, ends_of};
pub use escapes::Escapes;
pub use field::Field;

pub use naming::{Span, name_fields};
pub use outcome::Action;
pub use path::{Path, Step};
pub use selector::Selector;
pub use taking::{FieldRules, FieldValue, FieldValues};
pub use walk::{Csv, walk};

/// How many formats may stand within each other.
pub const FORMATS: usize = 4;
/// How deeply JSON's containers and XML's elements may be nested.
pub const NESTING: usize = 32;
/// How many fields of an event are seen.
pub const FIELDS: usize = 1024;
/// How long a name within a path may be, in bytes; a longer one is shown cut.
pub const NAME_BYTES: usize = 128;
/// How long a path is shown, in bytes.
pub const PATH_BYTES: usize = 512;

/// What a field stands in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// A syslog header, RFC 3164 or RFC 5424.
    Syslog,
    /// ArcSight's Common Event Format.
    Cef,
    /// QRadar's Log Event Extended Format.
    Leef,
    /// JSON.
    Json,
    /// `key=value` pairs in free text.
    KeyValue,
    /// Columns.
    Csv,
    /// XML.
    Xml,
}

impl Format {
    /// Every format.
    pub const ALL: [Format; 7] =
        [Format::Syslog, Format::Cef, Format::Leef, Format::Json, Format::KeyValue, Format::Csv, Format::Xml];

    /// The word that users write.
    pub fn name(self) -> &'static str {
        match self {
            Format::Syslog => "syslog",
            Format::Cef => "cef",
            Format::Leef => "leef",
            Format::Json => "json",
            Format::KeyValue => "kv",
            Format::Csv => "csv",
            Format::Xml => "xml",
        }
    }

    /// The format of this name.
    pub fn parse(name: &str) -> Option<Format> {
        Format::ALL.into_iter().find(|format| format.name() == name)
    }
}
