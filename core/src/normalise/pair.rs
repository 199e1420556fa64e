//! Pairs of an address and a port: `192.0.2.1:443`, `[2001:db8::1]:443`.

use std::io::Write;

use super::address::{decimal, ipv4, ipv6, push_bracketed, push_ipv4};
use super::{Refusal, shown};

/// `address:port`, IPv6 in brackets; or `address|port`, as MISP writes it, with brackets or without.
pub fn write(value: &[u8], out: &mut Vec<u8>) -> Result<(), Refusal> {
    if write_pair(value, out).is_none() {
        out.clear();
        let why = "expected an address and a port of 1 to 65535, such as 192.0.2.1:443 or [2001:db8::1]:443, got";
        return Refusal::because(format!("{why} {}", shown(value)));
    }
    Ok(())
}

/// Whether a value is such a pair. Cheap where it is not.
pub fn is_pair(value: &[u8]) -> bool {
    cut(value).is_some() && write_pair(value, &mut Vec::new()).is_some()
}

/// The address of a pair in its normal form, without brackets.
pub fn address_of_pair(normal_form: &[u8]) -> &[u8] {
    let address = &normal_form[..memchr::memrchr(b':', normal_form).unwrap_or(normal_form.len())];
    address.strip_prefix(b"[").and_then(|inside| inside.strip_suffix(b"]")).unwrap_or(address)
}

fn write_pair(value: &[u8], out: &mut Vec<u8>) -> Option<()> {
    let (address, port) = cut(value)?;
    if ipv4(address).is_some() {
        out.extend_from_slice(address);
    } else {
        // Without brackets, a `:` before the port might be one of the address.
        let unmistakable = (value[address.len()] == b'|').then_some(address);
        let inside = address.strip_prefix(b"[").and_then(|rest| rest.strip_suffix(b"]")).or(unmistakable)?;
        let address = ipv6(inside)?;
        match address.to_ipv4_mapped() {
            Some(mapped) => push_ipv4(mapped.to_bits(), out),
            None => push_bracketed(address, out),
        }
    }
    write!(out, ":{port}").ok()
}

/// What stands before the last `:` or `|`, and the port behind it.
fn cut(value: &[u8]) -> Option<(&[u8], u32)> {
    const LONGEST_PORT: usize = 5;
    let at = memchr::memrchr2(b':', b'|', value)?;
    let digits = &value[at + 1..];
    let port = decimal(digits).filter(|port| digits.len() <= LONGEST_PORT && (1..=65535).contains(port))?;
    Some((&value[..at], port))
}
