//! Digests: hex of one exact length, in lower case.

use super::{Refusal, shown};
use crate::kind::Kind;

pub const MD5_DIGITS: usize = 32;
pub const SHA1_DIGITS: usize = 40;
pub const SHA256_DIGITS: usize = 64;
pub const SHA512_DIGITS: usize = 128;

/// The kind of a digest with so many digits.
pub fn kind_of_length(digits: usize) -> Option<Kind> {
    match digits {
        MD5_DIGITS => Some(Kind::Md5),
        SHA1_DIGITS => Some(Kind::Sha1),
        SHA256_DIGITS => Some(Kind::Sha256),
        SHA512_DIGITS => Some(Kind::Sha512),
        _ => None,
    }
}

pub fn write(value: &[u8], digits: usize, out: &mut Vec<u8>) -> Result<(), Refusal> {
    if value.len() != digits || !is_hex(value) {
        return Refusal::because(format!("expected {digits} hexadecimal digits, got {}", shown(value)));
    }
    out.extend_from_slice(value);
    out.make_ascii_lowercase();
    Ok(())
}

/// Looks at every byte: without a way out in the middle the compiler tests many at once.
pub fn is_hex(value: &[u8]) -> bool {
    value.iter().fold(true, |so_far, byte| so_far & byte.is_ascii_hexdigit())
}
