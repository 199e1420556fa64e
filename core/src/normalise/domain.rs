//! Domain names: lower case, punycode (UTS 46), no outer dots.

use idna::uts46::{AsciiDenyList, DnsLength, Hyphens, Uts46};

use super::address::without_port;
use super::refang::{may_be_defanged, refang};
use super::{Refusal, shown, trim};

const LONGEST_NAME: usize = 253;
const LONGEST_LABEL: usize = 63;
/// Four bytes for each character that a name may have: more can't become a name, and punycode is quadratic.
pub const LONGEST_UNICODE: usize = 4 * LONGEST_NAME;

/// A name as nearly all come: letters, digits and inner dots. False, and nothing written, for what needs a closer look.
pub fn write_usual(value: &[u8], out: &mut Vec<u8>) -> bool {
    let start = out.len();
    out.resize(start + value.len(), 0);
    let (mut label, mut longest, mut usual, mut number) = (0, 0, true, true);
    for (written, byte) in out[start..].iter_mut().zip(value) {
        *written = NAME_BYTES[usize::from(*byte)];
        let dot = *byte == b'.';
        usual &= (*written != 0) & !(dot & (label == 0));
        number = (number | dot) & (dot | byte.is_ascii_digit());
        label = if dot { 0 } else { label + 1 };
        longest = longest.max(label);
    }
    if usual && !number && label > 0 && longest <= LONGEST_LABEL && value.len() <= LONGEST_NAME {
        return true;
    }
    out.truncate(start);
    false
}

/// A name; a `*.` that means its subdomains goes, and so does a valid port.
pub fn write(value: &[u8], out: &mut Vec<u8>) -> Result<(), Refusal> {
    let name = value.strip_prefix(b"*").filter(|rest| rest.starts_with(b".")).unwrap_or(value);
    write_name(without_port(name), out)
}

/// A name alone, appended to `out`.
pub fn write_name(name: &[u8], out: &mut Vec<u8>) -> Result<(), Refusal> {
    if write_usual(name, out) {
        return Ok(());
    }
    if name.is_ascii() {
        return push_ascii(name, out);
    }
    if name.len() > LONGEST_UNICODE {
        return Refusal::because(format!("a domain name has at most {LONGEST_NAME} characters, got {}", shown(name)));
    }
    let Some(ascii) = to_ascii(name) else {
        return Refusal::because(format!("not a valid internationalised domain name: {}", shown(name)));
    };
    push_ascii(ascii.as_bytes(), out)
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

/// A name of ASCII: what is wrong with it is said here, where time doesn't matter.
fn push_ascii(name: &[u8], out: &mut Vec<u8>) -> Result<(), Refusal> {
    let inner = without_outer_dots(name);
    if write_usual(inner, out) {
        return Ok(());
    }
    let labels = || inner.split(|byte| *byte == b'.');
    let why = if inner.is_empty() || inner.len() > LONGEST_NAME {
        format!("a domain name has 1 to {LONGEST_NAME} characters")
    } else if inner.iter().any(|byte| NAME_BYTES[usize::from(*byte)] == 0) {
        "a domain name has letters, digits, `-`, `_` and dots".to_owned()
    } else if labels().any(|label| label.is_empty() || label.len() > LONGEST_LABEL) {
        format!("each label of a domain name has 1 to {LONGEST_LABEL} characters")
    } else {
        "the last label of a domain name is not a number".to_owned()
    };
    Refusal::because(format!("{why}, got {}", shown(name)))
}

/// The lower case of every byte that a name may hold, 0 for others.
static NAME_BYTES: [u8; 256] = {
    let mut table = [0; 256];
    let mut byte = 0_u8;
    while byte < 128 {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.') {
            table[byte as usize] = byte.to_ascii_lowercase();
        }
        byte += 1;
    }
    table
};

pub fn without_outer_dots(mut name: &[u8]) -> &[u8] {
    while let Some(rest) = name.strip_prefix(b".") {
        name = rest;
    }
    while let Some(rest) = name.strip_suffix(b".") {
        name = rest;
    }
    name
}
