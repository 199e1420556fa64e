//! Domain names: lower case, punycode (UTS 46), no outer dots.

use idna::uts46::{AsciiDenyList, DnsLength, Hyphens, Uts46};

use super::address::without_port;
use super::refang::{may_be_defanged, refang};
use super::{Refusal, shown, trim};

const LONGEST_NAME: usize = 253;
const LONGEST_LABEL: usize = 63;
/// Four bytes for each character that a name may have: more can't become a name, and punycode is quadratic.
pub const LONGEST_UNICODE: usize = 4 * LONGEST_NAME;

/// A name; a `*.` that means its subdomains goes, and so does a valid port.
pub fn write(value: &[u8], out: &mut Vec<u8>) -> Result<(), Refusal> {
    let name = value.strip_prefix(b"*").filter(|rest| rest.starts_with(b".")).unwrap_or(value);
    write_name(without_port(name), out)
}

/// A name alone, appended to `out`.
pub fn write_name(name: &[u8], out: &mut Vec<u8>) -> Result<(), Refusal> {
    let start = out.len();
    if name.is_ascii() {
        return push_ascii(name, start, out);
    }
    if name.len() > LONGEST_UNICODE {
        return Refusal::because(format!("a domain name has at most {LONGEST_NAME} characters, got {}", shown(name)));
    }
    let Some(ascii) = to_ascii(name) else {
        return Refusal::because(format!("not a valid internationalised domain name: {}", shown(name)));
    };
    push_ascii(ascii.as_bytes(), start, out)
}

/// Punycode as UTS 46 makes it, non-transitional and lenient about hyphens; None if a letter maps to what no host may hold.
pub fn to_ascii(name: &[u8]) -> Option<std::borrow::Cow<'_, str>> {
    Uts46::new().to_ascii(name, AsciiDenyList::URL, Hyphens::Allow, DnsLength::Ignore).ok()
}

/// Whether a value asks for every name below it: `*.example.com` or `.example.com`, defanged or not.
pub fn has_subdomain_wildcard(value: &[u8]) -> bool {
    let value = trim(value);
    if !may_be_defanged(value) {
        return value.starts_with(b".") || value.starts_with(b"*.");
    }
    let mut plain = Vec::new();
    refang(value, &mut plain);
    plain.starts_with(b".") || plain.starts_with(b"*.")
}

fn push_ascii(name: &[u8], start: usize, out: &mut Vec<u8>) -> Result<(), Refusal> {
    let inner = without_outer_dots(name);
    if inner.is_empty() || inner.len() > LONGEST_NAME {
        return Refusal::because(format!("a domain name has 1 to {LONGEST_NAME} characters, got {}", shown(name)));
    }
    out.extend_from_slice(inner);
    let written = &mut out[start..];
    written.make_ascii_lowercase();
    let mut label_start = 0;
    let mut digits_only = true;
    for (at, byte) in written.iter().enumerate() {
        match byte {
            b'a'..=b'z' | b'-' | b'_' => digits_only = false,
            b'0'..=b'9' => {}
            b'.' => {
                check_label(at - label_start, name)?;
                label_start = at + 1;
                digits_only = true;
            }
            _ => {
                let why = "a domain name has letters, digits, `-`, `_` and dots, got";
                return Refusal::because(format!("{why} {}", shown(name)));
            }
        }
    }
    check_label(written.len() - label_start, name)?;
    if digits_only {
        return Refusal::because(format!("the last label of a domain name is not a number: {}", shown(name)));
    }
    Ok(())
}

fn check_label(length: usize, name: &[u8]) -> Result<(), Refusal> {
    if (1..=LONGEST_LABEL).contains(&length) {
        return Ok(());
    }
    Refusal::because(format!("each label of a domain name has 1 to {LONGEST_LABEL} characters, got {}", shown(name)))
}

pub fn without_outer_dots(mut name: &[u8]) -> &[u8] {
    while let Some(rest) = name.strip_prefix(b".") {
        name = rest;
    }
    while let Some(rest) = name.strip_suffix(b".") {
        name = rest;
    }
    name
}
