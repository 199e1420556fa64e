//! The filter: a split-block Bloom filter that says "no" to nearly every key that is not in the index.
//!
//! One key touches one cache line: a block of eight 64-bit words, one bit in each. The block is chosen by the hash's
//! upper bits, so keys that come sorted by hash fill the blocks one after the other and need no memory.
//! Why not a binary fuse filter: `docs/decisions/filter.md`.

use std::io::{self, Write};

use super::cursor::u64_at;

const WORDS: usize = 8;
const BLOCK_BYTES: usize = WORDS * 8;
const BITS_PER_KEY: u64 = 12;

/// Odd multipliers that spread 32 bits of the hash over the words (those of the Parquet specification).
const SALTS: [u32; WORDS] =
    [0x47b6_137b, 0x4497_4d91, 0x8824_ad5b, 0xa2b7_289d, 0x7054_95c7, 0x2df1_424b, 0x9efc_4947, 0x5c6b_fb31];

/// How many blocks these keys want.
pub fn blocks_for(keys: u64) -> u64 {
    (keys * BITS_PER_KEY).div_ceil(BLOCK_BYTES as u64 * 8)
}

fn block_of(hash: u64, blocks: u64) -> u64 {
    ((u128::from(hash) * u128::from(blocks)) >> 64) as u64
}

fn mask(hash: u64, word: usize) -> u64 {
    1 << ((hash as u32).wrapping_mul(SALTS[word]) >> 26)
}

/// Writes a filter from keys in the order of their hashes.
pub struct FilterWriter {
    blocks: u64,
    block: u64,
    words: [u64; WORDS],
}

impl FilterWriter {
    pub fn new(keys: u64) -> FilterWriter {
        FilterWriter { blocks: blocks_for(keys), block: 0, words: [0; WORDS] }
    }

    pub fn insert(&mut self, hash: u64, out: &mut impl Write) -> io::Result<()> {
        self.write_until(block_of(hash, self.blocks), out)?;
        for (word, bits) in self.words.iter_mut().enumerate() {
            *bits |= mask(hash, word);
        }
        Ok(())
    }

    pub fn finish(mut self, out: &mut impl Write) -> io::Result<()> {
        self.write_until(self.blocks, out)
    }

    fn write_until(&mut self, block: u64, out: &mut impl Write) -> io::Result<()> {
        while self.block < block {
            for word in std::mem::take(&mut self.words) {
                out.write_all(&word.to_le_bytes())?;
            }
            self.block += 1;
        }
        Ok(())
    }
}

/// A filter as it stands in the file.
#[derive(Clone, Copy)]
pub struct Filter<'a> {
    bytes: &'a [u8],
}

impl<'a> Filter<'a> {
    pub fn new(bytes: &'a [u8]) -> Filter<'a> {
        Filter { bytes }
    }

    /// One byte of what `may_hold` would read: whoever asks for many hashes lets the memory come for all of them first.
    #[inline]
    pub fn touch(self, hash: u64) -> u8 {
        let blocks = (self.bytes.len() / BLOCK_BYTES) as u64;
        self.bytes.get(block_of(hash, blocks) as usize * BLOCK_BYTES).copied().unwrap_or(0)
    }

    /// Whether a key of this hash may be in the index; false is sure.
    #[inline]
    pub fn may_hold(self, hash: u64) -> bool {
        let blocks = (self.bytes.len() / BLOCK_BYTES) as u64;
        let start = block_of(hash, blocks) as usize * BLOCK_BYTES;
        let Some(block) = self.bytes.get(start..start + BLOCK_BYTES) else { return false };
        // Without a branch for each word: those would be guessed wrong as often as right.
        let missing = (0..WORDS).map(|word| !u64_at(block, word * 8).unwrap_or(0) & mask(hash, word));
        missing.fold(0, |all, one| all | one) == 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::index::keys::KeyKind;
    use crate::kind::Kind;

    fn hashes(from: u32, to: u32) -> Vec<u64> {
        let mut hashes: Vec<u64> = (from..to).map(|n| KeyKind::Value(Kind::Domain).hash(&n.to_le_bytes())).collect();
        hashes.sort_unstable();
        hashes
    }

    fn filter_of(hashes: &[u64]) -> Vec<u8> {
        let mut out = Vec::new();
        let mut writer = FilterWriter::new(hashes.len() as u64);
        for hash in hashes {
            writer.insert(*hash, &mut out).unwrap();
        }
        writer.finish(&mut out).unwrap();
        out
    }

    #[test]
    fn every_key_is_held_and_few_others_are() {
        let bytes = filter_of(&hashes(0, 100_000));
        let filter = Filter::new(&bytes);

        let missed = hashes(0, 100_000).into_iter().filter(|hash| !filter.may_hold(*hash)).count();
        let wrong = hashes(100_000, 1_100_000).into_iter().filter(|hash| filter.may_hold(*hash)).count();

        assert_eq!(bytes.len() as u64, blocks_for(100_000) * 64);
        assert_eq!(missed, 0);
        assert!(wrong < 6_000, "{wrong} of a million other keys pass: more than 0.6 %");
    }

    #[test]
    fn an_empty_filter_holds_nothing() {
        assert!(filter_of(&[]).is_empty());
        assert!(!Filter::new(&[]).may_hold(u64::MAX));
        assert!(!Filter::new(&[0; 10]).may_hold(0));
    }
}
