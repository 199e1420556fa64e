//! URLs in free text: nobody says where one ends, so every place where it may is asked about, the longest first.

use super::host::Host;
use super::is_known_suffix;
use crate::disguise::{Obfuscation, PlaceInUrl, has_full_stop, host_writing, ipv4_in, is_parameter, place_in_url};
use crate::index::{Found, Index};
use crate::kind::Kind;
use crate::normalise::{Refusal, may_be_defanged, normalise};
use crate::scan::{Candidate, LONGEST_URL, each_mark, has_scheme, next_terminator, trimmed_end};

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
    inner_ends: Vec<usize>,
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

/// Where the scheme and the host of the URL `text[start..end]` end.
pub fn head_end(text: &[u8], start: usize, end: usize) -> usize {
    let body = body_of(text, &Candidate { kind: Kind::Url, start, end });
    let path = text[body..end].iter().position(|byte| matches!(byte, b'/' | b'?' | b'#' | b'\\'));
    path.map_or(end, |path| body + path)
}

/// How many bytes before a candidate belong to its scheme: the scan begins at the `p` of `h**p://`.
pub fn masked_letters(text: &[u8], candidate: &Candidate) -> usize {
    let before = &text[candidate.start.saturating_sub(3)..candidate.start];
    match before {
        [b'h' | b'H', b'*' | b't' | b'T', b'*'] => 3,
        [.., b'h' | b'H', b'*'] => 2,
        _ => 0,
    }
}

/// How the scheme and the host of a URL are disguised where it stands.
pub fn obfuscation(text: &[u8], candidate: &Candidate) -> Obfuscation {
    let body = body_of(text, candidate);
    let host = &text[body..head_end(text, candidate.start, candidate.end)];
    let host = &host[memchr::memrchr(b'@', host).map_or(0, |at| at + 1)..];
    let writing = match host.first() {
        Some(b'[') if ipv6_of(host).is_some_and(|address| ipv4_in(address).is_some()) => Obfuscation::IPV4_IN_IPV6,
        _ => host_writing(&host[..memchr::memchr(b':', host).unwrap_or(host.len())]),
    };
    let stops = if has_full_stop(host) { Obfuscation::FULL_STOP } else { Obfuscation::NONE };
    let writing = writing.and(stops);
    let start = candidate.start - masked_letters(text, candidate);
    if may_be_defanged(&text[start..body]) { writing.and(Obfuscation::DEFANGED) } else { writing }
}

/// The address in brackets at the beginning of a host.
fn ipv6_of(host: &[u8]) -> Option<std::net::Ipv6Addr> {
    let end = memchr::memchr(b']', host)?;
    std::str::from_utf8(host.get(1..end)?).ok()?.parse().ok()
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
        self.begin_line(text, candidate.start);
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
            self.look_up_inside(index, found);
            self.look_up_pair(text, body, candidate, index, found);
        }
        let end = if self.host.is_cut { body + self.host.end } else { candidate.end };
        if known_end.is_none() && !found.is_empty() && self.write(&text[body..end], normal_form).is_err() {
            // Only the host could be read.
            normal_form.clear();
            normal_form.extend_from_slice(&self.host.name);
        }
        known_end.unwrap_or(end)
    }

    /// Ask about the IPv4 address that a host in brackets holds.
    fn look_up_inside(&self, index: &Index, found: &mut Vec<Found>) {
        if let Some(inside) = ipv6_of(&self.host.name).filter(|_| self.host.name[0] == b'[').and_then(ipv4_in) {
            let mut further = Vec::new();
            index.look_up(Kind::Ipv4, inside.to_string().as_bytes(), &mut further);
            // A mapped address has led to some already.
            further.retain(|one| !found.contains(one));
            found.append(&mut further);
        }
    }

    /// Ask about an address and a port that are the host.
    fn look_up_pair(&self, text: &[u8], body: usize, candidate: &Candidate, index: &Index, found: &mut Vec<Found>) {
        let name = &self.host.name;
        let is_address = name[0] == b'[' || name[name.len() - 1].is_ascii_digit();
        let authority = &text[body..candidate.end.min(body + self.host.end)];
        let Some(colon) = memchr::memrchr(b':', authority).filter(|_| is_address) else { return };
        let mut pair = Vec::new();
        super::pair::look_up(&[name, &authority[colon..]].concat(), index, &mut pair, found);
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
        let in_query = is_parameter(text, candidate.start)
            || place_in_url(text, candidate.start).is_some_and(|place| place == PlaceInUrl::Path);
        self.collect_ends(text, body, body + self.host.end, in_query, index);
        let mut ends = std::mem::take(&mut self.ends);
        let known = ends
            .iter()
            .rev()
            .copied()
            .find(|&end| self.may_spend(end - body) && self.is_known(&text[body..end], index, normal_form, found));
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
    ///
    /// `in_query`: it is a parameter of another URL, and may end where the next one begins.
    fn collect_ends(&mut self, text: &[u8], body: usize, host_end: usize, in_query: bool, index: &Index) {
        let whole = text;
        let text = &whole[..whole.len().min(body + LONGEST_URL)];
        self.ends.clear();
        let mut from = host_end.min(text.len());
        if !is_end_of_authority(text.get(from)) {
            self.ends.push(from);
        }
        loop {
            let end = next_terminator(text, from);
            let mut inner = std::mem::take(&mut self.inner_ends);
            put_inner_ends(&text[..end], from, host_end, in_query, index, &mut inner);
            inner.extend([trimmed_end(text, host_end.min(end), end), end]);
            let has_room = inner.drain(..).all(|end| self.put_end(end));
            self.inner_ends = inner;
            if !has_room {
                return;
            }
            match text.get(end) {
                None => {
                    // Cut at the longest that a URL may be: where it ends is not known.
                    self.passed_over += u64::from(whole.get(end).is_some_and(|byte| !ends_for_sure(*byte)));
                    return;
                }
                Some(byte) if ends_for_sure(*byte) => return,
                Some(_) => from = end + 1,
            }
        }
    }

    /// Note one more end, unless it is before the last; false if there is no room for it.
    fn put_end(&mut self, end: usize) -> bool {
        if self.ends.last().is_some_and(|last| *last >= end) {
            return true;
        }
        let has_room = self.ends.len() < MOST_ENDS;
        if has_room {
            self.ends.push(end);
        } else {
            self.passed_over += 1;
        }
        has_room
    }

    /// Another line has as many bytes to spend.
    fn begin_line(&mut self, text: &[u8], start: usize) {
        if start >= self.line_end {
            self.line_end = memchr::memchr(b'\n', &text[start..]).map_or(text.len(), |end| start + end + 1);
            self.bytes_left = MOST_BYTES;
        }
    }

    /// Whether the line has bytes left for a URL of this length.
    fn may_spend(&mut self, length: usize) -> bool {
        let allowed = length <= LONGEST_URL && self.bytes_left >= length;
        if allowed {
            self.bytes_left -= length;
        } else {
            self.passed_over += 1;
        }
        allowed
    }
}

/// Where a URL may end before the byte that ends it, from `from` on, ascending: at quotes and other marks beyond ASCII,
/// at a `_` that glues another host to it, at the `&` of the URL whose parameter it is.
fn put_inner_ends(text: &[u8], from: usize, host_end: usize, in_query: bool, index: &Index, ends: &mut Vec<usize>) {
    let joints = memchr::memchr2_iter(b'_', b'&', &text[from..]).map(|joint| from + joint);
    ends.extend(joints.filter(|&at| if text[at] == b'&' { in_query } else { glues_a_host(text, at, index) }));
    each_mark(&text[from..], &mut |mark| {
        let end = from + mark;
        ends.extend([trimmed_end(text, host_end.min(end), end), end]);
    });
    ends.sort_unstable();
}

fn ends_for_sure(byte: u8) -> bool {
    byte <= b' ' || byte == 0x7f
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
