//! Sixty-four bytes at a time as bit masks: bit n stands for byte n.

use wide::u8x16;

/// How many bytes one set of masks covers.
pub const CHUNK: usize = 64;

/// Which bytes of a chunk are what.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Masks {
    /// Bytes of labels: letters, digits, `-`, `_`, bytes beyond ASCII.
    pub label: u64,
    /// Decimal digits.
    pub digit: u64,
    /// Hex digits.
    pub hex: u64,
    /// Dots.
    pub dot: u64,
    /// Colons.
    pub colon: u64,
    /// `/` and `\`, which may follow the colon of a scheme.
    pub slash: u64,
    /// Bytes beyond ASCII.
    pub foreign: u64,
}

impl Masks {
    /// Classify one chunk, with what every processor has.
    #[inline(always)]
    pub fn of(chunk: &[u8; CHUNK]) -> Masks {
        let mut masks = Masks::default();
        for (lane, quarter) in chunk.chunks_exact(16).enumerate() {
            let shift = 16 * lane as u32;
            let mut bytes = [0; 16];
            bytes.copy_from_slice(quarter);
            let bytes = u8x16::new(bytes);
            let lower = bytes | u8x16::splat(0x20);
            let digit = within(bytes, b'0', 9);
            let letter = within(lower, b'a', 25);
            let joiner = bytes.cmp_eq(u8x16::splat(b'-')) | bytes.cmp_eq(u8x16::splat(b'_'));
            // A byte beyond ASCII has its top bit set already, and that bit is all that a mask takes of a byte.
            masks.label |= bits(letter | digit | joiner | bytes) << shift;
            masks.digit |= bits(digit) << shift;
            masks.hex |= bits(within(lower, b'a', 5) | digit) << shift;
            masks.dot |= bits(bytes.cmp_eq(u8x16::splat(b'.'))) << shift;
            masks.colon |= bits(bytes.cmp_eq(u8x16::splat(b':'))) << shift;
            let slash = bytes.cmp_eq(u8x16::splat(b'/')) | bytes.cmp_eq(u8x16::splat(b'\\'));
            masks.slash |= bits(slash) << shift;
            masks.foreign |= bits(bytes) << shift;
        }
        masks
    }
}

/// All ones where `first <= byte <= first + span`.
#[inline(always)]
fn within(bytes: u8x16, first: u8, span: u8) -> u8x16 {
    let offset = bytes - u8x16::splat(first);
    offset.min(u8x16::splat(span)).cmp_eq(offset)
}

#[inline(always)]
fn bits(lanes: u8x16) -> u64 {
    u64::from(lanes.move_mask() as u16)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scan::bytes::{self, is};

    /// Every byte at every place of a chunk.
    pub fn chunks() -> impl Iterator<Item = [u8; CHUNK]> {
        (0..256usize).map(|first| std::array::from_fn(|at| (first + at) as u8))
    }

    #[test]
    fn the_masks_agree_with_the_table_of_bytes_for_every_byte() {
        for chunk in chunks() {
            let masks = Masks::of(&chunk);

            for (at, &byte) in chunk.iter().enumerate() {
                let bit = |mask: u64| mask >> at & 1 == 1;
                assert_eq!(bit(masks.label), is(byte, bytes::LABEL), "label {byte}");
                assert_eq!(bit(masks.digit), byte.is_ascii_digit(), "digit {byte}");
                assert_eq!(bit(masks.hex), is(byte, bytes::HEX), "hex {byte}");
                assert_eq!(bit(masks.dot), byte == b'.', "dot {byte}");
                assert_eq!(bit(masks.colon), byte == b':', "colon {byte}");
                assert_eq!(bit(masks.slash), byte == b'/' || byte == b'\\', "slash {byte}");
                assert_eq!(bit(masks.foreign), !byte.is_ascii(), "foreign {byte}");
            }
        }
    }
}
