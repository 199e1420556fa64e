//! Which IPv4 addresses some network may hold, at hand for every look-up: a bit for each upper half of an address that any
//! network reaches, and behind each of those a row with a bit for each upper three quarters.
//!
//! It is made when an index is opened. Most upper halves are reached by no network, so the rows are few.

use super::networks::Networks;

const HALVES: usize = 1 << 16;
/// Words of a row: one bit for each third byte.
const ROW: usize = 4;

/// Over-reports where a network is smaller than 256 addresses; false is sure.
pub struct Reach {
    halves: Box<[u64]>,
    /// The row of each word's first bit.
    rows_before: Box<[u32]>,
    rows: Box<[[u64; ROW]]>,
}

impl Reach {
    /// The reach of these networks of IPv4.
    pub fn of(networks: &Networks) -> Reach {
        let mut reach = Reach::with_halves(networks);
        for (first, last) in networks.held_ranges() {
            for half in first >> 16..=last >> 16 {
                let begin = first.max(half << 16) >> 8 & 0xff;
                let end = last.min(half << 16 | 0xffff) >> 8 & 0xff;
                let Some(row) = reach.row_of(half).and_then(|row| reach.rows.get_mut(row)) else { continue };
                (begin..=end).for_each(|third| row[third as usize / 64] |= 1 << (third % 64));
            }
        }
        reach
    }

    fn with_halves(networks: &Networks) -> Reach {
        let mut halves = vec![0u64; HALVES / 64];
        for (first, last) in networks.held_ranges() {
            (first >> 16..=last >> 16).for_each(|half| halves[half as usize / 64] |= 1 << (half % 64));
        }
        let mut rows = 0;
        let rows_before = halves.iter().map(|word| {
            let before = rows;
            rows += word.count_ones();
            before
        });
        let rows_before = rows_before.collect();
        Reach { halves: halves.into(), rows_before, rows: vec![[0; ROW]; rows as usize].into() }
    }

    #[inline(always)]
    fn row_of(&self, half: u32) -> Option<usize> {
        let (word, bit) = (half as usize / 64, half % 64);
        let bits = *self.halves.get(word)?;
        let below = (bits & ((1 << bit) - 1)).count_ones();
        (bits >> bit & 1 == 1).then(|| (self.rows_before[word] + below) as usize)
    }

    /// Whether any network may hold this address.
    #[inline(always)]
    pub fn may_hold(&self, address: u32) -> bool {
        let row = self.row_of(address >> 16).and_then(|row| self.rows.get(row));
        let third = address >> 8 & 0xff;
        row.is_some_and(|row| row[third as usize / 64] >> (third % 64) & 1 == 1)
    }

    /// Bytes of memory.
    pub fn size(&self) -> u64 {
        (self.halves.len() * 8 + self.rows_before.len() * 4 + self.rows.len() * ROW * 8) as u64
    }
}

#[cfg(test)]
mod tests {
    use super::super::networks::{Layout, Network, V4, put_networks};
    use super::*;

    fn reach_of(networks: &[(u32, u8)]) -> Reach {
        let group = 8;
        let networks =
            networks.iter().map(|(address, length)| Network { address: u128::from(*address), length: *length, group });
        let mut out = Vec::new();
        put_networks::<V4>(networks.collect(), &mut out);
        let layout = Layout::read::<V4>(&out).unwrap();
        Reach::of(&Networks::new(&out, layout))
    }

    #[test]
    fn addresses_in_networks_are_reached_and_those_in_other_rows_are_not() {
        let reach = reach_of(&[(0x0a00_0000, 15), (0x0a01_0200, 24), (0xc000_0280, 31), (0xffff_ff00, 24)]);

        for address in [0x0a00_0000, 0x0a01_ffff, 0x0a01_0201, 0xc000_0280, 0xc000_0281, 0xffff_ffff] {
            assert!(reach.may_hold(address), "{address:x}");
        }
        for address in [0, 0x09ff_ffff, 0x0a02_0000, 0xc000_0100, 0xc000_0300, 0xffff_fe00] {
            assert!(!reach.may_hold(address), "{address:x}");
        }
        assert!(reach.may_hold(0xc000_0201), "within the same 256 addresses it is not known better");
    }

    #[test]
    fn all_addresses_and_none_are_reached() {
        for address in [0, 0x0102_0304, u32::MAX] {
            assert!(reach_of(&[(0, 0)]).may_hold(address));
            assert!(!reach_of(&[]).may_hold(address));
        }
    }
}
