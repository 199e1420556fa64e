//! URLs in free text: nobody says where one ends, so every place where it may is asked about, the longest first.

use super::host::Host;
use super::is_known_suffix;
use crate::index::{Found, Index};
use crate::kind::Kind;
use crate::normalise::{Refusal, normalise};
use crate::scan::{Candidate, LONGEST_URL, has_scheme, next_terminator, trimmed_end};

/// How many places where one URL may end are asked about: the nearest.
const MOST_ENDS: usize = 64;
/// How many bytes of URLs are normalised for one line, however many URLs it holds.
const MOST_BYTES: usize = 1 << 20;

const LONGEST_LABEL: usize = 63;

/// Working memory for one URL at a time.
#[derive(Default)]
pub struct UrlQuestion {
    host: Host,
    ends: Vec<usize>,
    written: Vec<u8>,
    line_end: usize,
    bytes_left: usize,
    pub passed_over: u64,
}

/// Whether a candidate is a URL with a scheme: only those are looked for within another.
pub fn is_whole(text: &[u8], candidate: &Candidate) -> bool {
    candidate.kind == Kind::Url && body_of(text, candidate) > candidate.start
}

/// Where what follows the scheme begins: the candidate's start, if it has none.
pub fn body_of(text: &[u8], candidate: &Candidate) -> usize {
    let value = &text[candidate.start..candidate.end];
    let letters = value.iter().take_while(|byte| byte.is_ascii_alphabetic()).count();
    if value.get(letters) != Some(&b':') {
        return candidate.start;
    }
    has_scheme(text, candidate.start + letters).unwrap_or(candidate.start)
}

impl UrlQuestion {
    pub fn begin_text(&mut self) {
        self.line_end = 0;
    }

    /// Ask about one URL; where it ends is returned. If anything is found, its normal form is written.
    ///
    /// A URL without a scheme is a name that is a candidate of its own: its host is not asked about again.
    pub fn look_up(
        &mut self,
        text: &[u8],
        candidate: &Candidate,
        index: &Index,
        normal_form: &mut Vec<u8>,
        found: &mut Vec<Found>,
    ) -> usize {
        let end = self.look_up_one(text, candidate, index, normal_form, found);
        if found.is_empty()
            && let Some(end) = self.end_of_glued_host(text, candidate, index)
        {
            return self.look_up_one(&text[..end], &Candidate { end, ..*candidate }, index, normal_form, found);
        }
        end
    }

    fn look_up_one(
        &mut self,
        text: &[u8],
        candidate: &Candidate,
        index: &Index,
        normal_form: &mut Vec<u8>,
        found: &mut Vec<Found>,
    ) -> usize {
        let Some(body) = self.read_host(text, candidate) else { return candidate.end };
        let known_end = self.known_end(text, body, candidate, index, normal_form, found);
        if body > candidate.start {
            index.look_up_host(&self.host.name, self.host.had_www, found);
        }
        if known_end.is_none() && !found.is_empty() && self.write(&text[body..candidate.end], normal_form).is_err() {
            // Only the host could be read.
            normal_form.clear();
            normal_form.extend_from_slice(&self.host.name);
        }
        known_end.unwrap_or(candidate.end)
    }

    /// Where a host ends to which `_` glues something else (`evil.example_web.example/`).
    fn end_of_glued_host(&self, text: &[u8], candidate: &Candidate, index: &Index) -> Option<usize> {
        if !self.host.name.contains(&b'_') {
            return None;
        }
        let body = body_of(text, candidate);
        let authority = &text[body..candidate.end.min(body + self.host.end)];
        let ends = memchr::memchr_iter(b'_', authority).map(|glue| (glue, &authority[..glue]));
        let mut named = ends.filter(|(_, name)| ends_in_suffix(name, index) || is_address(name));
        named.next().map(|(glue, _)| body + glue)
    }

    /// Where the longest URL ends that an entry knows; its normal form and entries are written.
    fn known_end(
        &mut self,
        text: &[u8],
        body: usize,
        candidate: &Candidate,
        index: &Index,
        normal_form: &mut Vec<u8>,
        found: &mut Vec<Found>,
    ) -> Option<usize> {
        if !index.may_hold_url_on(&self.host.name) {
            return None;
        }
        self.collect_ends(text, body, body + self.host.end, index);
        let mut ends = std::mem::take(&mut self.ends);
        let known = ends.iter().rev().copied().find(|&end| {
            self.may_spend(text, candidate.start, end - body)
                && self.is_known(&text[body..end], index, normal_form, found)
        });
        ends.clear();
        self.ends = ends;
        known
    }

    /// Read the host of a candidate, and say where its body begins.
    fn read_host(&mut self, text: &[u8], candidate: &Candidate) -> Option<usize> {
        let body = body_of(text, candidate);
        self.host.read(&text[body..candidate.end]).then_some(body)
    }

    /// Whether any URL entry may stand on the host that was read last.
    pub fn may_be_known(&self, index: &Index) -> bool {
        index.may_hold_url_on(&self.host.name)
    }

    /// Write the normal form of a candidate.
    pub fn normalise(
        &mut self,
        text: &[u8],
        candidate: &Candidate,
        end: usize,
        out: &mut Vec<u8>,
    ) -> Result<(), Refusal> {
        let body = body_of(text, candidate);
        self.write(&text[body..end], out)
    }

    fn is_known(&mut self, url: &[u8], index: &Index, normal_form: &mut Vec<u8>, found: &mut Vec<Found>) -> bool {
        self.is_known_as(url, Escapes::Kept, index, normal_form, found)
            || (url.contains(&b'\\') && self.is_known_as(url, Escapes::Undone, index, normal_form, found))
    }

    fn is_known_as(
        &mut self,
        url: &[u8],
        escapes: Escapes,
        index: &Index,
        normal_form: &mut Vec<u8>,
        found: &mut Vec<Found>,
    ) -> bool {
        if self.write_as(url, escapes, normal_form).is_ok() {
            index.look_up_url_itself(normal_form, found);
        }
        !found.is_empty()
    }

    /// The normal form of a URL that no entry knows: escapes undone, if it has any.
    fn write(&mut self, url: &[u8], normal_form: &mut Vec<u8>) -> Result<(), Refusal> {
        self.write_as(url, Escapes::Undone, normal_form)
    }

    fn write_as(&mut self, url: &[u8], escapes: Escapes, normal_form: &mut Vec<u8>) -> Result<(), Refusal> {
        self.written.clear();
        self.written.extend_from_slice(b"http://");
        match escapes {
            Escapes::Kept => self.written.extend_from_slice(url),
            Escapes::Undone => push_unescaped(url, &mut self.written),
        }
        normalise(Kind::Url, &self.written, normal_form)
    }

    /// Every place where the URL may end, ascending, each also without the marks that end a sentence.
    fn collect_ends(&mut self, text: &[u8], body: usize, host_end: usize, index: &Index) {
        let text = &text[..text.len().min(body + LONGEST_URL)];
        self.ends.clear();
        let mut from = host_end.min(text.len());
        if !is_end_of_authority(text.get(from)) {
            self.ends.push(from);
        }
        loop {
            let end = next_terminator(text, from);
            let glues = memchr::memchr_iter(b'_', &text[from..end]).map(|glue| from + glue);
            self.ends.extend(glues.filter(|&glue| glues_a_host(text, glue, index)).take(MOST_ENDS));
            for end in [trimmed_end(text, host_end.min(end), end), end] {
                if self.ends.last().is_none_or(|last| *last < end) {
                    self.ends.push(end);
                }
            }
            if text.get(end).is_none_or(|byte| *byte <= b' ' || *byte == 0x7f) {
                return;
            }
            if self.ends.len() >= MOST_ENDS {
                self.passed_over += 1;
                return;
            }
            from = end + 1;
        }
    }

    /// Whether the line at `start` has bytes left for a URL of this length.
    fn may_spend(&mut self, text: &[u8], start: usize, length: usize) -> bool {
        if start >= self.line_end {
            self.line_end = memchr::memchr(b'\n', &text[start..]).map_or(text.len(), |end| start + end + 1);
            self.bytes_left = MOST_BYTES;
        }
        let allowed = length <= LONGEST_URL && self.bytes_left >= length;
        if allowed {
            self.bytes_left -= length;
        } else {
            self.passed_over += 1;
        }
        allowed
    }
}

/// Whether an authority ends before this byte; if not, what was read is only its beginning.
fn is_end_of_authority(byte: Option<&u8>) -> bool {
    byte.is_none_or(|byte| matches!(byte, b'/' | b'?' | b'#' | b'\\'))
}

/// Whether the `_` at `glue` is followed by another host with a path: logs are seen that write names so, side by side.
fn glues_a_host(text: &[u8], glue: usize, index: &Index) -> bool {
    let after = &text[glue + 1..];
    let length = after.iter().position(|byte| !byte.is_ascii_alphanumeric() && !b"-.".contains(byte));
    length.is_some_and(|length| after[length] == b'/' && ends_in_suffix(&after[..length], index))
}

fn ends_in_suffix(name: &[u8], index: &Index) -> bool {
    let Some(dot) = memchr::memrchr(b'.', name) else { return false };
    let mut lower = [0; LONGEST_LABEL];
    let label = &name[dot + 1..];
    let Some(lower) = lower.get_mut(..label.len()) else { return false };
    lower.copy_from_slice(label);
    lower.make_ascii_lowercase();
    is_known_suffix(lower, Some(index))
}

fn is_address(name: &[u8]) -> bool {
    std::str::from_utf8(name).is_ok_and(|name| name.parse::<std::net::Ipv4Addr>().is_ok())
}

#[derive(Clone, Copy)]
enum Escapes {
    Kept,
    Undone,
}

/// The escapes of JSON and CEF undone: `\/`, `\=`, `\|`, `\\`.
fn push_unescaped(url: &[u8], out: &mut Vec<u8>) {
    let mut rest = url;
    while let Some(backslash) = memchr::memchr(b'\\', rest) {
        out.extend_from_slice(&rest[..backslash]);
        let escaped = matches!(rest.get(backslash + 1), Some(b'/' | b'=' | b'|' | b'\\'));
        let kept = backslash + usize::from(escaped);
        out.push(rest[kept]);
        rest = &rest[kept + 1..];
    }
    out.extend_from_slice(rest);
}
