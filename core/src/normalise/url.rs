//! URLs in the form that Kaspersky's feeds are written in: host, path and query, without scheme, port and fragment.

use super::host::{self, Authority};
use super::refang::{may_be_defanged, refang_noting_first};
use super::star::Star;
use super::word_table::WordTable;
use super::{Refusal, pair, path, shown, trim};

/// Schemes that IANA has registered, `ftps` and `tcp`.
static SCHEMES: WordTable<1024> = WordTable::of(include_bytes!("../../data/url_schemes.txt"));
const LONGEST_SCHEME: usize = 40;

pub fn write(value: &[u8], out: &mut Vec<u8>) -> Result<(), Refusal> {
    write_either(value, Star::Text, out)
}

pub fn write_mask(value: &[u8], out: &mut Vec<u8>) -> Result<(), Refusal> {
    write_either(value.strip_prefix(b"*://").unwrap_or(value), Star::Wildcard, out)
}

/// The host of a URL in its normal form (brackets of IPv6 kept).
pub fn host_of(url: &[u8]) -> &[u8] {
    let end = memchr::memchr2(b'/', b'?', url).unwrap_or(url.len());
    &url[..end]
}

/// Whether the host of this URL, as it was written, began with the `www.` that its normal form has lost.
///
/// A domain's normal form keeps its `www.`: who asks for the host as a domain has to know.
pub fn host_has_www(url: &[u8]) -> bool {
    host::has_www(&Parts::refanged(trim(url), &mut Vec::new()).authority)
}

/// The pair of an address and a port that a URL was written with, given the host of its normal form.
pub fn pair_of_url(host: &[u8], url: &[u8]) -> Option<Vec<u8>> {
    // Only addresses end in a digit or a bracket.
    host.last().filter(|last| last.is_ascii_digit() || **last == b']')?;
    let mut plain = Vec::new();
    let written = Parts::refanged(trim(url), &mut plain).authority.text;
    let (before, port) = written.split_at(memchr::memrchr(b':', written)?);
    if host.ends_with(b"]") && !before.ends_with(b"]") {
        return None;
    }
    let mut pair = Vec::new();
    pair::write(&[host, port].concat(), &mut pair).is_ok().then_some(pair)
}

/// The host of a URL as it was written, without its port; defanging is undone.
pub fn written_host(url: &[u8]) -> Vec<u8> {
    let mut plain = Vec::new();
    Parts::refanged(trim(url), &mut plain).authority.host().to_vec()
}

/// Whether what stands before the path of this URL is defanged.
pub fn is_defanged_url(url: &[u8]) -> bool {
    let url = trim(url);
    let parts = Parts::of(url);
    (parts.authority.has_brackets() || may_be_defanged(&url[..parts.head_length]))
        && refang_noting_first(url, &mut Vec::new()).is_some_and(|first| first < parts.head_length)
}

/// A URL, cut up.
struct Parts<'a> {
    authority: Authority<'a>,
    path: &'a [u8],
    query: &'a [u8],
    /// How much stands before the path.
    head_length: usize,
}

impl<'a> Parts<'a> {
    fn of(value: &'a [u8]) -> Parts<'a> {
        let rest = after_scheme(value);
        let authority = Authority::at_beginning_of(rest);
        let tail = &rest[authority.text.len()..];
        let path_end = memchr::memchr2(b'?', b'#', tail).unwrap_or(tail.len());
        let (path, behind) = tail.split_at(path_end);
        let query = behind.strip_prefix(b"?").unwrap_or_default();
        let query = &query[..memchr::memchr(b'#', query).unwrap_or(query.len())];
        Parts { authority, path, query, head_length: value.len() - tail.len() }
    }

    /// The parts after defanging is undone. `plain` is where the undone text is kept, if there is any.
    ///
    /// Brackets in a path are common and mean themselves, so only what stands before the path tells that a URL is
    /// defanged; if it is, then all of it.
    fn refanged(value: &'a [u8], plain: &'a mut Vec<u8>) -> Parts<'a> {
        let parts = Parts::of(value);
        if !parts.authority.has_brackets() && !may_be_defanged(&value[..parts.head_length]) {
            return parts;
        }
        let first = refang_noting_first(value, plain);
        if first.is_none_or(|first| first >= parts.head_length) {
            return parts;
        }
        Parts::of(trim(plain))
    }
}

fn write_either(value: &[u8], star: Star, out: &mut Vec<u8>) -> Result<(), Refusal> {
    let mut plain = Vec::new();
    let parts = Parts::refanged(value, &mut plain);
    let escapes =
        host::write(&parts.authority, star, out).map_err(|why| Refusal(format!("{why} in {}", shown(value))))?;
    path::write(parts.path, parts.query, escapes, star, out)
        .map_err(|why| Refusal(format!("{why} in {}", shown(value))))
}

/// What stands behind a known scheme, a colon and any slashes; without a scheme, behind the slashes.
fn after_scheme(value: &[u8]) -> &[u8] {
    // What nearly all have, before a search.
    if let Some(rest) = value.strip_prefix(b"http://").or_else(|| value.strip_prefix(b"https://"))
        && !rest.starts_with(b"/")
        && !rest.starts_with(b"\\")
    {
        return rest;
    }
    let beginning = &value[..value.len().min(LONGEST_SCHEME)];
    let rest = match memchr::memchr(b':', beginning) {
        Some(colon) if is_scheme(&value[..colon]) => &value[colon + 1..],
        _ => value,
    };
    let slashes = rest.iter().take_while(|byte| matches!(byte, b'/' | b'\\')).count();
    &rest[slashes..]
}

pub fn is_scheme(word: &[u8]) -> bool {
    if word.eq_ignore_ascii_case(b"http") || word.eq_ignore_ascii_case(b"https") {
        return true;
    }
    let mut lower = [0; LONGEST_SCHEME];
    let Some(lower) = lower.get_mut(..word.len()) else {
        return false;
    };
    lower.copy_from_slice(word);
    lower.make_ascii_lowercase();
    SCHEMES.holds(lower)
}
