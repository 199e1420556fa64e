//! Which bytes of a chunk are of an ASCII class, on processors with AVX2: two look-ups, one for each half of a byte.

use std::arch::x86_64::*;

use super::pairs::twice;

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

    /// A bit for each byte of the class, and for each that is this byte.
    #[target_feature(enable = "avx2")]
    pub fn among_and(&self, chunk: &[u8; CHUNK], byte: u8) -> (u32, u32) {
        // SAFETY: as many bytes are loaded as there are, and the load needs no alignment.
        let bytes = unsafe { _mm256_loadu_si256(chunk.as_ptr().cast()) };
        let alike = _mm256_cmpeq_epi8(bytes, _mm256_set1_epi8(byte.cast_signed()));
        (self.among(chunk), _mm256_movemask_epi8(alike) as u32)
    }

    /// Where the run of the class ends that begins here, at the text's end at the latest.
    #[target_feature(enable = "avx2,bmi1,bmi2,lzcnt,popcnt")]
    pub fn run(&self, text: &[u8], from: usize) -> usize {
        let mut place = from;
        while let Some(chunk) = text[place..].first_chunk() {
            let others = !self.among(chunk);
            if others != 0 {
                return place + others.trailing_zeros() as usize;
            }
            place += CHUNK;
        }
        let left = text.len() - place;
        let others = match text.last_chunk() {
            Some(chunk) => u64::from(!self.among(chunk)) >> (CHUNK - left),
            None => {
                let mut padded = [0; CHUNK];
                padded[..left].copy_from_slice(&text[place..]);
                u64::from(!self.among(&padded))
            }
        };
        place + (others | 1 << left).trailing_zeros() as usize
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_ends_where_its_last_byte_is() {
        if !crate::scan::has_fast_instructions() {
            return;
        }
        let members = Members::of(&std::array::from_fn(|byte| u8::from(byte == 0 || byte == usize::from(b'a'))));
        for length in 0..100 {
            for other in 0..=length {
                let mut text = vec![b'a'; length];
                text.iter_mut().skip(other).for_each(|byte| *byte = b'b');
                for from in 0..=other {
                    // SAFETY: the processor has all that the function is compiled for.
                    let end = unsafe { members.run(&text, from) };

                    assert_eq!(end, other, "{length} bytes, from {from}");
                }
            }
        }
    }

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
