//! Hashes of keys: names label by label from the last on, so that one reading gives those of all names around a name;
//! addresses by their number; everything else as bytes.

use wide::u8x16;
use xxhash_rust::xxh3::xxh3_64_with_seed;

use super::keys::KeyKind;
use crate::kind::Kind;
use crate::scan::address_of_quad;

/// Longer names are hashed as bytes.
const LONGEST: usize = 255;
const STEP: usize = 16;
const WORDS: usize = 4;

/// Odd numbers without a pattern: digits of the golden ratio, the square root of 2, and others of their sort.
const SPREAD: [u64; 5] =
    [0x9e37_79b9_7f4a_7c15, 0x6a09_e667_f3bc_c909, 0xbb67_ae85_84ca_a73b, 0x3c6e_f372_fe94_f82b, 0xa54f_f53a_5f1d_36f1];

/// The hash of a key of this kind.
pub fn hash_of(kind: KeyKind, key: &[u8]) -> u64 {
    match kind {
        KeyKind::Value(Kind::Domain) | KeyKind::UrlHost | KeyKind::UrlSuffix => {
            let mut name = Name::default();
            if name.read(key, 0, key.len()) {
                return name.hash().of(kind);
            }
        }
        KeyKind::Value(Kind::Ipv4) | KeyKind::PairHost => {
            if let Some(address) = address_of_quad(key) {
                return hash_of_address(kind, address);
            }
        }
        _ => {}
    }
    xxh3_64_with_seed(key, u64::from(kind.number()))
}

/// The hash of an IPv4 address as a key of this kind.
#[inline(always)]
pub fn hash_of_address(kind: KeyKind, address: u32) -> u64 {
    let spread = (u64::from(address) << 8 | u64::from(kind.number())).wrapping_mul(SPREAD[0]);
    folded(spread ^ SPREAD[1], SPREAD[2])
}

/// Both halves of a product: each bit of one factor reaches all of it.
#[inline(always)]
fn folded(one: u64, other: u64) -> u64 {
    let product = u128::from(one) * u128::from(other);
    product as u64 ^ (product >> 64) as u64
}

/// The hash of a name or of its end, before it is that of a key.
#[derive(Clone, Copy)]
pub struct NameHash(u64);

impl NameHash {
    /// The hash of a key of this kind that is the name.
    #[inline(always)]
    pub fn of(self, kind: KeyKind) -> u64 {
        folded(self.0 ^ u64::from(kind.number()).wrapping_mul(SPREAD[0]), SPREAD[1])
    }
}

/// A name in lower case, and where its dots are.
pub struct Name {
    /// The name, and whatever stands behind it: its bytes are read eight at a time.
    bytes: [u8; LONGEST + 1 + STEP],
    length: usize,
    dots: [u64; WORDS],
}

impl Default for Name {
    fn default() -> Name {
        Name { bytes: [0; LONGEST + 1 + STEP], length: 0, dots: [0; WORDS] }
    }
}

impl Name {
    /// Read `text[start..end]`. False if it is too long, or has bytes beyond ASCII: then it is read by nobody.
    #[inline(always)]
    pub fn read(&mut self, text: &[u8], start: usize, end: usize) -> bool {
        self.length = end - start;
        if self.length > LONGEST {
            return false;
        }
        self.dots = [0; WORDS];
        let whole = self.length.next_multiple_of(STEP);
        match text.get(start..start + whole) {
            Some(bytes) => self.take(|at| bytes[at..].first_chunk().copied().unwrap_or_default()),
            None => {
                // Few texts end so soon.
                let mut bytes = [0; LONGEST + 1];
                bytes[..self.length].copy_from_slice(&text[start..end]);
                self.take(|at| bytes[at..].first_chunk().copied().unwrap_or_default())
            }
        }
    }

    #[inline(always)]
    fn take(&mut self, sixteen: impl Fn(usize) -> [u8; STEP]) -> bool {
        let mut foreign = 0;
        for at in (0..self.length).step_by(STEP) {
            let (lower, dots, beyond) = lower_case(sixteen(at));
            self.bytes[at..at + STEP].copy_from_slice(&lower);
            let kept = !(u32::MAX << (self.length - at).min(STEP));
            self.dots[at / 64] |= u64::from(dots & kept) << (at % 64);
            foreign |= beyond & kept;
        }
        foreign == 0
    }

    /// The name.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes[..self.length]
    }

    /// The hash of the whole name.
    #[inline(always)]
    pub fn hash(&self) -> NameHash {
        self.for_each_end(|_, _| {})
    }

    /// Where each end of this name by whole labels begins, the shortest first, and its hash; the hash of the name itself is
    /// returned.
    #[inline(always)]
    pub fn for_each_end(&self, mut on_end: impl FnMut(usize, NameHash)) -> NameHash {
        let mut hash = 0;
        let mut end = self.length;
        for word in (0..self.length.div_ceil(64)).rev() {
            let mut dots = self.dots[word % WORDS];
            while dots != 0 {
                let dot = word * 64 + dots.ilog2() as usize;
                hash = self.with_label(hash, dot + 1, end);
                on_end(dot + 1, NameHash(hash));
                end = dot;
                dots ^= 1 << (dot % 64);
            }
        }
        NameHash(self.with_label(hash, 0, end))
    }

    /// As `for_each_end`, without the last label: no domain of one label reaches what is below it.
    #[inline(always)]
    pub fn for_each_name_around(&self, mut on_name: impl FnMut(usize, NameHash)) -> NameHash {
        let mut last = true;
        self.for_each_end(|start, hash| {
            if !std::mem::take(&mut last) {
                on_name(start, hash);
            }
        })
    }

    /// The hash of a label before what has this hash.
    #[inline(always)]
    fn with_label(&self, mut hash: u64, start: usize, end: usize) -> u64 {
        let length = end.wrapping_sub(start);
        let first = if length == 0 { 0 } else { self.eight(start) & u64::MAX >> (64 - 8 * length.min(8)) };
        let last = if length > 8 { self.eight(end - 8) } else { 0 };
        let mut at = start + 8;
        while at + 8 < end {
            hash = folded(hash ^ self.eight(at), SPREAD[3]);
            at += 8;
        }
        folded(hash ^ first ^ SPREAD[4], last ^ SPREAD[0].wrapping_add((length as u64) << 56))
    }

    #[inline(always)]
    fn eight(&self, at: usize) -> u64 {
        self.bytes.get(at..).and_then(|rest| rest.first_chunk()).map_or(0, |bytes| u64::from_le_bytes(*bytes))
    }
}

/// The bytes in lower case, which of them are dots, and which are beyond ASCII.
#[inline(always)]
fn lower_case(bytes: [u8; STEP]) -> ([u8; STEP], u32, u32) {
    let bytes = u8x16::new(bytes);
    let from_a = bytes - u8x16::splat(b'A');
    let upper = from_a.min(u8x16::splat(25)).cmp_eq(from_a);
    let lower = bytes | (upper & u8x16::splat(0x20));
    let dots = bytes.cmp_eq(u8x16::splat(b'.')).move_mask() as u32;
    (lower.to_array(), dots & 0xffff, bytes.move_mask() as u32 & 0xffff)
}

#[cfg(test)]
mod tests {
    use super::*;

    const DOMAIN: KeyKind = KeyKind::Value(Kind::Domain);

    #[test]
    fn one_reading_gives_the_hashes_of_all_names_around_a_name() {
        let long = format!("{}.{}.evil.example", "a".repeat(63), "b-".repeat(25));
        for text in [
            "a.b.evil.example",
            "example",
            "x..y",
            ".x",
            "x.",
            "twelve-bytes.sixteen-bytes-00.seventeen-bytes-0",
            &long,
        ] {
            let mut name = Name::default();
            // What was read before, and what stands behind, is no part of it.
            assert!(name.read(b"zzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz.zzzzzz.zzzzzz", 0, 60));
            assert!(name.read(format!("--{}.net", text.to_uppercase()).as_bytes(), 2, 2 + text.len()));

            let mut ends = vec![];
            let whole = name.for_each_end(|start, hash| ends.push((&text[start..], hash)));
            ends.push((text, whole));

            assert_eq!(name.bytes(), text.as_bytes());
            assert_eq!(ends.len(), text.split('.').count(), "{text}");
            for (end, hash) in ends {
                assert_eq!(hash.of(DOMAIN), hash_of(DOMAIN, end.as_bytes()), "{end} of {text}");
            }
        }
    }

    #[test]
    fn names_that_differ_anywhere_have_different_hashes() {
        let name = "abcdefghijklmnopqrstuvwxyz.evil.example";
        let whole = hash_of(DOMAIN, name.as_bytes());
        for at in 0..name.len() {
            let mut other = name.as_bytes().to_vec();
            other[at] = b'0';

            assert_ne!(hash_of(DOMAIN, &other), whole, "changed at {at}");
            assert_ne!(hash_of(DOMAIN, &other[..at]), whole, "cut at {at}");
        }
    }

    #[test]
    fn an_address_is_hashed_by_its_number_and_what_is_none_as_bytes() {
        let ipv4 = KeyKind::Value(Kind::Ipv4);

        assert_eq!(hash_of(ipv4, b"192.0.2.1"), hash_of_address(ipv4, 0xc000_0201));
        assert_ne!(hash_of(ipv4, b"192.0.2.1"), hash_of(KeyKind::PairHost, b"192.0.2.1"));
        assert_ne!(hash_of(ipv4, b"192.0.2.01"), hash_of(ipv4, b"192.0.2.1"));
        assert_ne!(hash_of(ipv4, b"x"), hash_of(ipv4, b"y"));
    }
}
