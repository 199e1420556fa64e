//! Networks of one family, flattened into disjoint ranges: one search finds the most specific network of an address,
//! and each network knows the next one around it.
//!
//! The section: number of ranges, number of networks; for IPv4 where the ranges of each upper half begin (65,537
//! numbers); for each range its first address and its network (0 is none); for each network its group's place, the
//! network around it (0 is none) and its prefix length.

use std::net::IpAddr;

use super::cursor::{Damage, u32_at, u64_at, u128_at};

const DIRECT: usize = 65_537;
const NETWORK_BYTES: usize = 16;

/// How an address of a family is held.
pub trait Family {
    /// Bytes of an address.
    const BYTES: usize;
    /// Numbers in the direct index; 0 where there is none.
    const DIRECT: usize;
    fn address_at(bytes: &[u8], at: usize) -> Option<u128>;
}

/// IPv4.
pub struct V4;
/// IPv6.
pub struct V6;

impl Family for V4 {
    const BYTES: usize = 4;
    const DIRECT: usize = DIRECT;
    fn address_at(bytes: &[u8], at: usize) -> Option<u128> {
        u32_at(bytes, at).map(u128::from)
    }
}

impl Family for V6 {
    const BYTES: usize = 16;
    const DIRECT: usize = 0;
    fn address_at(bytes: &[u8], at: usize) -> Option<u128> {
        u128_at(bytes, at)
    }
}

/// A network and where its group stands.
#[derive(Clone, Copy, Debug)]
pub struct Network {
    pub address: u128,
    pub length: u8,
    pub group: u64,
}

/// The address and the prefix length of a network's normal form; None where it is none.
pub fn parse_network(normal_form: &[u8]) -> Option<(IpAddr, u8)> {
    let (address, length) = std::str::from_utf8(normal_form).ok()?.split_once('/')?;
    let (address, length): (IpAddr, u8) = (address.parse().ok()?, length.parse().ok()?);
    let (hosts, longest) = match address {
        IpAddr::V4(address) => (u32::from(address).checked_shl(u32::from(length)).unwrap_or(0) != 0, 32),
        IpAddr::V6(address) => (u128::from(address).checked_shl(u32::from(length)).unwrap_or(0) != 0, 128),
    };
    (length <= longest && !hosts).then_some((address, length))
}

fn last_address<F: Family>(network: &Network) -> u128 {
    let host_bits = F::BYTES as u32 * 8 - u32::from(network.length);
    let hosts = if host_bits == 128 { u128::MAX } else { (1 << host_bits) - 1 };
    network.address | hosts
}

/// Ranges by their first addresses, each with its network's number plus 1.
struct Flattened {
    ranges: Vec<(u128, u32)>,
    around: Vec<u32>,
}

impl Flattened {
    fn of<F: Family>(networks: &[Network]) -> Flattened {
        let mut flat = Flattened { ranges: Vec::new(), around: Vec::new() };
        let mut open: Vec<u32> = Vec::new();
        for (number, network) in networks.iter().enumerate() {
            flat.close::<F>(networks, &mut open, Some(network.address));
            flat.around.push(open.last().copied().unwrap_or(0));
            open.push(number as u32 + 1);
            flat.begin(network.address, number as u32 + 1);
        }
        flat.close::<F>(networks, &mut open, None);
        flat
    }

    fn begin(&mut self, address: u128, owner: u32) {
        match self.ranges.last_mut() {
            Some(last) if last.0 == address => last.1 = owner,
            _ => self.ranges.push((address, owner)),
        }
    }

    /// End the open networks that lie before this address.
    fn close<F: Family>(&mut self, networks: &[Network], open: &mut Vec<u32>, before: Option<u128>) {
        let all_ones = if F::BYTES == 16 { u128::MAX } else { (1 << (F::BYTES * 8)) - 1 };
        while let Some(number) = open.last() {
            let last = last_address::<F>(&networks[*number as usize - 1]);
            if before.is_some_and(|address| last >= address) {
                return;
            }
            open.pop();
            if last < all_ones {
                self.begin(last + 1, open.last().copied().unwrap_or(0));
            }
        }
    }
}

/// Write the section; no networks are no bytes.
pub fn put_networks<F: Family>(mut networks: Vec<Network>, out: &mut Vec<u8>) {
    if networks.is_empty() {
        return;
    }
    networks.sort_unstable_by_key(|network| (network.address, network.length));
    let flat = Flattened::of::<F>(&networks);
    out.extend_from_slice(&(flat.ranges.len() as u32).to_le_bytes());
    out.extend_from_slice(&(networks.len() as u32).to_le_bytes());
    for upper in 0..F::DIRECT {
        let first = flat.ranges.partition_point(|(address, _)| *address < (upper as u128) << 16);
        out.extend_from_slice(&(first as u32).to_le_bytes());
    }
    for (address, owner) in &flat.ranges {
        out.extend_from_slice(&address.to_le_bytes()[..F::BYTES]);
        out.extend_from_slice(&owner.to_le_bytes());
    }
    for (network, around) in networks.iter().zip(flat.around) {
        out.extend_from_slice(&network.group.to_le_bytes());
        out.extend_from_slice(&around.to_le_bytes());
        out.extend_from_slice(&u32::from(network.length).to_le_bytes());
    }
}

/// Where the parts of the section begin.
#[derive(Clone, Copy, Default)]
pub struct Layout {
    count: usize,
    ranges: usize,
    networks: usize,
}

impl Layout {
    pub fn read<F: Family>(section: &[u8]) -> Result<Layout, Damage> {
        if section.is_empty() {
            return Ok(Layout::default());
        }
        let wrong = Damage("its length is not that of its networks");
        let count = u32_at(section, 0).ok_or(wrong)? as usize;
        let networks = u32_at(section, 4).ok_or(wrong)? as usize;
        let first = 8 + F::DIRECT * 4;
        let layout = Layout { count, ranges: first, networks: first + count * (F::BYTES + 4) };
        if section.len() != layout.networks + networks * NETWORK_BYTES {
            return Err(wrong);
        }
        Ok(layout)
    }
}

/// Networks as they stand in the file.
#[derive(Clone, Copy)]
pub struct Networks<'a> {
    bytes: &'a [u8],
    layout: Layout,
}

impl<'a> Networks<'a> {
    pub fn new(bytes: &'a [u8], layout: Layout) -> Networks<'a> {
        Networks { bytes, layout }
    }

    /// The groups of all networks around this address that are no longer than `longest`, the most specific first.
    pub fn around<F: Family>(&self, address: u128, longest: u8) -> impl Iterator<Item = u64> + use<'a, F> {
        let (bytes, layout) = (self.bytes, self.layout);
        let mut next = self.most_specific::<F>(address).unwrap_or(0);
        std::iter::from_fn(move || {
            let number = next;
            let at = layout.networks + (number.checked_sub(1)? as usize) * NETWORK_BYTES;
            // A network's number is above that of any around it; a file that says otherwise would go in circles.
            next = u32_at(bytes, at + 8).filter(|around| *around < number)?;
            Some((u64_at(bytes, at)?, u32_at(bytes, at + 12)?))
        })
        .filter(move |(_, length)| *length <= u32::from(longest))
        .map(|(group, _)| group)
    }

    /// The first and the last address of each range of IPv4 that some network holds, in ascending order whatever the
    /// file says.
    pub fn held_ranges(&self) -> impl Iterator<Item = (u32, u32)> + use<'a> {
        let (bytes, Layout { count, ranges, .. }) = (self.bytes, self.layout);
        let range = move |number: usize| {
            let at = ranges + number * (V4::BYTES + 4);
            Some((u32_at(bytes, at)?, u32_at(bytes, at + V4::BYTES)?))
        };
        let mut free = 0;
        (0..count).filter_map(move |number| {
            let (first, owner) = range(number)?;
            let next = range(number + 1).filter(|_| number + 1 < count).map_or(0, |(first, _)| first);
            let last = next.wrapping_sub(1);
            let is_held = owner != 0 && (free..=u64::from(last)).contains(&u64::from(first));
            is_held.then(|| {
                free = u64::from(last) + 1;
                (first, last)
            })
        })
    }

    fn most_specific<F: Family>(&self, address: u128) -> Option<u32> {
        let Layout { count, ranges, .. } = self.layout;
        let place = |range: usize| ranges.checked_add(range.checked_mul(F::BYTES + 4)?);
        let (mut low, mut high) = (0, count);
        if F::DIRECT > 0 {
            let upper = (address >> 16) as usize;
            low = u32_at(self.bytes, 8 + upper * 4)? as usize;
            high = u32_at(self.bytes, 12 + upper * 4)? as usize;
        }
        while low < high {
            let middle = low + (high - low) / 2;
            let start = F::address_at(self.bytes, place(middle)?)?;
            if start <= address { low = middle + 1 } else { high = middle }
        }
        let range = low.checked_sub(1).filter(|range| *range < count)?;
        u32_at(self.bytes, place(range)? + F::BYTES)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn groups<F: Family>(networks: &[(u128, u8)], address: u128, longest: u8) -> Vec<u64> {
        let networks = networks.iter().enumerate();
        let networks =
            networks.map(|(n, (address, length))| Network { address: *address, length: *length, group: n as u64 });
        let mut out = Vec::new();
        put_networks::<F>(networks.collect(), &mut out);
        let layout = Layout::read::<F>(&out).unwrap();
        Networks::new(&out, layout).around::<F>(address, longest).collect()
    }

    #[test]
    fn all_networks_around_an_address_come_the_most_specific_first() {
        let networks = [(0x0a00_0000, 8), (0x0a01_0000, 16), (0x0a01_0200, 24), (0x0a01_0200, 32), (0x0b00_0000, 8)];

        assert_eq!(groups::<V4>(&networks, 0x0a01_0200, 32), [3, 2, 1, 0]);
        assert_eq!(groups::<V4>(&networks, 0x0a01_0201, 32), [2, 1, 0]);
        assert_eq!(groups::<V4>(&networks, 0x0a01_0300, 32), [1, 0]);
        assert_eq!(groups::<V4>(&networks, 0x0a01_0200, 16), [1, 0]);
        assert_eq!(groups::<V4>(&networks, 0x0bff_ffff, 32), [4]);
        assert_eq!(groups::<V4>(&networks, 0x0c00_0000, 32), [0u64; 0]);
    }

    #[test]
    fn the_whole_address_space_and_its_ends_are_networks_like_others() {
        assert_eq!(groups::<V4>(&[(0, 0), (0xffff_ffff, 32)], 0xffff_ffff, 32), [1, 0]);
        assert_eq!(groups::<V4>(&[(0, 0), (0, 32)], 1, 32), [0]);
        assert_eq!(groups::<V6>(&[(0, 0), (u128::MAX, 128)], u128::MAX, 128), [1, 0]);
        assert_eq!(groups::<V6>(&[(1 << 127, 1)], 1, 128), [0u64; 0]);
        assert_eq!(groups::<V6>(&[], 1, 128), [0u64; 0]);
    }

    #[test]
    fn a_section_that_lies_finds_nothing_and_does_not_panic() {
        let mut out = Vec::new();
        put_networks::<V4>(vec![Network { address: 0x0a00_0000, length: 8, group: 9 }], &mut out);
        let layout = Layout::read::<V4>(&out).unwrap();

        assert!(Layout::read::<V4>(&out[..out.len() - 1]).is_err());
        for at in 8..out.len() {
            let told = std::mem::replace(&mut out[at], 0xff);
            Networks::new(&out, layout).around::<V4>(0x0a00_0001, 32).for_each(drop);
            out[at] = told;
        }
    }
}
