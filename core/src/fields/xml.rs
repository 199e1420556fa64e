//! XML without a document type: elements, attributes, text, CDATA; entities are the five named ones and numbers.

use memchr::{memchr, memmem};

use super::NESTING;
use super::escapes::Escapes;
use super::path::{Path, Step};
use super::text::Text;
use super::walk::Walker;

/// How much of a start tag's attributes is looked at for one of a given name.
const LOOKED_AT: usize = 1024;

/// The fields of a text that begins with `<`.
pub fn walk(walker: &mut Walker<'_>, text: Text<'_>, path: &Path<'_>) {
    let mut reader = Reader { text, at: 0, walker, over: false };
    reader.content(path, 0);
}

/// The value of an element's attribute, escapes and all, by its name.
pub fn attribute<'a>(attributes: &'a [u8], name: &[u8]) -> Option<&'a [u8]> {
    let mut at = 0;
    let attributes = &attributes[..attributes.len().min(LOOKED_AT)];
    while let Some((found, value, end)) = next_attribute(attributes, at) {
        if &attributes[found] == name {
            return Some(&attributes[value]);
        }
        at = end;
    }
    None
}

type Span = std::ops::Range<usize>;

/// The next attribute at or behind `at`: where its name and its value stand, and where it is over.
fn next_attribute(text: &[u8], at: usize) -> Option<(Span, Span, usize)> {
    let equals = at + memchr(b'=', &text[at..])?;
    let before = text[at..equals].trim_ascii_end();
    let name = before.iter().rev().take_while(|byte| !byte.is_ascii_whitespace() && !b"\"'/<>".contains(byte)).count();
    let name = at + before.len() - name..at + before.len();
    let behind = equals + 1;
    let start = behind + (text.len() - behind - text[behind..].trim_ascii_start().len());
    if let Some(quote @ (b'"' | b'\'')) = text.get(start) {
        let length = memchr(*quote, &text[start + 1..]).unwrap_or(text.len() - start - 1);
        return Some((name, start + 1..start + 1 + length, (start + length + 2).min(text.len())));
    }
    let length = text[start..].iter().position(u8::is_ascii_whitespace).unwrap_or(text.len() - start);
    Some((name, start..start + length, start + length))
}

struct Reader<'r, 't, 'w> {
    text: Text<'t>,
    at: usize,
    walker: &'r mut Walker<'w>,
    over: bool,
}

impl Reader<'_, '_, '_> {
    fn left(&self) -> &[u8] {
        &self.text.bytes[self.at..]
    }

    /// What is within an element, up to its end tag; the text within no element belongs to none.
    fn content(&mut self, path: &Path<'_>, nesting: usize) {
        while !self.over && self.at < self.text.bytes.len() {
            let length = memchr(b'<', self.left()).unwrap_or(self.left().len());
            if nesting > 0 {
                self.emit(path, self.at..self.at + length, Escapes::Xml);
            }
            self.at += length;
            match self.left() {
                [] => return,
                [b'<', b'/', ..] => {
                    self.skip_past(b">");
                    if nesting > 0 {
                        return;
                    }
                }
                [b'<', b'?', ..] => self.skip_past(b"?>"),
                left if left.starts_with(b"<!--") => self.skip_past(b"-->"),
                left if left.starts_with(b"<![CDATA[") => self.cdata(path, nesting),
                // A document type could say anything of what follows.
                [b'<', b'!', ..] => {
                    self.walker.pass_over();
                    self.over = true;
                }
                [b'<', next, ..] if next.is_ascii_alphabetic() || *next == b'_' || *next >= 0x80 => {
                    self.element(path, nesting);
                }
                _ => self.at += 1,
            }
        }
    }

    fn skip_past(&mut self, end: &[u8]) {
        self.at = memmem::find(self.left(), end).map_or(self.text.bytes.len(), |found| self.at + found + end.len());
    }

    fn cdata(&mut self, path: &Path<'_>, nesting: usize) {
        let begin = self.at + b"<![CDATA[".len();
        self.skip_past(b"]]>");
        let end = if self.text.bytes[begin..self.at].ends_with(b"]]>") { self.at - 3 } else { self.at };
        if nesting > 0 {
            self.emit(path, begin..end, Escapes::None);
        }
    }

    fn element(&mut self, path: &Path<'_>, nesting: usize) {
        let text = self.text;
        let tag = self.at + 1;
        let end = tag + tag_length(&text.bytes[tag..]);
        self.at = (end + 1).min(text.bytes.len());
        let inside = &text.bytes[tag..end];
        let is_empty = inside.ends_with(b"/");
        let inside = inside.strip_suffix(b"/").unwrap_or(inside);
        let name = inside.iter().position(u8::is_ascii_whitespace).unwrap_or(inside.len());
        if nesting == NESTING {
            // What is deeper is not read; its end tags would end what is above it.
            self.walker.pass_over();
            self.over = true;
            return;
        }
        let (name, attributes) = inside.split_at(name);
        let element = path.then(Step::Element(name, attributes));
        self.attributes(&element, tag + name.len(), attributes);
        if !is_empty && !self.over {
            self.content(&element, nesting + 1);
        }
    }

    fn attributes(&mut self, element: &Path<'_>, begin: usize, attributes: &[u8]) {
        let mut at = 0;
        while let Some((name, value, end)) = next_attribute(attributes, at) {
            let path = element.then(Step::Attribute(&attributes[name]));
            if !self.walker.field(&path, self.text.part(begin + value.start..begin + value.end), Escapes::Xml) {
                self.over = true;
                return;
            }
            at = end;
        }
    }

    fn emit(&mut self, path: &Path<'_>, range: Span, escapes: Escapes) {
        let text = self.text.part(range).trimmed();
        if !text.bytes.is_empty() {
            self.over |= !self.walker.field(path, text, escapes);
        }
    }
}

/// The length of a tag up to its `>`, which a quoted value may hold.
fn tag_length(text: &[u8]) -> usize {
    let mut at = 0;
    while let Some(found) = memchr::memchr3(b'>', b'"', b'\'', &text[at..]) {
        at += found;
        if text[at] == b'>' {
            return at;
        }
        match memchr(text[at], &text[at + 1..]) {
            Some(length) => at += length + 2,
            None => break,
        }
    }
    text.len()
}
