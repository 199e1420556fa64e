//! The way to a field: the formats and names that it stands in, from the event down.

use super::escapes::Escapes;
use super::{Format, NAME_BYTES, PATH_BYTES};

/// One step of a path.
#[derive(Clone, Copy, Debug)]
pub enum Step<'p> {
    /// Into a format.
    Format(Format),
    /// A key of CEF, LEEF or key=value, or a part of a syslog header.
    Name(&'p [u8]),
    /// A parameter of an element of RFC 5424's structured data: the element, then the parameter.
    Parameter(&'p [u8], &'p [u8]),
    /// A member of a JSON object; its escapes are not undone.
    Member(&'p [u8]),
    /// An item of a JSON array, from 0.
    Item(usize),
    /// A column, from 1.
    Column(usize),
    /// An XML element: its name, and its start tag's attributes as they stand.
    Element(&'p [u8], &'p [u8]),
    /// An attribute of an XML element.
    Attribute(&'p [u8]),
}

/// A step, and what it is within.
#[derive(Clone, Copy, Debug)]
pub struct Path<'p> {
    /// What this step is within.
    pub above: Option<&'p Path<'p>>,
    /// The last step.
    pub step: Step<'p>,
}

impl<'p> Path<'p> {
    /// One step further.
    #[inline]
    pub fn then<'s>(&'s self, step: Step<'s>) -> Path<'s> {
        Path { above: Some(self), step }
    }

    /// The format that the field stands in, innermost.
    pub fn format(&self) -> Format {
        self.steps()
            .find_map(|step| if let Step::Format(format) = step { Some(format) } else { None })
            .unwrap_or(Format::Syslog)
    }

    /// How many formats it stands in.
    pub fn depth(&self) -> usize {
        self.steps().filter(|step| matches!(step, Step::Format(_))).count()
    }

    /// The steps from the last up.
    pub fn steps(&self) -> impl Iterator<Item = Step<'p>> + use<'_, 'p> {
        std::iter::successors(Some(self), |path| path.above).map(|path| path.step)
    }

    /// How people read it: `cef.msg.json.$.a[0]`.
    pub fn shown(&self) -> String {
        let mut text = String::new();
        self.show(&mut text);
        text
    }

    /// The same, into a text that is cleared first.
    pub fn show(&self, text: &mut String) {
        text.clear();
        self.write(text);
        if text.len() > PATH_BYTES {
            let end = (0..=PATH_BYTES).rev().find(|end| text.is_char_boundary(*end)).unwrap_or(0);
            text.truncate(end);
            text.push('…');
        }
    }

    fn write(&self, text: &mut String) {
        if let Some(above) = self.above {
            above.write(text);
        }
        if text.len() > PATH_BYTES {
            return;
        }
        let within_xml = matches!(self.above.map(|above| above.step), Some(Step::Element(..)));
        match self.step {
            Step::Format(format) => {
                if !text.is_empty() {
                    text.push('.');
                }
                text.push_str(if format == Format::Json { "json.$" } else { format.name() });
            }
            Step::Name(name) => add(text, ".", name, ""),
            Step::Parameter(element, name) => {
                add(text, ".", element, "");
                add(text, ".", name, "");
            }
            Step::Member(name) => {
                let name = Escapes::Json.undone(name);
                if is_plain(&name) { add(text, ".", &name, "") } else { add(text, "['", &name, "']") }
            }
            Step::Item(position) => text.push_str(&format!("[{position}]")),
            Step::Column(number) => text.push_str(&format!(".{number}")),
            Step::Element(name, attributes) => {
                add(text, if within_xml { "/" } else { "." }, name, "");
                if let Some(value) = super::xml::attribute(attributes, b"Name") {
                    add(text, "[@Name='", &Escapes::Xml.undone(value), "']");
                }
            }
            Step::Attribute(name) => add(text, "/@", name, ""),
        }
    }
}

fn is_plain(name: &[u8]) -> bool {
    !name.is_empty()
        && name.iter().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'@') || *byte >= 0x80)
}

fn add(text: &mut String, before: &str, name: &[u8], after: &str) {
    text.push_str(before);
    text.push_str(&String::from_utf8_lossy(&name[..name.len().min(NAME_BYTES)]));
    if name.len() > NAME_BYTES {
        text.push('…');
    }
    text.push_str(after);
}
