//! The places of a text where a disguise may begin, looked for thirty-two at a time.
//!
//! A byte's classes are told by its two halves, so the wide test may over-report; the shapes then say what is true.

use super::number::leads_to_number;
use super::shapes::Begun;

/// So many bytes of a key are its shape; its value is behind them.
const KEY: usize = 3;

/// Report every place where a disguise may begin by its first three bytes, and every key that leads to a number.
///
/// Those of either sort come in ascending order.
#[inline]
pub fn each_triple(text: &[u8], on_triple: &mut impl FnMut(usize)) {
    #[cfg(target_arch = "x86_64")]
    if crate::scan::has_fast_instructions() {
        // SAFETY: the processor has all that the function is compiled for.
        return unsafe { wide::each_triple(text, on_triple) };
    }
    each_triple_from(0, text, on_triple);
}

fn each_triple_from(from: usize, text: &[u8], on_triple: &mut impl FnMut(usize)) {
    let is_triple = |at: &usize| {
        let begun = Begun::at(text, *at);
        begun.is_disguise() || (begun.is_key() && leads_to_number(text, at + KEY))
    };
    (from..text.len()).filter(is_triple).for_each(on_triple);
}

#[cfg(target_arch = "x86_64")]
mod wide {
    use std::arch::x86_64::{
        __m256i, _mm256_and_si256, _mm256_cmpeq_epi8, _mm256_loadu_si256, _mm256_movemask_epi8, _mm256_set1_epi8,
        _mm256_setzero_si256, _mm256_shuffle_epi8, _mm256_srli_epi16,
    };

    use super::super::number::leads_to_number;
    use super::super::shapes::{Begun, CLASSES_OF};
    use super::{KEY, each_triple_from};

    const LANES: usize = 32;
    const CHUNK: usize = 2 * LANES;
    /// A chunk and what the triples at its end reach into.
    const WINDOW: usize = CHUNK + 2;
    /// So many places are tested before any of them is visited: the test keeps its tables in registers.
    const PAGE: usize = 512;
    /// So many places of each sixty-four are written whether they are there or not: a processor can't guess how many come.
    const UNASKED: usize = 4;
    /// Every place of a page, and more: a power of two.
    const MOST: usize = 2 * PAGE;

    /// For each half of a byte, the classes of the bytes that have it; twice, as the shuffle wants it.
    struct Halves {
        low: [u8; LANES],
        high: [u8; LANES],
    }

    static HALVES: [Halves; 3] = [halves(&CLASSES_OF[0]), halves(&CLASSES_OF[1]), halves(&CLASSES_OF[2])];

    const fn halves(classes: &[u8; 256]) -> Halves {
        let (mut low, mut high) = ([0; LANES], [0; LANES]);
        let mut byte = 0;
        while byte < 256 {
            let (at_low, at_high) = (byte & 15, byte >> 4);
            low[at_low] |= classes[byte];
            low[at_low + 16] |= classes[byte];
            high[at_high] |= classes[byte];
            high[at_high + 16] |= classes[byte];
            byte += 1;
        }
        Halves { low, high }
    }

    /// Places of one page, gathered without a branch.
    struct Places {
        places: [u16; MOST],
        count: usize,
    }

    impl Places {
        fn new() -> Places {
            Places { places: [0; MOST], count: 0 }
        }

        #[inline(always)]
        fn push(&mut self, base: usize, mut bits: u64) {
            let end = self.count + bits.count_ones() as usize;
            for at in self.count..self.count + UNASKED {
                self.put(at, base, bits);
                bits &= bits.wrapping_sub(1);
            }
            for at in self.count + UNASKED..end {
                self.put(at, base, bits);
                bits &= bits.wrapping_sub(1);
            }
            self.count = end;
        }

        #[inline(always)]
        fn put(&mut self, at: usize, base: usize, bits: u64) {
            self.places[at % MOST] = (base + bits.trailing_zeros() as usize) as u16;
        }

        #[inline(always)]
        fn push_if(&mut self, place: usize, wanted: bool) {
            self.places[self.count % MOST] = place as u16;
            self.count += usize::from(wanted);
        }

        #[inline(always)]
        fn each(&self) -> impl Iterator<Item = usize> {
            self.places[..self.count].iter().map(|place| usize::from(*place))
        }
    }

    #[target_feature(enable = "avx2,bmi1,bmi2,lzcnt,popcnt")]
    pub fn each_triple(text: &[u8], on_triple: &mut impl FnMut(usize)) {
        let tables = [0, 1, 2].map(|place: usize| (load(&HALVES[place].low), load(&HALVES[place].high)));
        let (mut places, mut keys) = (Places::new(), Places::new());
        let mut base = 0;
        while let Some(page) = text.get(base..).filter(|rest| rest.len() >= WINDOW) {
            places.count = 0;
            let mut end = 0;
            for window in page.windows(WINDOW).step_by(CHUNK).take(PAGE / CHUNK) {
                places.push(end, found(window, &tables));
                end += CHUNK;
            }
            keep(page, &mut places, &mut keys);
            places.each().for_each(|place| on_triple(base + place));
            base += end;
        }
        each_triple_from(base, text, on_triple);
    }

    /// Keep the places where a disguise begins, and then those where a key leads to a number.
    #[inline]
    #[target_feature(enable = "avx2,bmi1,bmi2,lzcnt,popcnt")]
    fn keep(page: &[u8], places: &mut Places, keys: &mut Places) {
        let all = std::mem::take(&mut places.count);
        keys.count = 0;
        for position in 0..all {
            let place = usize::from(places.places[position % MOST]);
            let begun = Begun::at(page, place);
            places.push_if(place, begun.is_disguise());
            keys.push_if(place, begun.is_key());
        }
        for place in keys.each() {
            places.push_if(place, leads_to_number(page, place + KEY));
        }
    }

    /// The places of a chunk where three bytes of one class begin.
    #[inline]
    #[target_feature(enable = "avx2")]
    fn found(window: &[u8], tables: &[(__m256i, __m256i); 3]) -> u64 {
        let half = |from: usize| {
            let classes = |place: usize| classes(load(&window[from + place..]), tables[place]);
            let found = _mm256_and_si256(_mm256_and_si256(classes(0), classes(1)), classes(2));
            u64::from(!(_mm256_movemask_epi8(_mm256_cmpeq_epi8(found, _mm256_setzero_si256())) as u32))
        };
        half(0) | half(LANES) << LANES
    }

    /// The classes that each byte may be of.
    #[inline]
    #[target_feature(enable = "avx2")]
    fn classes(bytes: __m256i, (low, high): (__m256i, __m256i)) -> __m256i {
        let half = _mm256_set1_epi8(15);
        let high_halves = _mm256_and_si256(_mm256_srli_epi16::<4>(bytes), half);
        _mm256_and_si256(
            _mm256_shuffle_epi8(low, _mm256_and_si256(bytes, half)),
            _mm256_shuffle_epi8(high, high_halves),
        )
    }

    #[inline]
    #[target_feature(enable = "avx2")]
    fn load(bytes: &[u8]) -> __m256i {
        let lanes: &[u8] = &bytes[..LANES];
        // SAFETY: the slice has as many bytes as are loaded, and the load needs no alignment.
        unsafe { _mm256_loadu_si256(lanes.as_ptr().cast()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_wide_test_finds_what_the_shapes_say_wherever_a_disguise_stands() {
        let every_pair = (0..=u16::MAX).flat_map(u16::to_be_bytes).collect::<Vec<u8>>();
        let mixed = b"src=\"1 src=3221225985 %2E \\n [.] =2E= .01 0xA \xe3\x80\x82 =\n%%%41%41%41".repeat(140);

        for cut in 0..70 {
            for text in [&every_pair[cut..], &every_pair[..cut], &mixed[cut..], &mixed[..mixed.len() - cut]] {
                let (mut found, mut expected) = (vec![], vec![]);
                each_triple(text, &mut |at| found.push(at));
                each_triple_from(0, text, &mut |at| expected.push(at));
                found.sort_unstable();

                assert!(found == expected, "{} bytes", text.len());
            }
        }
    }
}
