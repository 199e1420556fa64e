//! The host of a URL in an event, read without normalising the URL: nearly every URL is let go by its host.

use crate::disguise::FULL_STOPS;
use crate::kind::Kind;
use crate::normalise::{host_has_www, host_of, normalise};
use crate::scan::each_mark;

/// A host as URL entries hold it.
#[derive(Default)]
pub struct Host {
    /// Its normal form, without a leading `www.`; brackets of IPv6 kept.
    pub name: Vec<u8>,
    /// Whether the text had that `www.`.
    pub had_www: bool,
    /// Where it ends in the URL that was read, its port included.
    pub end: usize,
    /// Whether a mark beyond ASCII ends it, and so the URL.
    pub is_cut: bool,
    scratch: Vec<u8>,
}

impl Host {
    /// Read the host of `url`, which has no scheme. False where there is none.
    pub fn read(&mut self, url: &[u8]) -> bool {
        let (start, end) = authority_of(url);
        let authority = before_mark(&url[start..end]);
        self.end = start + authority.len();
        self.is_cut = self.end < end;
        if self.read_plain(authority) || self.read_any(authority) {
            return true;
        }
        // What of a refused authority may still be a name: `evil.example:${PORT}` leads to `evil.example`.
        let name = plain_beginning(authority);
        self.end = start + name.len();
        self.read_any(name)
    }

    /// As `read`, but only where the host is a name in plain writing.
    pub fn read_plainly(&mut self, url: &[u8]) -> bool {
        let (start, end) = authority_of(url);
        self.end = end;
        self.read_plain(&url[start..end])
    }

    /// A name or address in plain writing, and perhaps a port.
    #[inline]
    fn read_plain(&mut self, authority: &[u8]) -> bool {
        let mut name = authority;
        if let Some(colon) = memchr::memchr(b':', authority) {
            if !authority[colon + 1..].iter().all(u8::is_ascii_digit) {
                return false;
            }
            name = &authority[..colon];
        }
        self.had_www = name.len() > 4 && name[..4].eq_ignore_ascii_case(b"www.");
        if self.had_www {
            name = &name[4..];
        }
        self.name.clear();
        self.name.extend_from_slice(name);
        self.name.make_ascii_lowercase();
        is_plain_name(&self.name)
    }

    /// A host in any writing that the normal form understands.
    #[cold]
    fn read_any(&mut self, authority: &[u8]) -> bool {
        let mut url = std::mem::take(&mut self.scratch);
        url.clear();
        url.extend_from_slice(b"http://");
        url.extend_from_slice(authority);
        let read = normalise(Kind::Url, &url, &mut self.name).is_ok();
        if read {
            let length = host_of(&self.name).len();
            self.name.truncate(length);
            self.had_www = host_has_www(&url);
        }
        self.scratch = url;
        read && !self.name.is_empty()
    }
}

/// Where that stands which comes before the path, the query and the fragment.
fn authority_of(url: &[u8]) -> (usize, usize) {
    let start = url.iter().take_while(|byte| **byte == b'/').count();
    let end = url[start..].iter().position(|byte| matches!(byte, b'/' | b'?' | b'#' | b'\\'));
    (start, end.map_or(url.len(), |end| start + end))
}

/// What stands before the first quote or other mark beyond ASCII: it ends the URL. Full stops beyond ASCII are dots, and
/// a user's name may be anything.
fn before_mark(authority: &[u8]) -> &[u8] {
    if authority.is_ascii() || authority.contains(&b'@') {
        return authority;
    }
    let mut end = authority.len();
    each_mark(authority, &mut |mark| {
        if !FULL_STOPS.iter().any(|stop| authority[mark..].starts_with(stop)) {
            end = end.min(mark);
        }
    });
    &authority[..end]
}

fn plain_beginning(authority: &[u8]) -> &[u8] {
    let end = authority.iter().position(|byte| !byte.is_ascii_alphanumeric() && !b"-._".contains(byte));
    &authority[..end.unwrap_or(authority.len())]
}

/// Whether this, in lower case, is a host that the normal form leaves as it is.
fn is_plain_name(name: &[u8]) -> bool {
    let (Some(first), Some(last)) = (name.first(), name.last()) else { return false };
    let mut before = b'.';
    for &byte in name {
        let plain = matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_') || (byte == b'.' && before != b'.');
        if !plain {
            return false;
        }
        before = byte;
    }
    // What begins with a digit may be an address in one of its many writings, unless it ends as none does.
    *last != b'.' && (!first.is_ascii_digit() || (*last > b'f' && *last != b'x'))
}
