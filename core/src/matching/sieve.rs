//! Which of many values are worth a look-up: nearly all are let go by the filter, before they have a normal form.
//!
//! What it keeps need not be known; what it lets go, no entry knows.

use crate::index::{Index, Name, Probe};
use crate::kind::Kind;
use crate::normalise::{WWW, begins_with_www};
use crate::scan::{address_of_quad, with_fast_instructions};

/// Working memory for many values at a time.
#[derive(Default)]
pub struct Sieve {
    /// The hashes of all values, each with its value's position.
    hashes: Vec<(u64, u32)>,
    kept: Vec<bool>,
    name: Name,
}

impl Sieve {
    /// For each of these values as they were written, whether it is worth a look-up.
    pub fn sift<'v>(&mut self, index: &Index, values: impl Iterator<Item = (Kind, &'v [u8])>) -> &[bool] {
        with_fast_instructions(|| self.sift_all(index.probe(), values));
        &self.kept
    }

    #[inline(always)]
    fn sift_all<'v>(&mut self, probe: Probe<'_>, values: impl Iterator<Item = (Kind, &'v [u8])>) {
        self.hashes.clear();
        self.kept.clear();
        for (number, (kind, value)) in values.enumerate() {
            let kept = !self.gather(probe, kind, value, number as u32);
            self.kept.push(kept);
        }
        for (hash, number) in &self.hashes {
            self.kept[*number as usize] |= probe.may_hold(*hash);
        }
    }

    /// Gather the hashes to probe for, and let their memory come. False where they would not tell whether to ask.
    #[inline(always)]
    fn gather(&mut self, probe: Probe<'_>, kind: Kind, value: &[u8], number: u32) -> bool {
        let Sieve { hashes, name, .. } = self;
        let gathered = |hash| {
            probe.fetch(hash);
            hashes.push((hash, number));
        };
        match kind {
            Kind::Ipv4 => {
                let Some(address) = address_of_quad(value) else { return false };
                probe.address_hashes(address, gathered);
                !probe.has_network_around(address)
            }
            Kind::Url => {
                let Some(PlainHost { name: host, cut }) = host_of_url(value) else { return false };
                name.read(value, host.start, host.end) && probe.host_hashes(name, cut, gathered)
            }
            Kind::Domain => {
                let is_plain = plain_length(value) == value.len() && name.read(value, 0, value.len());
                if is_plain {
                    probe.domain_hashes(name, gathered);
                }
                is_plain
            }
            Kind::Md5 | Kind::Sha1 | Kind::Sha256 | Kind::Sha512 => {
                probe.digest_hash(kind, value).map(gathered).is_some()
            }
            _ => false,
        }
    }
}

/// A host that its URL's normal form holds as it is, but for case and a leading `www.`.
struct PlainHost {
    name: std::ops::Range<usize>,
    /// How many of its first bytes are the `www.` that it loses.
    cut: usize,
}

/// The host of a URL where that is a name in plain writing, beyond doubt.
#[inline(always)]
fn host_of_url(value: &[u8]) -> Option<PlainHost> {
    let start =
        [&b"http://"[..], b"https://"].into_iter().find(|scheme| value.starts_with(scheme)).map_or(0, <[u8]>::len);
    let rest = &value[start..];
    let host = &rest[..plain_length(rest)];
    // Another scheme, a port or a user may end in a colon or an `@`: that wants a closer look.
    if !matches!(rest.get(host.len()), None | Some(b'/' | b'\\' | b'?' | b'#')) {
        return None;
    }
    let cut = if begins_with_www(host) { WWW.len() } else { 0 };
    let name = &host[cut..];
    let (first, last) = (name.first()?, name.last()?.to_ascii_lowercase());
    // What begins with a digit may be an address in one of its many writings, unless it ends as none does.
    let is_name = !first.is_ascii_digit() || (last > b'f' && last != b'x');
    (is_name && name.contains(&b'.')).then_some(PlainHost { name: start..start + host.len(), cut })
}

/// How many of the first bytes are labels of letters, digits, hyphens and low lines with single dots between them; none
/// if they end in a dot.
#[inline(always)]
fn plain_length(text: &[u8]) -> usize {
    let mut before = b'.';
    let mut length = 0;
    for byte in text {
        if !(byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_') || (*byte == b'.' && before != b'.')) {
            break;
        }
        before = *byte;
        length += 1;
    }
    if before == b'.' { 0 } else { length }
}
