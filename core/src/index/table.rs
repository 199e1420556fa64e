//! The table: from a key's hash to the places in the entries section where its group may stand.
//!
//! Slots of 8 bytes, 24 bits of the hash and 40 of offset; 0 is an empty slot. Keys come sorted by hash, and each takes
//! the first free slot from its home on, so that the table is written from front to back; what overflows goes into slack
//! behind the last home, and the last slot of all is always empty. Why so: `docs/decisions/table.md`.

use std::io::{self, Write};

use super::cursor::u64_at;

const OFFSET_BITS: u32 = 40;
const OFFSET_MASK: u64 = (1 << OFFSET_BITS) - 1;

/// The first offset that does not fit a slot.
pub const OFFSET_LIMIT: u64 = 1 << OFFSET_BITS;

/// How many homes these keys want: at most 4 of 5 are taken.
pub fn homes_for(keys: u64) -> u64 {
    keys + keys.div_ceil(4)
}

fn home_of(hash: u64, homes: u64) -> u64 {
    ((u128::from(hash) * u128::from(homes)) >> 64) as u64
}

fn fingerprint(hash: u64) -> u64 {
    hash << OFFSET_BITS
}

/// Writes a table from keys in the order of their hashes.
pub struct TableWriter {
    homes: u64,
    next: u64,
}

impl TableWriter {
    pub fn new(keys: u64) -> TableWriter {
        TableWriter { homes: homes_for(keys), next: 0 }
    }

    /// Offsets are above 0 and below `OFFSET_LIMIT`.
    pub fn insert(&mut self, hash: u64, offset: u64, out: &mut impl Write) -> io::Result<()> {
        self.fill_until(home_of(hash, self.homes), out)?;
        out.write_all(&(fingerprint(hash) | offset).to_le_bytes())?;
        self.next += 1;
        Ok(())
    }

    pub fn finish(mut self, out: &mut impl Write) -> io::Result<()> {
        let slots = self.homes.max(self.next) + 1;
        self.fill_until(slots, out)
    }

    fn fill_until(&mut self, slot: u64, out: &mut impl Write) -> io::Result<()> {
        while self.next < slot {
            out.write_all(&[0; 8])?;
            self.next += 1;
        }
        Ok(())
    }
}

/// A table as it stands in the file.
#[derive(Clone, Copy)]
pub struct Table<'a> {
    bytes: &'a [u8],
    homes: u64,
}

impl<'a> Table<'a> {
    pub fn new(bytes: &'a [u8], homes: u64) -> Table<'a> {
        Table { bytes, homes }
    }

    /// Offsets of the groups that may have a key of this hash; the key itself is to be compared there.
    #[inline]
    pub fn find(self, hash: u64) -> impl Iterator<Item = u64> + use<'a> {
        let home = home_of(hash, self.homes) as usize;
        (home..)
            .map_while(move |slot| u64_at(self.bytes, slot.checked_mul(8)?))
            .take_while(|slot| *slot != 0)
            .filter(move |slot| slot & !OFFSET_MASK == fingerprint(hash))
            .map(|slot| slot & OFFSET_MASK)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table_of(keys: &[(u64, u64)]) -> Vec<u8> {
        let mut out = Vec::new();
        let mut writer = TableWriter::new(keys.len() as u64);
        for (hash, offset) in keys {
            writer.insert(*hash, *offset, &mut out).unwrap();
        }
        writer.finish(&mut out).unwrap();
        out
    }

    fn found(bytes: &[u8], keys: usize, hash: u64) -> Vec<u64> {
        Table::new(bytes, homes_for(keys as u64)).find(hash).collect()
    }

    #[test]
    fn keys_that_crowd_one_home_are_all_found() {
        let keys: Vec<(u64, u64)> = (1..=50).map(|n| (u64::MAX - 50 + n, n)).collect();

        let bytes = table_of(&keys);

        assert!(keys.iter().all(|(hash, offset)| found(&bytes, 50, *hash) == [*offset]));
        assert!(found(&bytes, 50, 7).is_empty());
    }

    #[test]
    fn two_keys_of_one_hash_are_both_offered() {
        let bytes = table_of(&[(1 << 40, 8), (1 << 40, 9)]);

        assert_eq!(found(&bytes, 2, 1 << 40), [8, 9]);
    }

    #[test]
    fn an_empty_or_lying_table_finds_nothing_and_does_not_panic() {
        assert!(found(&table_of(&[]), 0, u64::MAX).is_empty());
        assert!(Table::new(&[1; 12], u64::MAX).find(u64::MAX).next().is_none());
    }
}
