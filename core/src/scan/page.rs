//! A page of text as bit masks, and the anchors in it: the places that are worth a visit.
//!
//! Bit n of word c stands for byte n of chunk c. A chunk before the page and one behind it are kept too, so that what
//! stands around a place can be read from the masks wherever it lies.

use wide::u64x4;

use super::masks::{CHUNK, Masks};

/// Chunks of one page.
pub const CHUNKS: usize = 64;
/// Bytes of one page.
pub const PAGE: usize = CHUNKS * CHUNK;

/// A full IPv6 address has seven colons between hex digits, or six before an IPv4 tail.
const COLONS_OF_A_FULL_ADDRESS: u32 = 6;

/// So many words are joined together.
const LANES: usize = 4;

/// One word for each chunk of a page, of the one before, of the one behind; behind that, what fills up the lanes.
type Words = [u64; CHUNKS + 2 + LANES];

/// The masks and the anchors of a page.
pub struct Page {
    /// Where the page begins in the text; word 0 is of the chunk before it.
    begin: usize,
    label: Words,
    digit: Words,
    hex: Words,
    dot: Words,
    colon: Words,
    slash: Words,
    foreign: Words,
    /// Bytes of names: label bytes and the dots that join them.
    names: Words,
    /// Dots between two bytes of labels.
    dots: Words,
    /// The first dot of each name.
    first_dots: Words,
    /// Colons before `/` or `\`.
    schemes: Words,
    /// The first of sixteen hex digits.
    hashes: Words,
    /// Colons after colons.
    doubled: Words,
    /// Colons between hex digits.
    in_hex: Words,
    /// Whether the first label of a name reaches to the end of the page read last.
    in_first_label: bool,
}

/// The anchors of one chunk.
#[derive(Clone, Copy, Debug)]
pub struct Anchors {
    /// The first dot of each dotted name.
    pub names: u64,
    /// Colons before `/` or `\`.
    pub schemes: u64,
    /// The first of sixteen hex digits.
    pub hashes: u64,
    /// Colons that may belong to an IPv6 address.
    pub coloned: u64,
}

/// A dotted name of fewer than 64 bytes: what each of its bytes is, from its first on.
#[derive(Clone, Copy, Debug, Default)]
pub struct Name {
    pub start: usize,
    pub length: u32,
    pub dots: u64,
    pub digits: u64,
    pub is_foreign: bool,
}

impl Page {
    pub fn new() -> Page {
        let none = [0; CHUNKS + 2 + LANES];
        Page {
            begin: 0,
            label: none,
            digit: none,
            hex: none,
            dot: none,
            colon: none,
            slash: none,
            foreign: none,
            names: none,
            dots: none,
            first_dots: none,
            schemes: none,
            hashes: none,
            doubled: none,
            in_hex: none,
            in_first_label: false,
        }
    }

    /// Read the page of `text` that begins at `start`; pages are read one after the other. How many chunks it has is
    /// returned.
    #[inline(always)]
    pub fn read(&mut self, text: &[u8], start: usize, masks_of: impl Fn(&[u8; CHUNK]) -> Masks) -> usize {
        let chunks = (text.len() - start).div_ceil(CHUNK).min(CHUNKS);
        self.begin = start;
        if start > 0 {
            self.go_on();
        }
        for chunk in usize::from(start > 0)..=chunks {
            let rest = text.get(start + chunk * CHUNK..).unwrap_or_default();
            let masks = match rest.first_chunk() {
                Some(bytes) => masks_of(bytes),
                None => masks_of(&padded(rest)),
            };
            self.keep(chunk + 1, masks);
        }
        self.join(chunks + 1);
        self.find_first_dots(chunks);
        chunks
    }

    /// The last chunk of a page is before the next page, and the one behind is its first.
    #[inline(always)]
    fn go_on(&mut self) {
        let all = [&mut self.label, &mut self.digit, &mut self.hex, &mut self.dot, &mut self.colon, &mut self.slash];
        for words in all.into_iter().chain([&mut self.foreign, &mut self.names, &mut self.dots, &mut self.in_hex]) {
            [words[0], words[1]] = [words[CHUNKS], words[CHUNKS + 1]];
        }
    }

    #[inline(always)]
    fn keep(&mut self, word: usize, masks: Masks) {
        self.label[word] = masks.label;
        self.digit[word] = masks.digit;
        self.hex[word] = masks.hex;
        self.dot[word] = masks.dot;
        self.colon[word] = masks.colon;
        self.slash[word] = masks.slash;
        self.foreign[word] = masks.foreign;
    }

    /// What becomes of bytes by those beside them, in so many words from 1 on, and in some behind those.
    ///
    /// In the last of them, which is behind the page, the last bit may be wrong: nobody looks so far.
    #[inline(always)]
    fn join(&mut self, words: usize) {
        for word in (1..words.min(CHUNKS + 1) + 1).step_by(LANES) {
            let (label, hex, colon) = (lanes(&self.label, word), lanes(&self.hex, word), lanes(&self.colon, word));
            let dots = lanes(&self.dot, word) & before_lanes(&self.label, word) & after_lanes(&self.label, word);
            put(&mut self.dots, word, dots);
            put(&mut self.names, word, label | dots);
            put(&mut self.schemes, word, colon & after_lanes(&self.slash, word));
            put(&mut self.hashes, word, sixteens(hex));
            put(&mut self.doubled, word, colon & before_lanes(&self.colon, word));
            put(&mut self.in_hex, word, colon & before_lanes(&self.hex, word) & after_lanes(&self.hex, word));
        }
    }

    #[inline(always)]
    fn find_first_dots(&mut self, words: usize) {
        for word in 1..=words.min(CHUNKS) {
            let starts = self.names[word] & !before(&self.names, word);
            // The carry runs through the first label and comes to rest on what follows it.
            let (sum, out) = self.label[word].overflowing_add(starts);
            let (sum, over) = sum.overflowing_add(u64::from(self.in_first_label));
            self.in_first_label = out | over;
            self.first_dots[word] = sum & self.dots[word];
        }
    }

    /// Where a chunk of the page begins in the text; they are numbered from 1.
    #[inline(always)]
    pub fn base(&self, chunk: usize) -> usize {
        self.begin + (chunk - 1) * CHUNK
    }

    /// The anchors of a chunk.
    #[inline(always)]
    pub fn anchors(&self, chunk: usize) -> Anchors {
        let colons = self.in_hex[chunk].count_ones() + self.in_hex[chunk - 1].count_ones();
        let in_address = if colons >= COLONS_OF_A_FULL_ADDRESS { self.in_hex[chunk] } else { 0 };
        Anchors {
            names: self.first_dots[chunk],
            schemes: self.schemes[chunk],
            hashes: self.hashes[chunk],
            coloned: self.doubled[chunk] | in_address,
        }
    }

    /// The name around a dot at bit `at` of a chunk; None where it has 64 bytes or more, or may have.
    #[inline(always)]
    pub fn name_around(&self, chunk: usize, at: u32) -> Option<Name> {
        let before = window(&self.names, chunk - 1, at);
        let back = (!before).leading_zeros();
        let place = CHUNK as u32 + at - back;
        let (word, bit) = (chunk - 1 + (place / CHUNK as u32) as usize, place % CHUNK as u32);
        let length = (!window(&self.names, word, bit)).trailing_zeros();
        if back == 64 || length >= 64 {
            return None;
        }
        let inside = (1 << length) - 1;
        Some(Name {
            start: (self.begin + chunk * CHUNK + at as usize).wrapping_sub(CHUNK + back as usize),
            length,
            dots: window(&self.dots, word, bit) & inside,
            digits: window(&self.digit, word, bit) & inside,
            is_foreign: window(&self.foreign, word, bit) & inside != 0,
        })
    }
}

/// Sixty-four bits from bit `at` of a word on.
#[inline(always)]
fn window(words: &Words, word: usize, at: u32) -> u64 {
    words[word] >> at | (words[word + 1] << 1) << (63 - at)
}

/// For each bit of a word: the one before it.
#[inline(always)]
fn before(words: &Words, word: usize) -> u64 {
    words[word] << 1 | words[word - 1] >> 63
}

/// Some words in a row.
#[inline(always)]
fn lanes(words: &Words, word: usize) -> u64x4 {
    u64x4::new(words[word..].first_chunk().copied().unwrap_or_default())
}

#[inline(always)]
fn put(words: &mut Words, word: usize, lanes: u64x4) {
    words[word..word + LANES].copy_from_slice(&lanes.to_array());
}

/// For each bit of some words: the one before it.
#[inline(always)]
fn before_lanes(words: &Words, word: usize) -> u64x4 {
    lanes(words, word) << 1 | lanes(words, word - 1) >> 63
}

/// For each bit of some words: the one behind it.
#[inline(always)]
fn after_lanes(words: &Words, word: usize) -> u64x4 {
    lanes(words, word) >> 1 | lanes(words, word + 1) << 63
}

/// The end of a text as a whole chunk: NULs are part of nothing.
#[cold]
fn padded(rest: &[u8]) -> [u8; CHUNK] {
    let mut chunk = [0; CHUNK];
    chunk[..rest.len()].copy_from_slice(rest);
    chunk
}

/// The first bit of each aligned sixteen that are all set: every run of 31 or more holds one.
#[inline(always)]
fn sixteens(mask: u64x4) -> u64x4 {
    let eights = mask & mask >> 8;
    let fours = eights & mask >> 4 & mask >> 12;
    let twos = fours & fours >> 2;
    twos & twos >> 1 & u64x4::splat(0x0001_0001_0001_0001)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_aligned_sixteens_that_are_all_set_are_anchors() {
        let of = |mask: u64| sixteens(u64x4::splat(mask)).to_array()[0];
        assert_eq!(of(0xffff), 1);
        assert_eq!(of(0xffff_0000_0000), 1 << 32);
        assert_eq!(of(u64::MAX), 0x0001_0001_0001_0001);
        assert_eq!(of(0x1_fffe), 0);
        for bit in 0..16 {
            assert_eq!(of(0xffff ^ 1 << bit), 0);
        }
    }
}
