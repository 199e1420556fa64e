//! The entries section: a group for each key, and in it one entry for each feed's word on that key's value.
//!
//! A group is its key's kind, the key in full, then its entries. An entry begins with its distance from its group, so
//! that an entry's place is enough to find the key; the last of a group says that it is the last. An entry's number
//! is its place in the section; the section opens with a lead, so that neither an entry nor a group stands at 0.

use super::cursor::{Cursor, Damage, put_counted, put_signed, put_varint};
use super::keys::KeyKind;
use crate::kind::Scope;

/// What the section opens with.
pub const LEAD: [u8; 8] = *b"entries:";

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
        let scope = Scope::from_number(flags & SCOPE).ok_or(Damage("an entry has an unknown scope"))?;
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

/// Write an entry of what `Stored::put_said` wrote and of what that left out.
pub fn put_entry(said: &[u8], facts: u64, context: u64, out: &mut Vec<u8>) {
    out.extend_from_slice(&said[..1]);
    put_varint(out, facts);
    out.extend_from_slice(&said[1..]);
    put_varint(out, context);
}

/// Write a group: its key, and its entries as `Stored::put` wrote them, one behind the other; `ends` says where each ends.
pub fn put_group(kind: KeyKind, key: &[u8], bodies: &[u8], ends: &[usize], out: &mut Vec<u8>) {
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

/// A group as it stands in the file: its key, and the place of its first entry.
#[derive(Clone, Copy)]
pub struct Group<'a> {
    pub kind: KeyKind,
    pub key: &'a [u8],
    start: u64,
    entries: Cursor<'a>,
}

impl<'a> Group<'a> {
    #[inline]
    pub fn read(section: &'a [u8], offset: u64) -> Result<Group<'a>, Damage> {
        let mut cursor = Cursor::at(section, offset)?;
        let kind = KeyKind::from_number(cursor.u8()?).ok_or(Damage("a group has an unknown kind of key"))?;
        let key = cursor.counted()?;
        Ok(Group { kind, key, start: offset, entries: cursor })
    }

    /// The group to which the entry at this place says that it belongs.
    pub fn of_entry(section: &'a [u8], entry: u64) -> Result<Group<'a>, Damage> {
        let distance = Cursor::at(section, entry)?.varint()?;
        let start = entry.checked_sub(distance).ok_or(Damage("an entry lies before the section"))?;
        Group::read(section, start)
    }

    pub fn entries(self) -> GroupEntries<'a> {
        GroupEntries { kind: self.kind, start: self.start, cursor: self.entries, ended: false }
    }
}

/// The entries of a group with their numbers. Damage ends it.
pub struct GroupEntries<'a> {
    kind: KeyKind,
    start: u64,
    cursor: Cursor<'a>,
    ended: bool,
}

impl<'a> GroupEntries<'a> {
    /// Behind the entries that were read: where the next group stands, once the last was.
    pub fn position(&self) -> u64 {
        self.cursor.position()
    }

    fn read(&mut self) -> Result<(u64, Stored<'a>), Damage> {
        let number = self.cursor.position();
        if self.cursor.varint()? != number - self.start {
            return Err(Damage("an entry does not belong to its group"));
        }
        Ok((number, Stored::read(self.kind, &mut self.cursor)?))
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
        put_group(kind, b"a.example", &bodies, &ends, &mut out);
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
    fn a_section_cut_anywhere_is_damage_and_no_panic() {
        let bytes = section(KeyKind::Value(Kind::Url), &[stored(Scope::Exact)]);

        for length in 0..bytes.len() {
            let read = Group::read(&bytes[..length], 8).map(|group| group.entries().all(|entry| entry.is_ok()));
            assert!(!matches!(read, Ok(true)), "cut to {length} bytes");
        }
    }
}
