//! The keys by which a name may be known: itself and the names around it, hashed at one reading.

use std::hint::black_box;

use super::filter::Filter;
use super::hashing::{Name, NameHash};
use super::keys::KeyKind;
use crate::kind::Kind;

/// Names of more labels are rare, and looked up label by label.
const MOST: usize = 16;

/// Where each name begins that is to be asked about, and its hash as a domain; the shortest first.
pub struct DomainKeys {
    keys: [(usize, u64); MOST],
    count: usize,
    /// The hash of the name itself.
    pub whole: NameHash,
}

impl DomainKeys {
    /// The keys of a name in its normal form; None where it has to be looked up label by label. The filter's memory for
    /// all of them is on its way afterwards.
    #[inline(always)]
    pub fn of(name: &[u8], filter: Filter<'_>) -> Option<DomainKeys> {
        let mut read = Name::default();
        if !read.read(name, 0, name.len()) {
            return None;
        }
        let mut keys = [(0, 0); MOST];
        let (mut count, mut touched) = (0, 0);
        let mut keep = |start: usize, hash: NameHash| {
            let hash = hash.of(KeyKind::Value(Kind::Domain));
            touched ^= filter.touch(hash);
            keys[count % MOST] = (start, hash);
            count += 1;
        };
        let whole = read.for_each_name_around(&mut keep);
        keep(0, whole);
        black_box(touched);
        (count <= MOST).then_some(DomainKeys { keys, count, whole })
    }

    /// Those that the filter may hold, the longest first.
    #[inline(always)]
    pub fn held_by(&self, filter: Filter<'_>) -> impl Iterator<Item = (usize, u64)> {
        let keys = self.keys[..self.count].iter().rev().copied();
        keys.filter(move |(_, hash)| filter.may_hold(*hash))
    }
}
