//! Three bytes in a row by which a disguise may begin, found thirty-two places at a time.
//!
//! Each class names the first, the second and the third bytes of its triples. A byte's classes are told by its two
//! halves, so the wide test may over-report; the tables then say what is true.

/// First bytes, second bytes, third bytes; no third bytes are all of them.
const CLASSES: [[&[u8]; 3]; 8] = [
    // `%2E`, `%u002e`, `&#46;`, `&period;`.
    [b"%&", b"0123456789abcdefABCDEFuUglqpcnshm#", b""],
    // `\x2e`, `\u002e`, `\056`, `\n`, `\.`.
    [b"\\", b"xuU0123nrt.:@-_\\", b""],
    // `[.]`, `(dot)`, `{at}`, `[:]//`, `[://]`.
    [b"[({", b".:/@dDaA", b".:/@oOtT])}"],
    // `0xC0000201`.
    [b"0", b"xX", b"0123456789abcdefABCDEF"],
    // `=2E`.
    [b"=", b"2345", b"EFAD0356"],
    // `.0300`.
    [b".", b"0", b"0123456789"],
    // `src=`, `dst=`, `ip=`, `addr=`: the end of a key that says address, and what ends a key.
    [b"rsidRSID", b"ctprsCTPRS", b"=\":\\"],
    // `。`, `．`, `｡`; a soft line break.
    [b"\xe3\xef=", b"\x80\xbc\xbd\r\n", b""],
];

static TABLES: [[u8; 256]; 3] = [classes_of(0), classes_of(1), classes_of(2)];

const fn classes_of(place: usize) -> [u8; 256] {
    let mut table = [0; 256];
    let mut class = 0;
    while class < CLASSES.len() {
        let bytes = CLASSES[class][place];
        let mut at = 0;
        while at < bytes.len() {
            table[bytes[at] as usize] |= 1 << class;
            at += 1;
        }
        let mut byte = 0;
        while bytes.is_empty() && byte < 256 {
            table[byte] |= 1 << class;
            byte += 1;
        }
        class += 1;
    }
    table
}

/// Report every place where a triple begins, ascending. The end of the text is as any third byte.
#[inline]
pub fn each_triple(text: &[u8], on_triple: &mut impl FnMut(usize)) {
    #[cfg(target_arch = "x86_64")]
    if std::arch::is_x86_feature_detected!("avx2") {
        // SAFETY: the processor has AVX2.
        return unsafe { wide::each_triple(text, on_triple) };
    }
    each_triple_from(0, text, on_triple);
}

#[inline(always)]
fn is_triple(text: &[u8], at: usize) -> bool {
    let classes = |place: usize| text.get(at + place).map(|byte| TABLES[place][usize::from(*byte)]);
    classes(0).unwrap_or(0) & classes(1).unwrap_or(0) & classes(2).unwrap_or(u8::MAX) != 0
}

fn each_triple_from(from: usize, text: &[u8], on_triple: &mut impl FnMut(usize)) {
    (from..text.len()).filter(|at| is_triple(text, *at)).for_each(on_triple);
}

#[cfg(target_arch = "x86_64")]
mod wide {
    use std::arch::x86_64::{
        __m256i, _mm256_and_si256, _mm256_cmpeq_epi8, _mm256_loadu_si256, _mm256_movemask_epi8, _mm256_set1_epi8,
        _mm256_setzero_si256, _mm256_shuffle_epi8, _mm256_srli_epi16,
    };

    use super::{TABLES, each_triple_from, is_triple};

    const LANES: usize = 32;
    /// So many places are tested before any of them is visited: the test keeps its tables in registers.
    const PAGE: usize = 128;

    /// For each half of a byte, the classes of the bytes that have it; twice, as the shuffle wants it.
    struct Halves {
        low: [u8; LANES],
        high: [u8; LANES],
    }

    static HALVES: [Halves; 3] = [halves(&TABLES[0]), halves(&TABLES[1]), halves(&TABLES[2])];

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
    pub fn each_triple(text: &[u8], on_triple: &mut impl FnMut(usize)) {
        let tables = [0, 1, 2].map(|place: usize| (load(&HALVES[place].low, 0), load(&HALVES[place].high, 0)));
        let mut base = 0;
        let mut pages = [0; PAGE];
        while base + LANES + 2 <= text.len() {
            let count = ((text.len() - base - 2) / LANES).min(PAGE);
            for (number, page) in pages[..count].iter_mut().enumerate() {
                let at = base + number * LANES;
                let found = _mm256_and_si256(
                    _mm256_and_si256(classes(load(text, at), tables[0]), classes(load(text, at + 1), tables[1])),
                    classes(load(text, at + 2), tables[2]),
                );
                let none = _mm256_cmpeq_epi8(found, _mm256_setzero_si256());
                *page = !(_mm256_movemask_epi8(none) as u32);
            }
            for (number, page) in pages[..count].iter().enumerate() {
                visit(text, base + number * LANES, *page, on_triple);
            }
            base += count * LANES;
        }
        each_triple_from(base, text, on_triple);
    }

    #[inline]
    fn visit(text: &[u8], base: usize, mut places: u32, on_triple: &mut impl FnMut(usize)) {
        while places != 0 {
            let at = base + places.trailing_zeros() as usize;
            places &= places - 1;
            if is_triple(text, at) {
                on_triple(at);
            }
        }
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
    fn the_wide_test_finds_what_the_tables_find_wherever_a_triple_stands() {
        let every_pair = (0..=u16::MAX).flat_map(u16::to_be_bytes).collect::<Vec<u8>>();
        let mixed = b"src=\"1 %2E \\n [.] =2E= .01 0xA \xe3\x80\x82 =\n".repeat(40);

        for cut in 0..70 {
            for text in [&every_pair[cut..], &every_pair[..cut], &mixed[cut..], &mixed[..mixed.len() - cut]] {
                let (mut found, mut expected) = (vec![], vec![]);
                each_triple(text, &mut |at| found.push(at));
                each_triple_from(0, text, &mut |at| expected.push(at));

                assert!(found == expected, "{} bytes", text.len());
            }
        }
    }
}
