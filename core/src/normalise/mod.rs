//! Normal forms: the bytes by which feeds, events and lookups compare a value of some kind.

use crate::kind::Kind;

/// Why a value has no normal form of the kind asked, in words for people.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal(pub String);

/// Write the normal form of `value` into `out`, which is cleared first.
pub fn normalise(_kind: Kind, value: &[u8], out: &mut Vec<u8>) -> Result<(), Refusal> {
    out.clear();
    out.extend_from_slice(value);
    Ok(())
}

/// Write the normal form of a URL mask, a glob with `*` over URLs' normal forms, into `out`, which is cleared first.
pub fn normalise_mask(value: &[u8], out: &mut Vec<u8>) -> Result<(), Refusal> {
    out.clear();
    out.extend_from_slice(value);
    Ok(())
}

/// The host of a URL in its normal form (brackets of IPv6 kept).
pub fn host_of(url: &[u8]) -> &[u8] {
    let end = memchr::memchr2(b'/', b'?', url).unwrap_or(url.len());
    &url[..end]
}

/// The kind that this text looks like. Defanged text is understood.
pub fn guess_kind(_value: &[u8]) -> Option<Kind> {
    None
}

/// Undo defanging: `hxxp`, `[.]`, `(dot)`, `[:]//` and their like.
pub fn refang(value: &[u8], out: &mut Vec<u8>) {
    out.clear();
    out.extend_from_slice(value);
}
