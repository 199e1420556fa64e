//! The entries section: a group for each key, and in it one entry for each feed's word on that key's value.
//!
//! A group is eight bits of its key's hash, its length from there on, its key's kind, the key in full, then its entries:
//! who looks for a key passes over the other groups in two steps. An entry begins with its distance from the kind, so
//! that an entry's place is enough to find the key; the last of a group says that it is the last. An entry's number
//! is its place in the section; the section opens with a lead, so that neither an entry nor a group stands at 0.

use std::hint::black_box;
use std::ops::Range;

use super::cursor::{Cursor, Damage, put_counted, put_signed, put_varint};
use super::keys::KeyKind;
use crate::kind::Scope;

/// What the section opens with.
pub const LEAD: [u8; 8] = *b"entries:";

const LINE_BYTES: u64 = 64;
const SCOPE: u8 = 0b111;
const FIRST_SEEN: u8 = 1 << 3;
const LAST_SEEN: u8 = 1 << 4;
const VALID_UNTIL: u8 = 1 << 5;
const OWN_TEXT: u8 = 1 << 6;
const LAST_OF_GROUP: u8 = 1 << 7;

/// One entry without its group.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stored<'a> {
    pub scope: Scope,
    pub facts: u64,
    pub first_seen: Option<i64>,
    pub last_seen: Option<i64>,
    pub valid_until: Option<i64>,
    /// The feed's own text, where it is not the normal form.
    pub text: Option<&'a [u8]>,
    /// The normal form, where it is not the key.
    pub normal_form: Option<&'a [u8]>,
    /// Place in the contexts section plus 1; 0 where the feed gave none.
    pub context: u64,
    pub is_last: bool,
}

impl<'a> Stored<'a> {
    #[cfg(test)]
    pub fn put(&self, out: &mut Vec<u8>) {
        let mut said = Vec::new();
        self.put_said(&mut said);
        put_entry(&said, self.facts, self.context, out);
    }

    /// Write all but the facts and the context, of which a builder alone knows the numbers.
    pub fn put_said(&self, out: &mut Vec<u8>) {
        let flag = |on: bool, bit: u8| if on { bit } else { 0 };
        out.push(
            self.scope as u8
                | flag(self.first_seen.is_some(), FIRST_SEEN)
                | flag(self.last_seen.is_some(), LAST_SEEN)
                | flag(self.valid_until.is_some(), VALID_UNTIL)
                | flag(self.text.is_some(), OWN_TEXT)
                | flag(self.is_last, LAST_OF_GROUP),
        );
        for time in [self.first_seen, self.last_seen, self.valid_until].into_iter().flatten() {
            put_signed(out, time);
        }
        for text in [self.normal_form, self.text].into_iter().flatten() {
            put_counted(out, text);
        }
    }

    pub fn read(kind: KeyKind, cursor: &mut Cursor<'a>) -> Result<Stored<'a>, Damage> {
        let flags = cursor.u8()?;
        let scope = scope_in(flags)?;
        let facts = cursor.varint()?;
        let mut time = |bit: u8| (flags & bit != 0).then(|| cursor.signed()).transpose();
        let (first_seen, last_seen, valid_until) = (time(FIRST_SEEN)?, time(LAST_SEEN)?, time(VALID_UNTIL)?);
        let normal_form = kind.has_own_normal_forms().then(|| cursor.counted()).transpose()?;
        let text = (flags & OWN_TEXT != 0).then(|| cursor.counted()).transpose()?;
        let context = cursor.varint()?;
        let is_last = flags & LAST_OF_GROUP != 0;
        Ok(Stored { scope, facts, first_seen, last_seen, valid_until, text, normal_form, context, is_last })
    }
}

#[inline]
fn scope_in(flags: u8) -> Result<Scope, Damage> {
    Scope::from_number(flags & SCOPE).ok_or(Damage("an entry has an unknown scope"))
}

/// What `put_entry` adds has no more bytes.
pub const MOST_ENTRY_NUMBERS: usize = 20;

/// Write an entry of what `Stored::put_said` wrote and of what that left out.
pub fn put_entry(said: &[u8], facts: u64, context: u64, out: &mut Vec<u8>) {
    out.extend_from_slice(&said[..1]);
    put_varint(out, facts);
    out.extend_from_slice(&said[1..]);
    put_varint(out, context);
}

/// Write a group: its key, and its entries as `Stored::put` wrote them, one behind the other; `ends` says where each ends.
pub fn put_group(kind: KeyKind, key: Hashed, bodies: &[u8], ends: &[usize], out: &mut Vec<u8>) {
    let start = out.len();
    put_key_and_entries(kind, key.key, bodies, ends, out);
    let mut head = vec![tag_of(key.hash)];
    put_varint(&mut head, (out.len() - start) as u64);
    out.splice(start..start, head);
}

fn put_key_and_entries(kind: KeyKind, key: &[u8], bodies: &[u8], ends: &[usize], out: &mut Vec<u8>) {
    let group = out.len();
    out.push(kind.number());
    put_counted(out, key);
    let mut start = 0;
    let mut flags = group;
    for end in ends {
        put_varint(out, (out.len() - group) as u64);
        flags = out.len();
        out.extend_from_slice(&bodies[start..*end]);
        start = *end;
    }
    out[flags] |= LAST_OF_GROUP;
}

/// A key and its hash.
#[derive(Clone, Copy)]
pub struct Hashed<'a> {
    pub key: &'a [u8],
    pub hash: u64,
}

/// The bits of a hash that stand before a group: not those by which it is in order.
fn tag_of(hash: u64) -> u8 {
    hash as u8
}

/// A group as it stands in the file: its key, and the place of its first entry.
#[derive(Clone, Copy)]
pub struct Group<'a> {
    pub kind: KeyKind,
    pub key: &'a [u8],
    start: u64,
    entries: Cursor<'a>,
}

impl<'a> Group<'a> {
    /// The group that stands at this place.
    #[inline]
    pub fn read(section: &'a [u8], offset: u64) -> Result<Group<'a>, Damage> {
        let mut cursor = Cursor::at(section, offset)?;
        cursor.u8()?;
        cursor.varint()?;
        Group::read_from_key(cursor)
    }

    /// The group of this key, if it is one of those in a stretch of the section.
    #[inline]
    pub fn find(
        section: &'a [u8],
        stretch: Range<u64>,
        kind: KeyKind,
        key: Hashed,
    ) -> Result<Option<Group<'a>>, Damage> {
        // Here and not within the walk, so that the waits for these lines overlap.
        black_box(touch(section, &stretch));
        let mut at = stretch.start;
        while at < stretch.end {
            let mut cursor = Cursor::at(section, at)?;
            let (tag, length) = (cursor.u8()?, cursor.varint()?);
            at = cursor.position().checked_add(length).ok_or(Damage("a group is longer than can be"))?;
            if tag == tag_of(key.hash) {
                let group = Group::read_from_key(cursor)?;
                if group.kind == kind && group.key == key.key {
                    return Ok(Some(group));
                }
            }
        }
        Ok(None)
    }

    #[inline]
    fn read_from_key(mut cursor: Cursor<'a>) -> Result<Group<'a>, Damage> {
        let start = cursor.position();
        let kind = KeyKind::from_number(cursor.u8()?).ok_or(Damage("a group has an unknown kind of key"))?;
        let key = cursor.counted()?;
        Ok(Group { kind, key, start, entries: cursor })
    }

    /// The group to which the entry at this place says that it belongs.
    pub fn of_entry(section: &'a [u8], entry: u64) -> Result<Group<'a>, Damage> {
        let distance = Cursor::at(section, entry)?.varint()?;
        let start = entry.checked_sub(distance).ok_or(Damage("an entry lies before the section"))?;
        Group::read_from_key(Cursor::at(section, start)?)
    }

    pub fn entries(self) -> GroupEntries<'a> {
        GroupEntries { kind: self.kind, start: self.start, cursor: self.entries, ended: false }
    }
}

/// One byte of each cache line of a stretch that is no longer than nearly all are.
#[inline(always)]
pub fn touch(section: &[u8], stretch: &Range<u64>) -> u8 {
    let at = |line: u64| section.get((stretch.start + line * LINE_BYTES) as usize).copied().unwrap_or_default();
    at(0) ^ at(1) ^ at(2)
}

/// The entries of a group with their numbers. Damage ends it.
pub struct GroupEntries<'a> {
    kind: KeyKind,
    start: u64,
    cursor: Cursor<'a>,
    ended: bool,
}

impl<'a> GroupEntries<'a> {
    /// The number and the scope of each entry. Of the last, and most groups have but one, no more is read than that.
    #[inline]
    pub fn scopes(mut self) -> impl Iterator<Item = Result<(u64, Scope), Damage>> {
        std::iter::from_fn(move || {
            if self.ended {
                return None;
            }
            match self.last_scope() {
                Ok(Some(last)) => {
                    self.ended = true;
                    Some(Ok(last))
                }
                Ok(None) => self.next().map(|read| read.map(|(number, stored)| (number, stored.scope))),
                Err(damage) => {
                    self.ended = true;
                    Some(Err(damage))
                }
            }
        })
    }

    /// The entry that is next, if it is the last of the group.
    #[inline]
    fn last_scope(&self) -> Result<Option<(u64, Scope)>, Damage> {
        let (mut cursor, number) = (self.cursor, self.cursor.position());
        self.check(number, cursor.varint()?)?;
        let flags = cursor.u8()?;
        Ok((flags & LAST_OF_GROUP != 0).then_some((number, scope_in(flags)?)))
    }

    /// Behind the entries that were read: where the next group stands, once the last was.
    pub fn position(&self) -> u64 {
        self.cursor.position()
    }

    fn read(&mut self) -> Result<(u64, Stored<'a>), Damage> {
        let number = self.cursor.position();
        let distance = self.cursor.varint()?;
        self.check(number, distance)?;
        Ok((number, Stored::read(self.kind, &mut self.cursor)?))
    }

    #[inline]
    fn check(&self, number: u64, distance: u64) -> Result<(), Damage> {
        if distance == number - self.start { Ok(()) } else { Err(Damage("an entry does not belong to its group")) }
    }
}

impl<'a> Iterator for GroupEntries<'a> {
    type Item = Result<(u64, Stored<'a>), Damage>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.ended {
            return None;
        }
        let read = self.read();
        self.ended = read.as_ref().map_or(true, |(_, stored)| stored.is_last);
        Some(read)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kind::Kind;

    fn stored(scope: Scope) -> Stored<'static> {
        Stored {
            scope,
            facts: 300,
            first_seen: Some(-1),
            last_seen: None,
            valid_until: Some(1_700_000_000_000),
            text: Some(b"HTTP://A.example"),
            normal_form: None,
            context: 0,
            is_last: false,
        }
    }

    fn section(kind: KeyKind, entries: &[Stored]) -> Vec<u8> {
        let (mut bodies, mut ends) = (Vec::new(), Vec::new());
        for entry in entries {
            entry.put(&mut bodies);
            ends.push(bodies.len());
        }
        let mut out = LEAD.to_vec();
        put_group(kind, Hashed { key: b"a.example", hash: 7 }, &bodies, &ends, &mut out);
        out
    }

    #[test]
    fn a_group_comes_back_with_its_key_and_all_its_entries() {
        let url = KeyKind::Value(Kind::Url);
        let bytes = section(url, &[stored(Scope::Exact), Stored { text: None, ..stored(Scope::Exact) }]);

        let group = Group::read(&bytes, 8).unwrap();
        let entries: Vec<(u64, Stored)> = group.entries().map(Result::unwrap).collect();

        assert_eq!((group.kind, group.key), (url, &b"a.example"[..]));
        assert_eq!(entries[0].1, stored(Scope::Exact));
        assert_eq!(entries[1].1, Stored { text: None, is_last: true, ..stored(Scope::Exact) });
        assert!(entries.iter().all(|(number, _)| Group::of_entry(&bytes, *number).unwrap().key == b"a.example"));
    }

    #[test]
    fn masks_keep_their_own_normal_forms() {
        let mask = Stored { normal_form: Some(b"a.example/*"), ..stored(Scope::Mask) };
        let bytes = section(KeyKind::MaskHost, &[mask]);

        let entries: Vec<_> = Group::read(&bytes, 8).unwrap().entries().map(Result::unwrap).collect();

        assert_eq!(entries[0].1.normal_form, Some(&b"a.example/*"[..]));
    }

    #[test]
    fn a_key_is_found_among_others_of_its_stretch_and_none_that_only_shares_its_tag() {
        let mut body = Vec::new();
        stored(Scope::Exact).put(&mut body);
        let (domain, email) = (KeyKind::Value(Kind::Domain), KeyKind::Value(Kind::Email));
        let groups: [(KeyKind, &[u8], u64); 4] =
            [(domain, b"a", 1), (domain, b"b", 1), (email, b"c", 1), (domain, b"d", 2)];
        let mut bytes = LEAD.to_vec();
        for (kind, key, hash) in groups {
            put_group(kind, Hashed { key, hash }, &body, &[body.len()], &mut bytes);
        }
        let found = |kind, key: &'static [u8], hash| {
            Group::find(&bytes, 8..bytes.len() as u64, kind, Hashed { key, hash }).unwrap().map(|group| group.key)
        };

        assert!(groups.iter().all(|(kind, key, hash)| found(*kind, key, *hash) == Some(*key)));
        assert_eq!(found(domain, b"c", 1), None);
        assert_eq!(found(domain, b"x", 2), None);
        assert!(Group::find(&bytes, 8..9, domain, Hashed { key: b"b", hash: 1 }).unwrap().is_none());
        assert!(Group::find(&bytes[..20], 8..400, domain, Hashed { key: b"x", hash: 9 }).is_err());
    }

    #[test]
    fn a_section_cut_anywhere_is_damage_and_no_panic() {
        let bytes = section(KeyKind::Value(Kind::Url), &[stored(Scope::Exact)]);

        for length in 0..bytes.len() {
            let read = Group::read(&bytes[..length], 8).map(|group| group.entries().all(|entry| entry.is_ok()));
            assert!(!matches!(read, Ok(true)), "cut to {length} bytes");
        }
    }
}
