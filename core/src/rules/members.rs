//! Which bytes of a chunk are of an ASCII class, on processors with AVX2: two look-ups, one for each half of a byte.

use std::arch::x86_64::*;

/// So many bytes are looked at together.
pub const CHUNK: usize = 32;

/// For each lower half of a byte, a bit for each upper half with which it makes a byte of the class.
#[derive(Clone, PartialEq, Eq)]
pub struct Members([u8; 16]);

/// The bit of each upper half; bytes beyond ASCII have none.
const UPPER: [u8; 16] = [1, 2, 4, 8, 16, 32, 64, 128, 0, 0, 0, 0, 0, 0, 0, 0];

impl Members {
    /// Of a class of ASCII bytes, by 1 for each of them.
    pub fn of(table: &[u8; 256]) -> Members {
        let upper_halves = |lower: usize| (0..8).fold(0, |bits, upper| bits | table[upper << 4 | lower] << upper);
        Members(std::array::from_fn(upper_halves))
    }

    /// A bit for each byte of the class.
    #[target_feature(enable = "avx2")]
    #[inline]
    pub fn among(&self, chunk: &[u8; CHUNK]) -> u32 {
        // SAFETY: as many bytes are loaded as there are, and the load needs no alignment.
        let bytes = unsafe { _mm256_loadu_si256(chunk.as_ptr().cast()) };
        // A shuffle by a byte beyond ASCII gives 0.
        let lower = _mm256_shuffle_epi8(twice(&self.0), bytes);
        let upper_half = _mm256_and_si256(_mm256_srli_epi16::<4>(bytes), _mm256_set1_epi8(0x0f));
        let both = _mm256_and_si256(lower, _mm256_shuffle_epi8(twice(&UPPER), upper_half));
        !(_mm256_movemask_epi8(_mm256_cmpeq_epi8(both, _mm256_setzero_si256())) as u32)
    }
}

#[target_feature(enable = "avx2")]
#[inline]
fn twice(table: &[u8; 16]) -> __m256i {
    let word = |at: usize| table[at..].first_chunk().map_or(0, |word| i64::from_le_bytes(*word));
    _mm256_set_epi64x(word(8), word(0), word(8), word(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_members_of_a_chunk_are_the_tables() {
        if !is_x86_feature_detected!("avx2") {
            return;
        }
        let table = std::array::from_fn(|byte| u8::from(byte < 128 && byte * byte % 7 < 3));
        for first in 0..=255u8 {
            let chunk: [u8; CHUNK] = std::array::from_fn(|at| first.wrapping_add(at as u8));
            let expected = chunk.iter().rev().fold(0, |bits, byte| bits << 1 | u32::from(table[usize::from(*byte)]));

            // SAFETY: the processor has AVX2.
            let members = unsafe { Members::of(&table).among(&chunk) };

            assert_eq!(members, expected, "chunk from {first}");
        }
    }
}
