//! Where one of some pairs of bytes stands, on processors with AVX2: four look-ups for 32 places, one for each half of a
//! byte.

use std::arch::x86_64::*;

/// So many places are looked at together.
const PLACES: usize = 32;
/// The bytes of as many pairs.
const CHUNK: usize = PLACES + 1;
/// So many kinds of pairs are told apart: there is a bit for each.
const MOST_KINDS: usize = 8;

/// By the lower and the upper half of a byte, a bit for each kind of pair that may hold it.
#[derive(Clone, Copy, Debug, Default)]
struct Halves {
    lower: [u8; 16],
    upper: [u8; 16],
}

/// Finds pairs, and others that are alike.
#[derive(Clone, Debug)]
pub struct Pairs([Halves; 2]);

impl Pairs {
    /// For these; `None` where they are of too many kinds. Those that differ in case alone are of one kind.
    pub fn of(pairs: impl Iterator<Item = [u8; 2]>) -> Option<Pairs> {
        let mut kinds: Vec<[u8; 2]> = Vec::new();
        let mut halves = [Halves::default(); 2];
        for pair in pairs {
            let folded = pair.map(|byte| byte.to_ascii_lowercase());
            let kind = kinds.iter().position(|known| *known == folded).unwrap_or_else(|| {
                kinds.push(folded);
                kinds.len() - 1
            });
            if kind == MOST_KINDS {
                return None;
            }
            for (halves, byte) in halves.iter_mut().zip(pair) {
                halves.lower[usize::from(byte & 15)] |= 1 << kind;
                halves.upper[usize::from(byte >> 4)] |= 1 << kind;
            }
        }
        Some(Pairs(halves))
    }

    /// Every place where one may stand, in ascending order.
    #[target_feature(enable = "avx2,bmi1,bmi2,lzcnt,popcnt")]
    pub fn find_all(&self, text: &[u8], mut on_place: impl FnMut(usize)) {
        let mut begin = 0;
        while let Some(chunk) = text[begin..].first_chunk() {
            for_each(self.among(chunk), |place| on_place(begin + place));
            begin += PLACES;
        }
        let rest = &text[begin..];
        let mut padded = [0; CHUNK];
        padded[..rest.len()].copy_from_slice(rest);
        let whole = u32::MAX.checked_shr(CHUNK as u32 - rest.len() as u32).unwrap_or(0);
        for_each(self.among(&padded) & whole, |place| on_place(begin + place));
    }

    /// A bit for each place where one may stand.
    #[target_feature(enable = "avx2")]
    #[inline]
    fn among(&self, chunk: &[u8; CHUNK]) -> u32 {
        let [first, second] = &self.0;
        // SAFETY: both loads are within the chunk, and need no alignment.
        let (ahead, behind) =
            unsafe { (_mm256_loadu_si256(chunk.as_ptr().cast()), _mm256_loadu_si256(chunk.as_ptr().add(1).cast())) };
        let both = _mm256_and_si256(first.kinds(ahead), second.kinds(behind));
        !(_mm256_movemask_epi8(_mm256_cmpeq_epi8(both, _mm256_setzero_si256())) as u32)
    }
}

impl Halves {
    /// The kinds of pairs that may hold each of these bytes.
    #[target_feature(enable = "avx2")]
    #[inline]
    fn kinds(&self, bytes: __m256i) -> __m256i {
        let half = _mm256_set1_epi8(0x0f);
        let lower = _mm256_shuffle_epi8(twice(&self.lower), _mm256_and_si256(bytes, half));
        let upper = _mm256_shuffle_epi8(twice(&self.upper), _mm256_and_si256(_mm256_srli_epi16::<4>(bytes), half));
        _mm256_and_si256(lower, upper)
    }
}

#[inline(always)]
fn for_each(places: u32, mut on_place: impl FnMut(usize)) {
    let mut left = places;
    while left != 0 {
        on_place(left.trailing_zeros() as usize);
        left &= left - 1;
    }
}

/// A table of sixteen bytes for both halves of a vector, in which bytes are looked up apart.
#[target_feature(enable = "avx2")]
#[inline]
pub fn twice(table: &[u8; 16]) -> __m256i {
    let word = |at: usize| table[at..].first_chunk().map_or(0, |word| i64::from_le_bytes(*word));
    _mm256_set_epi64x(word(8), word(0), word(8), word(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_place_of_a_pair_is_found_in_texts_of_any_length() {
        if !crate::scan::has_fast_instructions() {
            return;
        }
        let pairs = Pairs::of([*b"t=", *b"c=", *b":/", *b"\0\xff"].into_iter()).unwrap();
        let text: Vec<u8> = b"dst=1 src=://=//t\0\xff=\0\0".iter().copied().cycle().take(200).collect();
        for length in 0..=text.len() {
            let text = &text[..length];
            let expected: Vec<usize> = (1..length)
                .filter(|end| [*b"t=", *b"c=", *b":/", *b"\0\xff"].contains(&[text[end - 1], text[*end]]))
                .map(|end| end - 1)
                .collect();

            let mut found = Vec::new();
            // SAFETY: the processor has all that the function is compiled for.
            unsafe { pairs.find_all(text, |place| found.push(place)) };

            assert_eq!(found, expected, "{length} bytes");
        }
    }

    #[test]
    fn pairs_of_too_many_kinds_are_none() {
        let pairs = |kinds: u8| Pairs::of((0..kinds).flat_map(|kind| [[b'a' + kind, b'='], [b'A' + kind, b'=']]));

        assert!(pairs(8).is_some());
        assert!(pairs(9).is_none());
    }
}
