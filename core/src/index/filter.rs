//! The filter: a split-block Bloom filter that says "no" to nearly every key that is not in the index.
//!
//! One key touches one cache line: a block of eight 64-bit words, one bit in each. The block is chosen by the hash's
//! upper bits, so keys that come sorted by hash fill the blocks one after the other and need no memory.
//! Why not a binary fuse filter: `docs/decisions/filter.md`.

use std::io::{self, Write};

const WORDS: usize = 8;
const BLOCK_BYTES: usize = WORDS * 8;
const BITS_PER_KEY: u64 = 12;

/// Spreads a hash over its upper bits, from which the bit of each word is taken (2⁶⁴ divided by the golden ratio).
const SPREAD: u64 = 0x9e37_79b9_7f4a_7c15;

/// How many blocks these keys want.
pub fn blocks_for(keys: u64) -> u64 {
    (keys * BITS_PER_KEY).div_ceil(BLOCK_BYTES as u64 * 8)
}

#[inline(always)]
fn block_of(hash: u64, blocks: u64) -> u64 {
    ((u128::from(hash) * u128::from(blocks)) >> 64) as u64
}

/// Where the hash's bit stands in each word.
#[inline(always)]
fn bits(hash: u64) -> [u32; WORDS] {
    let spread = hash.wrapping_mul(SPREAD) >> 16;
    std::array::from_fn(|word| (spread >> (6 * word)) as u32 & 63)
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
        for (word, bit) in self.words.iter_mut().zip(bits(hash)) {
            *word |= 1 << bit;
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
    blocks: &'a [[u8; BLOCK_BYTES]],
}

impl<'a> Filter<'a> {
    pub fn new(bytes: &'a [u8]) -> Filter<'a> {
        Filter { blocks: bytes.as_chunks().0 }
    }

    /// One byte of what `may_hold` would read: whoever asks for many hashes lets the memory come for all of them first.
    #[inline(always)]
    pub fn touch(self, hash: u64) -> u8 {
        self.block(hash).map_or(0, |block| block[0])
    }

    /// Let the memory come that `may_hold` will read, and don't wait for it.
    #[inline(always)]
    pub fn fetch(self, hash: u64) {
        #[cfg(target_arch = "x86_64")]
        if let Some(block) = self.block(hash) {
            use std::arch::x86_64::{_MM_HINT_T0, _mm_prefetch};
            // SAFETY: a hint to the processor, which reads nothing that the program sees.
            unsafe { _mm_prefetch::<_MM_HINT_T0>(block.as_ptr().cast()) };
        }
    }

    /// Whether a key of this hash may be in the index; false is sure.
    #[inline(always)]
    pub fn may_hold(self, hash: u64) -> bool {
        let Some(block) = self.block(hash) else { return false };
        // Without a branch for each word: those would be guessed wrong as often as right.
        let (words, _) = block.as_chunks();
        let held = words.iter().zip(bits(hash)).map(|(word, bit)| u64::from_le_bytes(*word) >> bit);
        held.fold(1, |all, one| all & one) == 1
    }

    #[inline(always)]
    fn block(self, hash: u64) -> Option<&'a [u8; BLOCK_BYTES]> {
        self.blocks.get(block_of(hash, self.blocks.len() as u64) as usize)
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
