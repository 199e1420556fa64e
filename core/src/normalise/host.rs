//! The host of a URL: lower case, punycode, no outer dots, no `www.`; addresses in their usual writing.

use super::address::{ipv4, ipv6, push_bracketed, push_ipv4};
use super::domain::{LONGEST_UNICODE, to_ascii};
use super::lower_case::make_lower_case;
use super::percent::{self, Escapes};
use super::star::Star;

/// What a host's normal form loses at its beginning, if more follows.
pub const WWW: &[u8] = b"www.";

/// What stands between a URL's scheme and its path, and what one look at its bytes has told.
pub struct Authority<'a> {
    pub text: &'a [u8],
    seen: u8,
}

const END: u8 = 1;
const BRACKET: u8 = 2;
const AT: u8 = 4;
const COLON: u8 = 8;
const ESCAPED_OR_FOREIGN: u8 = 16;
const FORBIDDEN: u8 = 32;
const REPEATED_DOT: u8 = 64;

static SEEN: [u8; 256] = {
    let mut table = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        table[byte] = match byte as u8 {
            b'/' | b'\\' | b'?' | b'#' => END,
            b'[' | b'(' | b'{' => BRACKET,
            b'@' => AT,
            b':' => COLON,
            b'%' | 0x80.. => ESCAPED_OR_FOREIGN,
            0..=b' ' | 0x7f => FORBIDDEN,
            b'^' | b'`' | b'|' | b'}' => FORBIDDEN,
            _ => 0,
        };
        byte += 1;
    }
    // They may open a defanged dot or an IPv6 address; left in a name they would do so in its normal form.
    table[b'[' as usize] |= FORBIDDEN;
    table[b'(' as usize] |= FORBIDDEN;
    table[b'{' as usize] |= FORBIDDEN;
    table
};

impl<'a> Authority<'a> {
    pub fn at_beginning_of(text: &'a [u8]) -> Authority<'a> {
        let (mut end, mut seen, mut before) = (0, 0, 0);
        for byte in text {
            let what = SEEN[usize::from(*byte)];
            if what == END {
                break;
            }
            let repeated = (*byte == b'.') & (before == b'.');
            seen |= what | if repeated { REPEATED_DOT } else { 0 };
            before = *byte;
            end += 1;
        }
        Authority { text: &text[..end], seen }
    }

    pub fn has_brackets(&self) -> bool {
        self.seen & BRACKET != 0
    }

    /// The host as it was written, without its port.
    pub fn host(&self) -> &'a [u8] {
        let host = self.without_user().text;
        if host.starts_with(b"[") { host } else { &host[..memchr::memchr(b':', host).unwrap_or(host.len())] }
    }

    fn without_user(&self) -> Authority<'a> {
        if self.seen & AT == 0 {
            return Authority { ..*self };
        }
        Authority::at_beginning_of(&self.text[memchr::memrchr(b'@', self.text).map_or(0, |at| at + 1)..])
    }
}

/// Append the host of an authority to `out`, and say whether the URL's escapes may be undone.
pub fn write(authority: &Authority<'_>, star: Star, out: &mut Vec<u8>) -> Result<Escapes, &'static str> {
    let Authority { text: host, seen } = authority.without_user();
    if let Some(inside) = host.strip_prefix(b"[") {
        return write_bracketed(inside, out);
    }
    if seen & COLON == 0 {
        return write_name(host, seen, star, out);
    }
    if let Some(address) = ipv6(host) {
        push_bracketed(address, out);
        return Ok(Escapes::Undone);
    }
    let colon = memchr::memchr(b':', host).unwrap_or(host.len());
    if !host[colon + 1..].iter().all(u8::is_ascii_digit) {
        return Err("a port is a number, and an IPv6 host stands in brackets:");
    }
    write_name(&host[..colon], seen, star, out)
}

/// Whether the host begins with the `www.` that its normal form loses.
pub fn has_www(authority: &Authority<'_>) -> bool {
    let host = authority.without_user().text;
    let host = &host[host.iter().take_while(|byte| **byte == b'.').count()..];
    begins_with_www(host)
}

/// As `has_www`, of a host that stands alone.
#[inline(always)]
pub fn begins_with_www(host: &[u8]) -> bool {
    host.len() > WWW.len() && host[..WWW.len()].eq_ignore_ascii_case(WWW)
}

fn write_bracketed(inside: &[u8], out: &mut Vec<u8>) -> Result<Escapes, &'static str> {
    let end = memchr::memchr(b']', inside).ok_or("a bracket of the host is not closed:")?;
    let behind = &inside[end + 1..];
    let port = behind.strip_prefix(b":").unwrap_or(behind);
    if !port.is_empty() && (port.len() == behind.len() || !port.iter().all(u8::is_ascii_digit)) {
        return Err("only a port may follow the brackets of the host:");
    }
    push_bracketed(ipv6(&inside[..end]).ok_or("brackets hold an IPv6 address without a zone:")?, out);
    Ok(Escapes::Undone)
}

fn write_name(host: &[u8], seen: u8, star: Star, out: &mut Vec<u8>) -> Result<Escapes, &'static str> {
    let opening = match star {
        Star::Text => b"".as_slice(),
        Star::Wildcard => opening_star(host)?,
    };
    out.extend_from_slice(opening);
    let start = out.len();
    let escapes = write_letters(&host[opening.len()..], seen, out)?;
    if seen & (REPEATED_DOT | ESCAPED_OR_FOREIGN) != 0 || out[start..].starts_with(b".") || out.ends_with(b".") {
        collapse_dots(start, out);
    }
    if !opening.is_empty() {
        return if out.len() > start { Ok(escapes) } else { Err("the host of a mask names no host:") };
    }
    if out[start..].starts_with(WWW) {
        out.drain(start..start + WWW.len());
    }
    if out.len() == start {
        return Err("there is no host:");
    }
    // Few names begin with a digit, and only those can be addresses.
    if out[start].is_ascii_digit()
        && ipv4(&out[start..]).is_none()
        && let Some(address) = loose_ipv4(&out[start..])
    {
        out.truncate(start);
        push_ipv4(address, out);
    }
    Ok(escapes)
}

/// The `*.` or `*` that opens a mask's host; a `*` elsewhere in it is refused: the host's end tells where to look.
fn opening_star(host: &[u8]) -> Result<&[u8], &'static str> {
    let length = if host.starts_with(b"*.") { 2 } else { usize::from(host.starts_with(b"*")) };
    if host[length..].contains(&b'*') {
        return Err("a `*` may open the host of a mask, and not stand inside:");
    }
    Ok(&host[..length])
}

/// The host in lower case, its escapes undone, in punycode.
fn write_letters(host: &[u8], seen: u8, out: &mut Vec<u8>) -> Result<Escapes, &'static str> {
    if seen & FORBIDDEN != 0 {
        return Err("a host has no blanks, control characters or any of ( [ \\ ^ ` { | }:");
    }
    let start = out.len();
    out.extend_from_slice(host);
    if seen & ESCAPED_OR_FOREIGN == 0 {
        out[start..].make_ascii_lowercase();
        return Ok(Escapes::Undone);
    }
    let escapes = percent::escapes_of_host(host);
    if escapes == Escapes::Undone {
        percent::decode(start, out);
    }
    make_punycode(start, out);
    Ok(escapes)
}

/// What UTS 46 refuses stays a name in lower case: a URL on it can still be told from others.
fn make_punycode(start: usize, out: &mut Vec<u8>) {
    let host = &out[start..];
    let ascii = if host.is_ascii() || host.len() > LONGEST_UNICODE { None } else { to_ascii(host) };
    match ascii.map(String::from) {
        Some(ascii) => {
            out.truncate(start);
            out.extend_from_slice(ascii.as_bytes());
        }
        None => make_lower_case(out, start),
    }
}

/// Runs of dots become one, outer dots go.
fn collapse_dots(start: usize, out: &mut Vec<u8>) {
    let mut end = start;
    for at in start..out.len() {
        let repeated = end == start || out[end - 1] == b'.';
        if out[at] != b'.' || !repeated {
            out[end] = out[at];
            end += 1;
        }
    }
    out.truncate(end);
    if end > start && out[end - 1] == b'.' {
        out.pop();
    }
}

/// An address as browsers read it: 1 to 4 parts, each decimal, `0x` hex or leading-0 octal, the last filling the rest;
/// letters in lower case.
pub fn loose_ipv4(host: &[u8]) -> Option<u32> {
    let dots = memchr::memchr_iter(b'.', host).count();
    if dots > 3 {
        return None;
    }
    let mut address = 0_u64;
    for (at, part) in host.split(|byte| *byte == b'.').enumerate() {
        let bits = if at == dots { 8 * (4 - dots) } else { 8 };
        let number = loose_number(part)?;
        if number >> bits != 0 {
            return None;
        }
        address = address << bits | number;
    }
    u32::try_from(address).ok()
}

fn loose_number(part: &[u8]) -> Option<u64> {
    let (digits, radix) = match part {
        [b'0', b'x', digits @ ..] => (digits, 16),
        [b'0', digits @ ..] if !digits.is_empty() => (digits, 8),
        digits => (digits, 10),
    };
    if digits.is_empty() {
        return None;
    }
    digits.iter().try_fold(0_u64, |number, byte| {
        let digit = char::from(*byte).to_digit(radix)?;
        let number = number * u64::from(radix) + u64::from(digit);
        (number <= u64::from(u32::MAX)).then_some(number)
    })
}
