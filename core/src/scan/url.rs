//! URLs: where one begins, and where it may end.

use super::bytes::{self, is, is_at, run_end, run_start};
use super::sink::Sink;
use super::suffixes::Suffixes;
use super::walk::Walk;
use crate::kind::Kind;

/// No URL is looked for beyond this many bytes.
pub const LONGEST_URL: usize = 8192;

const LONGEST_SCHEME: usize = 16;
const LONGEST_BRACKET: usize = 64;

/// Whether a scheme ends at `colon`, and where what follows its slashes begins. JSON may write them `\/\/`.
#[inline]
pub fn has_scheme(text: &[u8], colon: usize) -> Option<usize> {
    let after = &text[colon + 1..];
    let slashes = [&b"//"[..], b"\\/\\/"].into_iter().find(|slashes| after.starts_with(slashes))?;
    let lettered = colon > 0 && text[colon - 1].is_ascii_alphabetic();
    lettered.then_some(colon + 1 + slashes.len())
}

/// The first place from `from` on where a URL may end.
///
/// The escapes `\/` of JSON and `\=` of CEF don't end it.
fn next_end(text: &[u8], from: usize) -> usize {
    let mut end = from;
    loop {
        end = next_terminator(text, end);
        if text.get(end) != Some(&b'\\') || !matches!(text.get(end + 1), Some(b'/' | b'=')) {
            return end;
        }
        end += 2;
    }
}

/// The first byte from `from` on that URLs in free text may end at, an escape or not.
pub fn next_terminator(text: &[u8], from: usize) -> usize {
    let mut end = from;
    while end < text.len() && !is(text[end], bytes::TERMINATOR) {
        end += 1;
    }
    end
}

/// `end` without the marks before it that end a sentence rather than a URL.
pub fn trimmed_end(text: &[u8], start: usize, end: usize) -> usize {
    run_start(text, end, end - start, bytes::TRAILING)
}

impl<S: Suffixes, F: Sink> Walk<'_, S, F> {
    /// Visit the colon at `colon`; a URL around it is reported, and bare values in it are passed over.
    pub(super) fn visit_scheme(&mut self, colon: usize) {
        let Some(body) = has_scheme(self.text, colon) else { return };
        let start = letters_before(self.text, colon);
        // An IPv6 host's brackets don't end a URL.
        let end = self.first_end(bracketed_host_end(self.text, body).unwrap_or(body));
        let trimmed = trimmed_end(self.text, body, end);
        if trimmed > body {
            self.report(Kind::Url, start, trimmed);
            self.bare_from = self.bare_from.max(end);
        }
    }

    /// A host and path without a scheme: report a URL at `start` whose host ends at `end`, if a path follows.
    #[inline(always)]
    pub(super) fn report_path_after(&mut self, start: usize, end: usize) {
        if !matches!(self.text.get(end), Some(b'/' | b'\\' | b':')) {
            return;
        }
        if let Some(path) = self.path_after(end) {
            let last = self.first_end(path);
            self.report(Kind::Url, start, trimmed_end(self.text, path, last));
        }
    }

    /// Where the path begins that follows a host, and perhaps a port.
    fn path_after(&self, host: usize) -> Option<usize> {
        let mut at = host;
        if self.text.get(at) == Some(&b':') {
            at += 1;
            let port = self.text[at..].iter().take(6).take_while(|byte| byte.is_ascii_digit()).count();
            if !(1..=5).contains(&port) {
                return None;
            }
            at += port;
        }
        let escaped = usize::from(self.text.get(at) == Some(&b'\\'));
        (self.text.get(at + escaped) == Some(&b'/')).then_some(at + escaped + 1)
    }

    /// As `next_end`; what lies between is not read again for URLs that begin there.
    fn first_end(&mut self, from: usize) -> usize {
        if !(self.unended.0..self.unended.1).contains(&from) {
            self.unended = (from, next_end(self.text, from));
        }
        self.unended.1
    }
}

/// Where the scheme begins that ends at `colon`.
pub(super) fn letters_before(text: &[u8], colon: usize) -> usize {
    let floor = colon.saturating_sub(LONGEST_SCHEME);
    let letters = text[floor..colon].iter().rev().take_while(|byte| byte.is_ascii_alphabetic());
    colon - letters.count()
}

/// The end of an IPv6 host in brackets at `from`.
fn bracketed_host_end(text: &[u8], from: usize) -> Option<usize> {
    if text.get(from) != Some(&b'[') {
        return None;
    }
    let limit = text.len().min(from + LONGEST_BRACKET);
    let end = run_end(&text[..limit], from + 1, bytes::COLONED);
    is_bracket(text, end).then_some(end + 1)
}

fn is_bracket(text: &[u8], at: usize) -> bool {
    is_at(text, at, bytes::TERMINATOR) && text[at] == b']'
}
