//! Address ranges: `192.0.2.1-192.0.2.77` as the fewest networks that hold these addresses and no others.

use std::net::Ipv6Addr;

use super::address::{ipv4, ipv6, push_ipv4, push_ipv6};
use super::network::push_length;
use super::refang::{may_be_defanged, refang};
use super::{Refusal, shown, trim};
use crate::kind::Kind;

/// All addresses of one family from the first to the last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AddressRange {
    first: u128,
    last: u128,
    bits: u32,
}

impl AddressRange {
    /// The range that a text is, `a-b` with or without blanks; None where it is none, an error where its ends are wrong.
    pub fn parse(value: &[u8]) -> Option<Result<AddressRange, Refusal>> {
        memchr::memchr(b'-', value)?;
        if !may_be_defanged(value) {
            return parse_plain(value);
        }
        let mut plain = Vec::new();
        refang(value, &mut plain);
        parse_plain(&plain)
    }

    /// Hand over each network, an address where it is one, in the order of the addresses: its kind and normal form.
    pub fn for_each_network(self, mut on_network: impl FnMut(Kind, &[u8])) {
        let mut form = Vec::new();
        let mut next = Some(self.first);
        while let Some(first) = next.filter(|first| *first <= self.last) {
            let host_bits = self.host_bits_from(first);
            form.clear();
            let kind = self.write(first, host_bits, &mut form);
            on_network(kind, &form);
            next = 1_u128.checked_shl(host_bits).and_then(|size| first.checked_add(size));
        }
    }

    /// Of the largest network that begins with this address and goes no further than the range.
    fn host_bits_from(self, first: u128) -> u32 {
        let left = self.last - first;
        let fitting = left.checked_add(1).map_or(self.bits, u128::ilog2);
        first.trailing_zeros().min(fitting).min(self.bits)
    }

    fn write(self, first: u128, host_bits: u32, out: &mut Vec<u8>) -> Kind {
        let is_v4 = self.bits == u32::BITS;
        if is_v4 {
            push_ipv4(first as u32, out)
        } else {
            push_ipv6(Ipv6Addr::from_bits(first), out)
        }
        match (host_bits, is_v4) {
            (0, true) => Kind::Ipv4,
            (0, false) => Kind::Ipv6,
            _ => {
                push_length(self.bits - host_bits, out);
                Kind::Cidr
            }
        }
    }
}

fn parse_plain(value: &[u8]) -> Option<Result<AddressRange, Refusal>> {
    let dash = memchr::memchr(b'-', value)?;
    let (first, first_bits) = address(trim(&value[..dash]))?;
    let (last, last_bits) = address(trim(&value[dash + 1..]))?;
    Some(if first_bits != last_bits {
        Refusal::because(format!("an address range has both ends in one family, unlike {}", shown(value)))
    } else if first > last {
        Refusal::because(format!("an address range ends behind its beginning, unlike {}", shown(value)))
    } else {
        Ok(unmapped(AddressRange { first, last, bits: first_bits }))
    })
}

/// An address, and how many bits its family's have.
fn address(text: &[u8]) -> Option<(u128, u32)> {
    let v4 = ipv4(text).map(|address| (u128::from(address), u32::BITS));
    v4.or_else(|| ipv6(text).map(|address| (address.to_bits(), u128::BITS)))
}

/// The IPv4 addresses that a range of IPv6 maps, where it maps all of them.
fn unmapped(range: AddressRange) -> AddressRange {
    let mapped = |address| Ipv6Addr::from_bits(address).to_ipv4_mapped().map(|mapped| u128::from(mapped.to_bits()));
    match (mapped(range.first), mapped(range.last)) {
        (Some(first), Some(last)) if range.bits == u128::BITS => AddressRange { first, last, bits: u32::BITS },
        _ => range,
    }
}
