//! Pairs of bytes by which a disguise may begin, found thirty-two places at a time.
//!
//! Each class names the first bytes and the second bytes of its pairs. A byte's classes are told by its two halves, so
//! a test may over-report; the tables then say what is true.

/// First bytes, second bytes.
const CLASSES: [(&[u8], &[u8]); 8] = [
    // `%2E`, `%u002e`, `&#46;`, `&period;`.
    (b"%&", b"0123456789abcdefABCDEFuUglqpcnshm#"),
    // `\x2e`, `\u002e`, `\056`, `\n`, `\.`.
    (b"\\", b"xuU0123nrt.:@-_"),
    // `[.]`, `(dot)`, `{at}`, `[:]//`, `[://]`.
    (b"[({", b".:/@dDaA"),
    // `0xC0000201`.
    (b"0", b"xX"),
    // `=2E`, and a soft line break.
    (b"=", b"2345\r\n"),
    // `.0300`.
    (b".", b"0"),
    // `src=3221225985`, `"dst_ip":"3221225985"`: the last letter of such a key, and what ends the key.
    (b"cenhCENHprstPRST", b"=\":"),
    // `。`, `．`, `｡`.
    (b"\xe3\xef", b"\x80\xbc\xbd"),
];

static FIRST: [u8; 256] = classes_of(true);
static SECOND: [u8; 256] = classes_of(false);

const fn classes_of(first: bool) -> [u8; 256] {
    let mut table = [0; 256];
    let mut class = 0;
    while class < CLASSES.len() {
        let bytes = if first { CLASSES[class].0 } else { CLASSES[class].1 };
        let mut at = 0;
        while at < bytes.len() {
            table[bytes[at] as usize] |= 1 << class;
            at += 1;
        }
        class += 1;
    }
    table
}

/// Report every place where a pair stands, ascending.
pub fn each_pair(text: &[u8], on_pair: &mut impl FnMut(usize)) {
    #[cfg(target_arch = "x86_64")]
    if std::arch::is_x86_feature_detected!("avx2") {
        // SAFETY: the processor has AVX2.
        return unsafe { wide::each_pair(text, on_pair) };
    }
    each_pair_from(0, text, on_pair);
}

/// Whether a pair stands at `at`.
#[inline(always)]
pub fn is_pair(text: &[u8], at: usize) -> bool {
    at + 1 < text.len() && FIRST[text[at] as usize] & SECOND[text[at + 1] as usize] != 0
}

fn each_pair_from(from: usize, text: &[u8], on_pair: &mut impl FnMut(usize)) {
    (from..text.len()).filter(|at| is_pair(text, *at)).for_each(on_pair);
}

#[cfg(target_arch = "x86_64")]
mod wide {
    use std::arch::x86_64::{
        __m256i, _mm256_and_si256, _mm256_cmpeq_epi8, _mm256_loadu_si256, _mm256_movemask_epi8, _mm256_set1_epi8,
        _mm256_setzero_si256, _mm256_shuffle_epi8, _mm256_srli_epi16, _mm256_testz_si256,
    };

    use super::{FIRST, SECOND, each_pair_from, is_pair};

    const LANES: usize = 32;

    /// For each half of a byte, the classes of the bytes that have it; twice, as the shuffle wants it.
    struct Halves {
        low: [u8; LANES],
        high: [u8; LANES],
    }

    static FIRST_HALVES: Halves = halves(&FIRST);
    static SECOND_HALVES: Halves = halves(&SECOND);

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

    #[target_feature(enable = "avx2")]
    pub fn each_pair(text: &[u8], on_pair: &mut impl FnMut(usize)) {
        let (first, second) = (load(&FIRST_HALVES.low, 0), load(&SECOND_HALVES.low, 0));
        let (first_high, second_high) = (load(&FIRST_HALVES.high, 0), load(&SECOND_HALVES.high, 0));
        let mut base = 0;
        while base + LANES < text.len() {
            let found = _mm256_and_si256(
                classes(load(text, base), first, first_high),
                classes(load(text, base + 1), second, second_high),
            );
            if _mm256_testz_si256(found, found) == 0 {
                let none = _mm256_cmpeq_epi8(found, _mm256_setzero_si256());
                let mut places = !(_mm256_movemask_epi8(none) as u32);
                while places != 0 {
                    let at = base + places.trailing_zeros() as usize;
                    places &= places - 1;
                    if is_pair(text, at) {
                        on_pair(at);
                    }
                }
            }
            base += LANES;
        }
        each_pair_from(base, text, on_pair);
    }

    /// The classes that each byte may be of.
    #[inline]
    #[target_feature(enable = "avx2")]
    fn classes(bytes: __m256i, low: __m256i, high: __m256i) -> __m256i {
        let half = _mm256_set1_epi8(15);
        let high_halves = _mm256_and_si256(_mm256_srli_epi16::<4>(bytes), half);
        _mm256_and_si256(
            _mm256_shuffle_epi8(low, _mm256_and_si256(bytes, half)),
            _mm256_shuffle_epi8(high, high_halves),
        )
    }

    #[inline]
    #[target_feature(enable = "avx2")]
    fn load(bytes: &[u8], at: usize) -> __m256i {
        let lanes: &[u8] = &bytes[at..at + LANES];
        // SAFETY: the slice has as many bytes as are loaded, and the load needs no alignment.
        unsafe { _mm256_loadu_si256(lanes.as_ptr().cast()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_wide_test_finds_what_the_tables_find_wherever_a_pair_stands() {
        let every_pair = (0..=u16::MAX).flat_map(u16::to_be_bytes).collect::<Vec<u8>>();

        for text in
            (0..70).map(|cut| &every_pair[cut..]).chain((0..70).map(|cut| &every_pair[every_pair.len() - cut..]))
        {
            let (mut found, mut expected) = (vec![], vec![]);
            each_pair(text, &mut |at| found.push(at));
            each_pair_from(0, text, &mut |at| expected.push(at));

            assert!(found == expected, "{} bytes", text.len());
        }
    }
}
