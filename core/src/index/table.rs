//! The table: from a key's hash to the stretch of the entries section in which its group stands, if it is there.
//!
//! Groups stand in the order of their keys' hashes, and all hashes are parted evenly into stretches, of `KEYS_A_STRETCH`
//! keys on average. For each stretch the table holds where it begins, in 5 bytes, and behind the last where that ends; three
//! zeros behind all let each number be read as eight bytes. Why so: `docs/decisions/table.md`.

use std::io::{self, Write};
use std::ops::Range;

use super::cursor::u64_at;

const OFFSET_BYTES: usize = 5;
const OFFSET_MASK: u64 = OFFSET_LIMIT - 1;
const PADDING: [u8; 8 - OFFSET_BYTES] = [0; 8 - OFFSET_BYTES];
/// More keys make a smaller table and a longer walk.
const KEYS_A_STRETCH: u64 = 4;

/// The first offset that the table cannot hold.
pub const OFFSET_LIMIT: u64 = 1 << (8 * OFFSET_BYTES);

fn stretches_for(keys: u64) -> u64 {
    keys.div_ceil(KEYS_A_STRETCH)
}

#[inline(always)]
fn stretch_of(hash: u64, stretches: u64) -> u64 {
    ((u128::from(hash) * u128::from(stretches)) >> 64) as u64
}

/// Writes a table from keys in the order of their hashes.
pub struct TableWriter {
    stretches: u64,
    next: u64,
}

impl TableWriter {
    pub fn new(keys: u64) -> TableWriter {
        TableWriter { stretches: stretches_for(keys), next: 0 }
    }

    /// Offsets are below `OFFSET_LIMIT`, and none is below the one before.
    pub fn insert(&mut self, hash: u64, offset: u64, out: &mut impl Write) -> io::Result<()> {
        self.fill_until(stretch_of(hash, self.stretches) + 1, offset, out)
    }

    /// The last stretch ends at `end`.
    pub fn finish(mut self, end: u64, out: &mut impl Write) -> io::Result<()> {
        self.fill_until(self.stretches + 1, end, out)?;
        out.write_all(&PADDING)
    }

    fn fill_until(&mut self, stretch: u64, offset: u64, out: &mut impl Write) -> io::Result<()> {
        while self.next < stretch {
            out.write_all(&offset.to_le_bytes()[..OFFSET_BYTES])?;
            self.next += 1;
        }
        Ok(())
    }
}

/// A table as it stands in the file.
#[derive(Clone, Copy)]
pub struct Table<'a> {
    bytes: &'a [u8],
    stretches: u64,
}

impl<'a> Table<'a> {
    pub fn new(bytes: &'a [u8]) -> Table<'a> {
        let numbers = bytes.len().saturating_sub(PADDING.len()) / OFFSET_BYTES;
        Table { bytes, stretches: numbers.saturating_sub(1) as u64 }
    }

    /// Where the groups stand that may have a key of this hash; the key itself is to be compared there.
    #[inline(always)]
    pub fn stretch(self, hash: u64) -> Range<u64> {
        let at = stretch_of(hash, self.stretches) as usize * OFFSET_BYTES;
        match (u64_at(self.bytes, at), u64_at(self.bytes, at + OFFSET_BYTES)) {
            (Some(start), Some(end)) => start & OFFSET_MASK..end & OFFSET_MASK,
            _ => 0..0,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table_of(keys: &[(u64, u64)], end: u64) -> Vec<u8> {
        let mut out = Vec::new();
        let mut writer = TableWriter::new(keys.len() as u64);
        for (hash, offset) in keys {
            writer.insert(*hash, *offset, &mut out).unwrap();
        }
        writer.finish(end, &mut out).unwrap();
        out
    }

    #[test]
    fn every_key_stands_in_the_stretch_of_its_hash() {
        let keys: Vec<(u64, u64)> = (0..1000).map(|n| (n << 54, 8 + 10 * n)).collect();

        let bytes = table_of(&keys, 10_008);
        let table = Table::new(&bytes);

        assert!(keys.iter().all(|(hash, offset)| table.stretch(*hash).contains(offset)));
        assert!(keys.iter().all(|(hash, _)| table.stretch(*hash).end - table.stretch(*hash).start <= 50));
        assert_eq!(bytes.len(), 251 * OFFSET_BYTES + PADDING.len());
    }

    #[test]
    fn keys_that_crowd_one_stretch_all_stand_in_it() {
        let keys: Vec<(u64, u64)> = (1..=50).map(|n| (u64::MAX - 50 + n, n)).collect();

        let bytes = table_of(&keys, 51);

        assert_eq!(Table::new(&bytes).stretch(u64::MAX), 1..51);
        assert!(Table::new(&bytes).stretch(7).is_empty());
    }

    #[test]
    fn an_empty_or_lying_table_finds_nothing_and_does_not_panic() {
        assert!(Table::new(&table_of(&[], 8)).stretch(u64::MAX).is_empty());
        for length in 0..20 {
            let _ = Table::new(&[1; 20][..length]).stretch(u64::MAX);
        }
    }
}
