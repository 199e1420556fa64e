//! The dots of a page at which names are taken, gathered nearly without branches: a processor can't guess how many dots
//! come in the next chunk.

use super::masks::CHUNK;
use super::page::CHUNKS;

/// So many of each chunk are written whether they are there or not.
const UNASKED: usize = 2;
/// A name with its dot and what parts it from the next has four bytes at least.
const MOST: usize = CHUNKS * CHUNK / 4 + UNASKED;

/// Places in a page, as their bit's number counted from its first chunk on.
pub struct Dots {
    places: [u16; MOST + 1],
    count: usize,
}

impl Dots {
    #[inline(always)]
    pub fn new() -> Dots {
        Dots { places: [0; MOST + 1], count: 0 }
    }

    #[inline(always)]
    pub fn clear(&mut self) {
        self.count = 0;
    }

    /// Add the bits of a chunk.
    #[inline(always)]
    pub fn push(&mut self, chunk: usize, mut bits: u64) {
        let end = self.count + bits.count_ones() as usize;
        for place in 0..UNASKED {
            self.put(self.count + place, chunk, bits);
            bits &= bits.wrapping_sub(1);
        }
        let mut at = self.count + UNASKED;
        while at < end {
            self.put(at, chunk, bits);
            bits &= bits.wrapping_sub(1);
            at += 1;
        }
        self.count = end;
    }

    #[inline(always)]
    fn put(&mut self, at: usize, chunk: usize, bits: u64) {
        self.places[at.min(MOST)] = (chunk * CHUNK) as u16 + bits.trailing_zeros() as u16;
    }

    /// The chunk and the bit of each, in order.
    #[inline(always)]
    pub fn each(&self) -> impl Iterator<Item = (usize, u32)> {
        let places = &self.places[..self.count.min(MOST)];
        places.iter().map(|place| (*place as usize / CHUNK, u32::from(*place) % CHUNK as u32))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_bit_of_every_chunk_comes_back_in_order() {
        let chunks = [0, 1, 1 << 63, 0x11, 0x1111, u64::MAX / 15];
        let mut dots = Dots::new();
        for (chunk, bits) in chunks.iter().enumerate() {
            dots.push(chunk + 1, *bits);
        }

        let expected: Vec<(usize, u32)> = chunks
            .iter()
            .enumerate()
            .flat_map(|(chunk, bits)| (0..64).filter(move |at| bits >> at & 1 == 1).map(move |at| (chunk + 1, at)))
            .collect();
        assert_eq!(dots.each().collect::<Vec<_>>(), expected);
    }
}
