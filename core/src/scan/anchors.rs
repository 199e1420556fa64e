//! The places of a chunk that are worth a visit.

use super::bytes::{self, is_at};
use super::masks::{CHUNK, Masks};

/// A full IPv6 address has seven colons between hex digits, or six before an IPv4 tail.
const COLONS_OF_A_FULL_ADDRESS: u32 = 6;

/// What a chunk needs to know of the one before it.
#[derive(Clone, Copy, Default)]
pub struct Before {
    masks: Masks,
    colons_in_hex: u32,
}

/// The anchors of one chunk; bit n stands for byte n.
#[derive(Clone, Copy, Debug)]
pub struct Anchors {
    /// Dots between two bytes of labels.
    pub dots: u64,
    /// Bytes of names: label bytes and the dots that join them.
    pub names: u64,
    /// Decimal digits.
    pub digits: u64,
    /// Colons before `/` or `\`.
    pub schemes: u64,
    /// The first of sixteen hex digits.
    pub hashes: u64,
    /// Colons that may belong to an IPv6 address.
    pub coloned: u64,
}

impl Anchors {
    /// The anchors of the chunk of `text` at `base`.
    #[inline(always)]
    pub fn of(masks: &Masks, text: &[u8], base: usize, before: &mut Before) -> Anchors {
        let after = base + CHUNK;
        let last = &before.masks;
        let next = |classes| u64::from(is_at(text, after, classes)) << 63;

        let label_before = masks.label << 1 | last.label >> 63;
        let dots = masks.dot & label_before & (masks.label >> 1 | next(bytes::LABEL));
        let slash_next = u64::from(matches!(text.get(after), Some(b'/' | b'\\'))) << 63;
        let colons_in_hex = masks.colon & (masks.hex << 1 | last.hex >> 63) & (masks.hex >> 1 | next(bytes::HEX));
        let count = colons_in_hex.count_ones();
        let mut coloned = masks.colon & (masks.colon << 1 | last.colon >> 63);
        if count + before.colons_in_hex >= COLONS_OF_A_FULL_ADDRESS {
            coloned |= colons_in_hex;
        }
        let anchors = Anchors {
            dots,
            names: masks.label | dots,
            digits: masks.digit,
            schemes: masks.colon & (masks.slash >> 1 | slash_next),
            hashes: sixteens(masks.hex),
            coloned,
        };
        *before = Before { masks: *masks, colons_in_hex: count };
        anchors
    }
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
