//! Addresses: IPv4 as a dotted quad, IPv6 as RFC 5952 writes it.

use std::io::Write;
use std::net::Ipv6Addr;

use super::{Refusal, shown};

/// A dotted quad, or one mapped into IPv6; `/32` or a valid port behind it is no part of the address and goes.
pub fn write_ipv4(value: &[u8], out: &mut Vec<u8>) -> Result<(), Refusal> {
    let address = without_port(value.strip_suffix(b"/32").unwrap_or(value));
    if ipv4(address).is_none() {
        if let Some(mapped) = ipv6(value).and_then(|address| address.to_ipv4_mapped()) {
            push_ipv4(mapped.to_bits(), out);
            return Ok(());
        }
        let why = "expected four decimal numbers of 0 to 255 without leading zeros, such as 192.0.2.1, got";
        return Refusal::because(format!("{why} {}", shown(value)));
    }
    // A strict dotted quad is its own normal form.
    out.extend_from_slice(address);
    Ok(())
}

/// With or without brackets; `/128`, or a port behind brackets, goes. A zone names an interface of one machine: refused.
pub fn write_ipv6(value: &[u8], out: &mut Vec<u8>) -> Result<(), Refusal> {
    let address = value.strip_suffix(b"/128").unwrap_or(value);
    let Some(address) = ipv6(without_brackets(address).unwrap_or(address)) else {
        return Refusal::because(format!(
            "expected an IPv6 address such as 2001:db8::1, no zone, got {}",
            shown(value)
        ));
    };
    push_ipv6(address, out);
    Ok(())
}

pub fn push_ipv6(address: Ipv6Addr, out: &mut Vec<u8>) {
    write!(out, "{address}").expect("a vector takes every write");
}

/// As a URL's host or before a port.
pub fn push_bracketed(address: Ipv6Addr, out: &mut Vec<u8>) {
    out.push(b'[');
    push_ipv6(address, out);
    out.push(b']');
}

pub fn push_ipv4(address: u32, out: &mut Vec<u8>) {
    write!(out, "{}", std::net::Ipv4Addr::from_bits(address)).expect("a vector takes every write");
}

/// The address of a strict dotted quad: four decimal numbers, and no leading zero, which some read as octal.
pub fn ipv4(text: &[u8]) -> Option<u32> {
    if !(7..=15).contains(&text.len()) {
        return None;
    }
    let mut address = 0;
    let mut parts = 0;
    for part in text.split(|byte| *byte == b'.') {
        address = address << 8 | octet(part)?;
        parts += 1;
    }
    (parts == 4).then_some(address)
}

fn octet(part: &[u8]) -> Option<u32> {
    if part.is_empty() || part.len() > 3 || (part[0] == b'0' && part.len() > 1) {
        return None;
    }
    let number = decimal(part)?;
    (number <= 255).then_some(number)
}

/// The number of a few decimal digits.
pub fn decimal(digits: &[u8]) -> Option<u32> {
    if digits.is_empty() || digits.len() > 9 {
        return None;
    }
    digits.iter().try_fold(0, |number, byte| byte.is_ascii_digit().then(|| number * 10 + u32::from(byte - b'0')))
}

pub fn ipv6(text: &[u8]) -> Option<Ipv6Addr> {
    const LONGEST: usize = 45;
    if text.len() > LONGEST {
        return None;
    }
    std::str::from_utf8(text).ok()?.parse().ok()
}

/// What stands before a valid port, or all of it.
pub fn without_port(value: &[u8]) -> &[u8] {
    match memchr::memrchr(b':', value) {
        Some(colon) if is_port(&value[colon + 1..]) => &value[..colon],
        _ => value,
    }
}

pub fn is_port(digits: &[u8]) -> bool {
    digits.len() <= 5 && decimal(digits).is_some_and(|port| port <= 65535)
}

/// What `[…]` or `[…]:port` holds.
fn without_brackets(value: &[u8]) -> Option<&[u8]> {
    let inside = value.strip_prefix(b"[")?;
    let end = memchr::memchr(b']', inside)?;
    let behind = &inside[end + 1..];
    (behind.is_empty() || behind.strip_prefix(b":").is_some_and(is_port)).then_some(&inside[..end])
}
