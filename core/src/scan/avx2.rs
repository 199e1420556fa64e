//! The masks of a chunk on processors with AVX2: each byte's classes by two look-ups, one for each half of it.

use std::arch::x86_64::*;

use super::masks::{CHUNK, Masks};

const LANES: usize = 32;

/// Classes of bytes, one bit each: a byte is of a class if both its halves say so.
const DIGIT: u8 = 1 << 7;
const HEX_LETTER: u8 = 1 << 6;
const A_TO_O: u8 = 1 << 5;
const P_TO_Z: u8 = 1 << 4;
const HYPHEN: u8 = 1 << 3;
const LOW_LINE: u8 = 1 << 2;
const SLASH: u8 = 1 << 1;
const BACKSLASH: u8 = 1;

/// What the lower half of a byte says.
const LOWER: [u8; 16] = {
    let mut table = [0; 16];
    let mut half = 0;
    while half < 16 {
        if half <= 9 {
            table[half] |= DIGIT;
        }
        if half >= 1 && half <= 6 {
            table[half] |= HEX_LETTER;
        }
        if half >= 1 {
            table[half] |= A_TO_O;
        }
        if half <= 10 {
            table[half] |= P_TO_Z;
        }
        half += 1;
    }
    table[0xd] |= HYPHEN;
    table[0xf] |= LOW_LINE | SLASH;
    table[0xc] |= BACKSLASH;
    table
};

/// What the upper half of a byte says.
const UPPER: [u8; 16] = {
    let mut table = [0; 16];
    table[2] = HYPHEN | SLASH;
    table[3] = DIGIT;
    table[4] = HEX_LETTER | A_TO_O;
    table[5] = P_TO_Z | LOW_LINE | BACKSLASH;
    table[6] = HEX_LETTER | A_TO_O;
    table[7] = P_TO_Z;
    table
};

/// Classify one chunk.
#[target_feature(enable = "avx2")]
#[inline]
pub fn masks_of(chunk: &[u8; CHUNK]) -> Masks {
    let [first, second] = chunk.as_chunks().0 else { return Masks::default() };
    let (low, high) = (half_of(first), half_of(second));
    let both = |of: fn(&Half) -> u32| u64::from(of(&low)) | u64::from(of(&high)) << 32;
    Masks {
        label: both(|half| half.label),
        digit: both(|half| half.digit),
        hex: both(|half| half.hex),
        dot: both(|half| half.dot),
        colon: both(|half| half.colon),
        slash: both(|half| half.slash),
        foreign: both(|half| half.foreign),
    }
}

struct Half {
    label: u32,
    digit: u32,
    hex: u32,
    dot: u32,
    colon: u32,
    slash: u32,
    foreign: u32,
}

#[target_feature(enable = "avx2")]
#[inline]
fn half_of(bytes: &[u8; LANES]) -> Half {
    let bytes = loaded(bytes);
    // A shuffle by a byte beyond ASCII gives 0, so those are of no class.
    let lower = _mm256_shuffle_epi8(twice(&LOWER), bytes);
    let upper_half = _mm256_and_si256(_mm256_srli_epi16::<4>(bytes), _mm256_set1_epi8(0x0f));
    let classes = _mm256_and_si256(lower, _mm256_shuffle_epi8(twice(&UPPER), upper_half));
    // The shift brings the bit of hex letters to where that of digits is; what it carries over is not looked at.
    let hex = _mm256_or_si256(classes, _mm256_slli_epi16::<1>(classes));
    let label = any_of(classes, !(SLASH | BACKSLASH));
    Half {
        label: top_bits(_mm256_or_si256(label, bytes)),
        digit: top_bits(classes),
        hex: top_bits(hex),
        dot: top_bits(_mm256_cmpeq_epi8(bytes, _mm256_set1_epi8(b'.' as i8))),
        colon: top_bits(_mm256_cmpeq_epi8(bytes, _mm256_set1_epi8(b':' as i8))),
        slash: top_bits(any_of(classes, SLASH | BACKSLASH)),
        foreign: top_bits(bytes),
    }
}

/// The top bit of each byte that has one of these bits: adding with saturation carries any of them there.
#[target_feature(enable = "avx2")]
#[inline]
fn any_of(classes: __m256i, wanted: u8) -> __m256i {
    let kept = _mm256_and_si256(classes, _mm256_set1_epi8(wanted as i8));
    _mm256_adds_epu8(kept, _mm256_set1_epi8(0x7f))
}

#[target_feature(enable = "avx2")]
#[inline]
fn top_bits(bytes: __m256i) -> u32 {
    _mm256_movemask_epi8(bytes) as u32
}

#[target_feature(enable = "avx2")]
#[inline]
fn loaded(bytes: &[u8; LANES]) -> __m256i {
    // SAFETY: as many bytes are loaded as there are, and the load needs no alignment.
    unsafe { _mm256_loadu_si256(bytes.as_ptr().cast()) }
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
    fn the_masks_are_those_of_any_processor() {
        if !is_x86_feature_detected!("avx2") {
            return;
        }
        for first in 0..=255u8 {
            let chunk: [u8; CHUNK] = std::array::from_fn(|at| first.wrapping_add(at as u8));

            // SAFETY: the processor has AVX2.
            let fast = unsafe { masks_of(&chunk) };

            assert_eq!(fast, Masks::of(&chunk), "chunk from {first}");
        }
    }
}
