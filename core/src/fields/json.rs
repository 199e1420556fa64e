//! JSON as devices write it: what is no JSON is read as a scalar, what is cut ends where the text ends.

use memchr::{memchr2, memchr3};

use super::NESTING;
use super::escapes::Escapes;
use super::path::{Path, Step};
use super::syslog::quoted_length;
use super::telling::Marks;
use super::text::Text;
use super::walk::Walker;

/// The fields of a text that begins with `{` or `[`.
pub fn walk(walker: &mut Walker<'_>, text: Text<'_>, path: &Path<'_>) {
    let mut reader = Reader { text, at: 0, walker, over: false };
    reader.value(path, 0);
}

/// Whether this text begins as an object does.
pub fn opens_object(text: &[u8]) -> bool {
    text.first() == Some(&b'{') && matches!(text[1..].trim_ascii_start().first(), Some(b'"' | b'}'))
}

/// The length of the object or array that this text begins with, if it ends.
pub fn object_length(text: &[u8]) -> Option<usize> {
    let (mut at, mut open) = (0, 0usize);
    while at < text.len() {
        match text[at] {
            b'{' | b'[' => open += 1,
            b'}' | b']' => open = open.saturating_sub(1),
            b'"' => at += 1 + quoted_length(&text[at + 1..], b'"'),
            _ => {}
        }
        at += 1;
        if open == 0 {
            return Some(at.min(text.len()));
        }
    }
    None
}

struct Reader<'r, 't, 'w> {
    text: Text<'t>,
    at: usize,
    walker: &'r mut Walker<'w>,
    over: bool,
}

impl<'t> Reader<'_, 't, '_> {
    fn value(&mut self, path: &Path<'_>, nesting: usize) {
        let begin = self.at;
        match self.text.bytes.get(self.at) {
            Some(b'"') => {
                let (inside, marks) = self.string();
                self.over |= !self.walker.marked_field(path, inside, Escapes::Json, marks);
            }
            Some(b'{' | b'[') if nesting == NESTING => {
                self.walker.pass_over();
                let length = object_length(&self.text.bytes[begin..]);
                self.at = length.map_or(self.text.bytes.len(), |length| begin + length);
            }
            Some(open @ (b'{' | b'[')) => {
                let is_object = *open == b'{';
                self.at += 1;
                if is_object {
                    self.members(path, nesting)
                } else {
                    self.items(path, nesting)
                }
                if !self.over {
                    self.over = !self.walker.plain_field(path, self.text.part(begin..self.at), Escapes::None);
                }
            }
            _ => {
                let scalar = self.scalar();
                if !scalar.bytes.is_empty() {
                    self.over |= !self.walker.plain_field(path, scalar, Escapes::None);
                }
            }
        }
    }

    fn members(&mut self, path: &Path<'_>, nesting: usize) {
        while !self.ends(b'}') {
            let begin = self.at;
            let name = if self.text.bytes[self.at] == b'"' { self.string().0 } else { self.bare_name() };
            self.skip_blanks();
            if self.text.bytes.get(self.at) == Some(&b':') {
                self.at += 1;
                self.skip_blanks();
                self.value(&path.then(Step::Member(name.bytes)), nesting + 1);
            } else if self.at == begin {
                // What can open neither a name nor a value.
                self.at += 1;
            }
        }
    }

    fn items(&mut self, path: &Path<'_>, nesting: usize) {
        let mut position = 0;
        while !self.ends(b']') {
            let begin = self.at;
            self.value(&path.then(Step::Item(position)), nesting + 1);
            position += 1;
            if self.at == begin {
                self.at += 1;
            }
        }
    }

    /// Whether the container, or the text, ends here; what parts its values is passed.
    fn ends(&mut self, closing: u8) -> bool {
        while let Some(byte) = self.text.bytes.get(self.at) {
            match byte {
                b' ' | b'\t' | b'\n' | b'\r' | b',' => self.at += 1,
                byte if *byte == closing => {
                    self.at += 1;
                    return true;
                }
                _ => return self.over,
            }
        }
        true
    }

    fn skip_blanks(&mut self) {
        let left = &self.text.bytes[self.at..];
        self.at += left.len() - left.trim_ascii_start().len();
    }

    /// The inside of a string and its marks; `at` is behind its closing quote then.
    fn string(&mut self) -> (Text<'t>, Marks) {
        let begin = self.at + 1;
        let (length, marks) = Marks::of_string(&self.text.bytes[begin..]);
        let end = begin + length;
        self.at = (end + 1).min(self.text.bytes.len());
        (self.text.part(begin..end), marks)
    }

    /// A name without quotes: up to what may follow a name.
    fn bare_name(&mut self) -> Text<'t> {
        self.until(|left| left.iter().position(|byte| b":,{}[]\"".contains(byte)))
    }

    /// A number, a word: up to what may follow a value.
    fn scalar(&mut self) -> Text<'t> {
        self.until(|left| memchr3(b',', b'}', b']', left))
    }

    fn until(&mut self, end: impl Fn(&[u8]) -> Option<usize>) -> Text<'t> {
        let left = &self.text.bytes[self.at..];
        let length = end(left).unwrap_or(left.len());
        // Only a break of the line ends what nothing else does.
        let length = memchr2(b'\n', b'\r', &left[..length]).unwrap_or(length);
        self.at += length;
        self.text.part(self.at - length..self.at).trimmed()
    }
}
