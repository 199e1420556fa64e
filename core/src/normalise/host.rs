//! The host of a URL: lower case, punycode, no outer dots, no `www.`; addresses in their usual writing.

use super::address::{ipv6, push_ipv4, push_ipv6};
use super::domain::{LONGEST_UNICODE, to_ascii, without_outer_dots};
use super::lower_case::make_lower_case;
use super::percent::{self, Escapes};
use super::url::Star;

const WWW: &[u8] = b"www.";

/// Append the host of an authority to `out`, and say whether the URL's escapes may be undone.
pub fn write(authority: &[u8], star: Star, out: &mut Vec<u8>) -> Result<Escapes, &'static str> {
    let host = without_user(authority);
    if let Some(inside) = host.strip_prefix(b"[") {
        return write_bracketed(inside, out);
    }
    let Some(colon) = memchr::memchr(b':', host) else {
        return write_name(host, star, out);
    };
    let port = &host[colon + 1..];
    if let Some(address) = ipv6(host) {
        push_bracketed(address, out);
        return Ok(Escapes::Undone);
    }
    if !port.iter().all(u8::is_ascii_digit) {
        return Err("a port is a number, and an IPv6 host stands in brackets:");
    }
    write_name(&host[..colon], star, out)
}

/// Whether the host began with the `www.` that its normal form has lost.
pub fn had_www(authority: &[u8]) -> bool {
    let host = without_user(authority);
    let host = &host[host.iter().take_while(|byte| **byte == b'.').count()..];
    host.len() > WWW.len() && host[..WWW.len()].eq_ignore_ascii_case(WWW)
}

fn without_user(authority: &[u8]) -> &[u8] {
    &authority[memchr::memrchr(b'@', authority).map_or(0, |at| at + 1)..]
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

fn push_bracketed(address: std::net::Ipv6Addr, out: &mut Vec<u8>) {
    out.push(b'[');
    push_ipv6(address, out);
    out.push(b']');
}

fn write_name(host: &[u8], star: Star, out: &mut Vec<u8>) -> Result<Escapes, &'static str> {
    let opening = match star {
        Star::Text => b"".as_slice(),
        Star::Wildcard => opening_star(host)?,
    };
    out.extend_from_slice(opening);
    let start = out.len();
    let escapes = write_letters(&host[opening.len()..], out)?;
    collapse_dots(start, out);
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
fn write_letters(host: &[u8], out: &mut Vec<u8>) -> Result<Escapes, &'static str> {
    let start = out.len();
    out.extend_from_slice(host);
    let mut unusual = false;
    for byte in host {
        unusual |= *byte == b'%' || !byte.is_ascii();
        if byte.is_ascii_control() || b" \\^`{|}".contains(byte) {
            return Err("a host has no blanks, control characters or any of \\ ^ ` { | }:");
        }
    }
    if !unusual {
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
    let host = &out[start..];
    if without_outer_dots(host).len() == host.len() && memchr::memmem::find(host, b"..").is_none() {
        return;
    }
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

/// An address as browsers read it: 1 to 4 parts, each decimal, `0x` hex or leading-0 octal, the last filling the rest.
fn loose_ipv4(host: &[u8]) -> Option<u32> {
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
