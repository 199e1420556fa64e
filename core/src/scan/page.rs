//! A page of text as bit masks, and the anchors in it: the places that are worth a visit.
//!
//! Bit n of word c stands for byte n of chunk c. A chunk before the page and one behind it are kept too, so that what
//! stands around a place can be read from the masks wherever it lies.

use super::masks::{CHUNK, Masks};

/// Chunks of one page.
pub const CHUNKS: usize = 64;
/// Bytes of one page.
pub const PAGE: usize = CHUNKS * CHUNK;

/// A full IPv6 address has seven colons between hex digits, or six before an IPv4 tail.
const COLONS_OF_A_FULL_ADDRESS: u32 = 6;

/// One word for each chunk of a page, of the one before and of the one behind.
type Words = [u64; CHUNKS + 2];

/// The masks and the anchors of a page.
pub struct Page {
    /// Where chunk 0, the one before the page, lies in the text; the text begins a chunk late for the first page.
    begin: usize,
    masks: [Masks; CHUNKS + 2],
    names: Words,
    dots: Words,
    digits: Words,
    foreign: Words,
    /// The first dot of each name.
    first_dots: Words,
    /// Whether the first label of a name reaches to the end of the page read last.
    in_first_label: bool,
    /// Colons between hex digits in the chunk whose anchors were read last.
    colons_in_hex: u32,
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
        let (masks, words) = ([Masks::default(); CHUNKS + 2], [0; CHUNKS + 2]);
        Page {
            begin: 0,
            masks,
            names: words,
            dots: words,
            digits: words,
            foreign: words,
            first_dots: words,
            in_first_label: false,
            colons_in_hex: 0,
        }
    }

    /// Read the page of `text` that begins at `start`; pages are read one after the other. Its chunks are returned.
    #[inline(always)]
    pub fn read(&mut self, text: &[u8], start: usize, masks_of: impl Fn(&[u8; CHUNK]) -> Masks) -> usize {
        let chunks = (text.len() - start).div_ceil(CHUNK).min(CHUNKS);
        self.begin = start;
        let first = if start == 0 {
            0
        } else {
            self.masks[0] = self.masks[CHUNKS];
            self.masks[1] = self.masks[CHUNKS + 1];
            self.names[0] = self.names[CHUNKS];
            self.dots[0] = self.dots[CHUNKS];
            self.digits[0] = self.digits[CHUNKS];
            self.foreign[0] = self.foreign[CHUNKS];
            1
        };
        for chunk in first..=chunks {
            let from = start + chunk * CHUNK;
            self.masks[chunk + 1] = match text.get(from..).and_then(|rest| rest.first_chunk()) {
                Some(bytes) => masks_of(bytes),
                None => masks_of(&padded(text.get(from..).unwrap_or_default())),
            };
        }
        for chunk in 1..=chunks + 1 {
            let masks = &self.masks[chunk];
            let after = self.masks.get(chunk + 1).map_or(0, |after| after.label);
            let beside = (masks.label << 1 | self.masks[chunk - 1].label >> 63) & (masks.label >> 1 | after << 63);
            self.dots[chunk] = masks.dot & beside;
            self.names[chunk] = masks.label | self.dots[chunk];
            self.digits[chunk] = masks.digit;
            self.foreign[chunk] = masks.foreign;
        }
        for chunk in 1..=chunks {
            let (names, label) = (self.names[chunk], self.masks[chunk].label);
            let starts = names & !(names << 1 | self.names[chunk - 1] >> 63);
            // The carry runs through the first label and comes to rest on what follows it.
            let (sum, out) = label.overflowing_add(starts);
            let (sum, over) = sum.overflowing_add(u64::from(self.in_first_label));
            self.in_first_label = out | over;
            self.first_dots[chunk] = sum & self.dots[chunk];
        }
        chunks
    }

    /// Where a chunk of the page begins in the text; they are numbered from 1.
    #[inline(always)]
    pub fn base(&self, chunk: usize) -> usize {
        self.begin + (chunk - 1) * CHUNK
    }

    /// The anchors of a chunk; chunks are asked one after the other.
    #[inline(always)]
    pub fn anchors(&mut self, chunk: usize) -> Anchors {
        let [last, masks, after] = [&self.masks[chunk - 1], &self.masks[chunk], &self.masks[chunk + 1]];
        let mut coloned = masks.colon & (masks.colon << 1 | last.colon >> 63);
        let in_hex = masks.colon & (masks.hex << 1 | last.hex >> 63) & (masks.hex >> 1 | after.hex << 63);
        let count = in_hex.count_ones();
        if count + self.colons_in_hex >= COLONS_OF_A_FULL_ADDRESS {
            coloned |= in_hex;
        }
        self.colons_in_hex = count;
        Anchors {
            names: self.first_dots[chunk],
            schemes: masks.colon & (masks.slash >> 1 | after.slash << 63),
            hashes: sixteens(masks.hex),
            coloned,
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
            digits: window(&self.digits, word, bit) & inside,
            is_foreign: window(&self.foreign, word, bit) & inside != 0,
        })
    }
}

/// Sixty-four bits from bit `at` of a word on.
#[inline(always)]
fn window(words: &Words, word: usize, at: u32) -> u64 {
    words[word] >> at | (words[word + 1] << 1) << (63 - at)
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
fn sixteens(mask: u64) -> u64 {
    let eights = mask & mask >> 8;
    let mut all = eights & mask >> 4 & mask >> 12;
    all &= all >> 2;
    all &= all >> 1;
    all & 0x0001_0001_0001_0001
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_aligned_sixteens_that_are_all_set_are_anchors() {
        assert_eq!(sixteens(0xffff), 1);
        assert_eq!(sixteens(0xffff_0000_0000), 1 << 32);
        assert_eq!(sixteens(u64::MAX), 0x0001_0001_0001_0001);
        assert_eq!(sixteens(0x1_fffe), 0);
        for bit in 0..16 {
            assert_eq!(sixteens(0xffff ^ 1 << bit), 0);
        }
    }
}
