//! The syslog header, as RFC 3164 and RFC 5424 have it and as devices write it.

use super::Format;
use super::escapes::Escapes;
use super::path::{Path, Step};
use super::telling::cef_or_leef;
use super::text::Text;
use super::walk::Walker;

const ZONES: [&[u8]; 14] =
    [b"UTC", b"GMT", b"Z", b"CET", b"CEST", b"EST", b"EDT", b"CST", b"CDT", b"MST", b"MDT", b"PST", b"PDT", b"MSK"];
const MONTHS: &[u8; 36] = b"JanFebMarAprMayJunJulAugSepOctNovDec";

/// The fields of the header, if there is one; returns the message behind it. `above` is the field that this is the
/// value of: there, a header must have a priority or a time as RFC 3164 writes it.
pub fn walk_header<'t>(walker: &mut Walker<'_>, text: Text<'t>, above: Option<&Path<'_>>) -> Text<'t> {
    let mut reader = Reader { text, at: 0 };
    let Some(header) = reader.header(above.is_some()) else { return text };
    let path = Path { above, step: Step::Format(Format::Syslog) };
    for (name, part) in header.parts() {
        if !part.bytes.is_empty() {
            walker.plain_field(&path.then(Step::Name(name)), part, Escapes::None);
        }
    }
    if header.has_data {
        reader.walk_data(walker, &path);
    }
    reader.skip_blanks();
    let message = reader.rest();
    walker.plain_field(&path.then(Step::Name(b"message")), message, Escapes::None);
    message
}

/// The parts of a header; those that are not there are empty.
struct Header<'t> {
    priority: Text<'t>,
    time: Text<'t>,
    host: Text<'t>,
    app: Text<'t>,
    process: Text<'t>,
    message_id: Text<'t>,
    /// Structured data stands behind it.
    has_data: bool,
}

impl<'t> Header<'t> {
    fn of(nothing: Text<'t>) -> Header<'t> {
        Header {
            priority: nothing,
            time: nothing,
            host: nothing,
            app: nothing,
            process: nothing,
            message_id: nothing,
            has_data: false,
        }
    }

    fn parts(&self) -> [(&'static [u8], Text<'t>); 6] {
        [
            (b"priority", self.priority),
            (b"time", self.time),
            (b"host", self.host),
            (b"app", self.app),
            (b"process", self.process),
            (b"message_id", self.message_id),
        ]
    }
}

struct Reader<'t> {
    text: Text<'t>,
    at: usize,
}

impl<'t> Reader<'t> {
    fn header(&mut self, within: bool) -> Option<Header<'t>> {
        if self.left().starts_with(b"\xef\xbb\xbf") {
            self.at += 3;
        }
        self.skip_blanks();
        let priority = self.priority();
        let has_priority = !priority.bytes.is_empty();
        let version = has_priority && self.version();
        self.skip_blanks();
        let (time, is_word) = self.time(has_priority, within);
        let has_time = !time.bytes.is_empty();
        if !has_priority && !has_time {
            return None;
        }
        let host = if has_time || version { self.host() } else { self.host_before_a_tag() };
        // A number, or a time alone, opens much that is no syslog.
        if !has_priority && !is_word && host.bytes.is_empty() {
            return None;
        }
        let mut header = Header { priority, time, host, ..Header::of(self.nothing()) };
        if cef_or_leef(&self.left()[..self.left().len().min(80)]).is_none() && !self.tail(&mut header, version, is_word)
        {
            self.tag(&mut header);
        }
        Some(header)
    }

    fn left(&self) -> &'t [u8] {
        &self.text.bytes[self.at..]
    }

    fn rest(&self) -> Text<'t> {
        self.text.from(self.at)
    }

    fn nothing(&self) -> Text<'t> {
        self.text.part(self.at..self.at)
    }

    fn take(&mut self, length: usize) -> Text<'t> {
        self.at += length;
        self.text.part(self.at - length..self.at)
    }

    fn skip_blanks(&mut self) {
        self.at += self.left().iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
    }

    /// The length of what stands before the next blank.
    fn word(&self) -> usize {
        let left = self.left();
        memchr::memchr2(b' ', b'\t', left).unwrap_or(left.len())
    }

    fn priority(&mut self) -> Text<'t> {
        let digits = self.left().iter().skip(1).take(4).take_while(|byte| byte.is_ascii_digit()).count();
        if self.left().first() != Some(&b'<')
            || !(1..=3).contains(&digits)
            || self.left().get(digits + 1) != Some(&b'>')
        {
            return self.nothing();
        }
        self.at += 1;
        let priority = self.take(digits);
        self.at += 1;
        priority
    }

    fn version(&mut self) -> bool {
        let digits = self.left().iter().take(4).take_while(|byte| byte.is_ascii_digit()).count();
        let is_version = (1..=3).contains(&digits) && self.left().get(digits) == Some(&b' ');
        self.at += if is_version { digits } else { 0 };
        is_version
    }

    /// The time, and whether it is written as RFC 3164 has it.
    fn time(&mut self, has_priority: bool, within: bool) -> (Text<'t>, bool) {
        if let Some(length) = word_time(self.left()) {
            return (self.take(length), true);
        }
        let word = self.word();
        let left = &self.left()[..word];
        let epoch = left.len() >= 10 && left.iter().all(|byte| byte.is_ascii_digit() || *byte == b'.');
        let is_time = (has_priority || !within) && is_iso(left)
            || epoch && (has_priority || !within && cef_or_leef(self.left()).is_some())
            || left == b"-" && has_priority;
        if !is_time {
            return (self.nothing(), false);
        }
        // `2024-03-14 09:26:53`.
        let clock =
            if left.len() == 10 && is_iso(left) { clock(self.left().get(word + 1..).unwrap_or_default()) } else { 0 };
        (self.take(word + if clock > 0 { clock + 1 } else { 0 }), false)
    }

    fn host(&mut self) -> Text<'t> {
        let begin = self.at;
        self.skip_blanks();
        let word = self.word();
        let left = &self.left()[..word];
        let name = left.strip_suffix(b":").unwrap_or(left);
        let is_host = (1..=255).contains(&name.len())
            && name.iter().all(|byte| byte.is_ascii_alphanumeric() || b"._-/:%".contains(byte) || *byte >= 0x80)
            && !name.iter().all(u8::is_ascii_digit)
            && !matches!(name, b"CEF" | b"LEEF")
            && !ZONES.contains(&name);
        if !is_host {
            self.at = begin;
            return self.nothing();
        }
        let host = self.take(name.len());
        self.at += word - name.len();
        if host.bytes == b"-" { self.nothing() } else { host }
    }

    /// Without a time, the first word is a host only if a tag comes behind it.
    fn host_before_a_tag(&mut self) -> Text<'t> {
        let (begin, host) = (self.at, self.host());
        let behind = self.at;
        let mut tagged = Header::of(self.nothing());
        self.tag(&mut tagged);
        self.at = behind;
        if tagged.app.bytes.is_empty() {
            self.at = begin;
            return self.nothing();
        }
        host
    }

    /// RFC 5424's words behind the host, if its structured data stands behind them.
    fn tail(&mut self, header: &mut Header<'t>, version: bool, is_word: bool) -> bool {
        let begin = self.at;
        let mut words = [self.nothing(); 3];
        for word in &mut words {
            self.skip_blanks();
            *word = self.take(self.word().min(255));
        }
        self.skip_blanks();
        let left = self.left();
        let nil = version && (left == b"-" || left.starts_with(b"- "));
        let data = left.first() == Some(&b'[')
            && (version || !is_word && element(left).is_some_and(|name| left[name..].contains(&b'=')));
        if words[2].bytes.is_empty() || !nil && !data {
            self.at = begin;
            return false;
        }
        self.at += usize::from(nil);
        let named = |word: Text<'t>| if word.bytes == b"-" { word.part(0..0) } else { word };
        [header.app, header.process, header.message_id] = words.map(named);
        header.has_data = data;
        true
    }

    /// `sshd[4242]:`.
    fn tag(&mut self, header: &mut Header<'t>) {
        let begin = self.at;
        self.skip_blanks();
        let app = self
            .left()
            .iter()
            .take(64)
            .take_while(|byte| byte.is_ascii_alphanumeric() || b"._-/%".contains(byte))
            .count();
        let mut behind = &self.left()[app..];
        let (mut process, mut has_brackets) = (0, false);
        if let Some(inside) = behind.strip_prefix(b"[") {
            has_brackets = true;
            process = inside.iter().take(32).take_while(|byte| byte.is_ascii_alphanumeric()).count();
            behind = inside[process..].strip_prefix(b"]").unwrap_or(b"");
        }
        if app == 0 || behind.first() != Some(&b':') {
            self.at = begin;
            return;
        }
        header.app = self.take(app);
        if has_brackets {
            self.at += 1;
            header.process = self.take(process);
            self.at += 1;
        }
        self.at += 1;
    }

    /// `[id name="value" …][…]`; what is not written so belongs to the message.
    fn walk_data(&mut self, walker: &mut Walker<'_>, path: &Path<'_>) {
        while let Some(name) = element(self.left()) {
            let begin = self.at;
            self.at += 1;
            let element = self.take(name - 1);
            while self.parameter(walker, path, element.bytes) {}
            self.skip_blanks();
            if self.left().first() != Some(&b']') {
                if self.at == begin + name {
                    self.at = begin;
                }
                return;
            }
            self.at += 1;
        }
    }

    fn parameter(&mut self, walker: &mut Walker<'_>, path: &Path<'_>, element: &[u8]) -> bool {
        self.skip_blanks();
        let left = self.left();
        let name = left.iter().take(128).take_while(|byte| byte.is_ascii_graphic() && !b"=\"]".contains(byte)).count();
        if name == 0 || !left[name..].starts_with(b"=\"") {
            return false;
        }
        let name = self.take(name);
        self.at += 2;
        let length = quoted_length(self.left(), b'"');
        let value = self.take(length);
        self.at = (self.at + 1).min(self.text.bytes.len());
        walker.field(&path.then(Step::Parameter(element, name.bytes)), value, Escapes::Quoted)
    }
}

/// The length of a value up to the quote that closes it, or to the end.
pub fn quoted_length(text: &[u8], quote: u8) -> usize {
    let mut at = 0;
    while let Some(found) = memchr::memchr2(b'\\', quote, &text[at..]) {
        at += found;
        if text[at] == quote {
            return at;
        }
        at = (at + 2).min(text.len());
    }
    text.len()
}

/// Where the name of an element of structured data ends.
fn element(text: &[u8]) -> Option<usize> {
    let name = text
        .strip_prefix(b"[")?
        .iter()
        .take(128)
        .take_while(|byte| byte.is_ascii_graphic() && !b"=\"]".contains(byte))
        .count();
    (name > 0 && matches!(text.get(name + 1), Some(b' ' | b']'))).then_some(name + 1)
}

/// The length of `Mar 14 09:26:53`, with a year, a fraction and a zone if they are there.
fn word_time(text: &[u8]) -> Option<usize> {
    let month = text.get(..3)?;
    if !MONTHS.chunks(3).any(|known| known == month) {
        return None;
    }
    let mut at = 3 + blanks(&text[3..])?;
    let day = digits(&text[at..]);
    if !(1..=2).contains(&day) {
        return None;
    }
    at += day + blanks(&text[at + day..])?;
    if digits(&text[at..]) == 4 {
        at += 4 + blanks(&text[at + 4..])?;
    }
    let clock = clock(&text[at..]);
    if clock == 0 {
        return None;
    }
    at += clock;
    let zone =
        text[at..].strip_prefix(b" ").map_or(0, |rest| memchr::memchr(b' ', &rest[..rest.len().min(6)]).unwrap_or(0));
    Some(at + if zone > 0 && ZONES.contains(&&text[at + 1..at + 1 + zone]) { zone + 1 } else { 0 })
}

/// The length of `09:26:53.123`, or 0.
fn clock(text: &[u8]) -> usize {
    let shape = text.len() >= 8
        && text[..8]
            .iter()
            .enumerate()
            .all(|(place, byte)| if place % 3 == 2 { *byte == b':' } else { byte.is_ascii_digit() });
    if !shape {
        return 0;
    }
    match text[8..].strip_prefix(b".") {
        Some(fraction) => 9 + digits(fraction),
        None => 8,
    }
}

fn is_iso(word: &[u8]) -> bool {
    let shape = b"0000-00-00T00:00:00";
    let length = if word.len() >= 19 { 19 } else { 10 };
    (word.len() == 10 || word.len() >= 19)
        && word.len() <= 40
        && word[..length]
            .iter()
            .zip(shape)
            .all(|(byte, like)| if *like == b'0' { byte.is_ascii_digit() } else { byte == like })
        && !word.contains(&b',')
}

fn digits(text: &[u8]) -> usize {
    text.iter().take(5).take_while(|byte| byte.is_ascii_digit()).count()
}

fn blanks(text: &[u8]) -> Option<usize> {
    let count = text.iter().take(3).take_while(|byte| **byte == b' ').count();
    (count > 0).then_some(count)
}
