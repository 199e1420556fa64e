//! E-mail addresses: all lower case, the domain as a domain's normal form.

use super::domain::write_name;
use super::lower_case::make_lower_case;
use super::{Refusal, shown};

const LONGEST_LOCAL_PART: usize = 64;

/// `local@domain`; `mailto:` goes, and what follows a `?` behind it.
pub fn write(value: &[u8], out: &mut Vec<u8>) -> Result<(), Refusal> {
    let address = without_mailto(value);
    let Some(at) = memchr::memrchr(b'@', address) else {
        return Refusal::because(format!("expected an e-mail address such as name@example.com, got {}", shown(value)));
    };
    let local_part = &address[..at];
    out.extend_from_slice(local_part);
    make_lower_case(out, 0);
    if !(1..=LONGEST_LOCAL_PART).contains(&out.len()) || !local_part.iter().all(is_local) {
        let why = "what stands before the `@` has 1 to 64 bytes, no blanks, brackets or commas:";
        return Refusal::because(format!("{why} {}", shown(value)));
    }
    out.push(b'@');
    write_name(&address[at + 1..], out)
}

fn without_mailto(value: &[u8]) -> &[u8] {
    const MAILTO: &[u8] = b"mailto:";
    if value.len() < MAILTO.len() || !value[..MAILTO.len()].eq_ignore_ascii_case(MAILTO) {
        return value;
    }
    let address = &value[MAILTO.len()..];
    &address[..memchr::memchr(b'?', address).unwrap_or(address.len())]
}

fn is_local(byte: &u8) -> bool {
    !byte.is_ascii_control() && !b" @<>()[],;:\\\"".contains(byte)
}
