//! Networks: the first address, `/` and the length of the prefix; host bits are zero.

use std::io::Write;
use std::net::Ipv6Addr;

use super::address::{decimal, ipv4, ipv6, push_ipv4, push_ipv6};
use super::{Refusal, shown};

/// `address/length`, or `address/netmask` for IPv4. A bare address is no network.
pub fn write(value: &[u8], out: &mut Vec<u8>) -> Result<(), Refusal> {
    let Some(slash) = memchr::memchr(b'/', value) else {
        return Refusal::because(format!(
            "expected a network such as 192.0.2.0/24, got {} without a `/`",
            shown(value)
        ));
    };
    let (address, length) = (&value[..slash], &value[slash + 1..]);
    if let Some(address) = ipv4(address) {
        let Some(length) = prefix_length(length, 32).or_else(|| netmask_length(length)) else {
            return Refusal::because(format!("expected a prefix of 0 to 32 or a netmask in {}", shown(value)));
        };
        push_ipv4(address & ipv4_mask(length), out);
        push_length(length, out);
        return Ok(());
    }
    let Some(address) = ipv6(address) else {
        return Refusal::because(format!("expected an address before the `/` in {}", shown(value)));
    };
    let Some(length) = prefix_length(length, 128) else {
        return Refusal::because(format!("expected a prefix of 0 to 128 in {}", shown(value)));
    };
    push_ipv6(Ipv6Addr::from_bits(address.to_bits() & ipv6_mask(length)), out);
    push_length(length, out);
    Ok(())
}

pub fn push_length(length: u32, out: &mut Vec<u8>) {
    write!(out, "/{length}").expect("a vector takes every write");
}

fn prefix_length(digits: &[u8], longest: u32) -> Option<u32> {
    let leading_zero = digits.len() > 1 && digits[0] == b'0';
    decimal(digits).filter(|length| *length <= longest && !leading_zero)
}

/// The length of a netmask such as 255.255.255.0: ones, then zeros.
fn netmask_length(text: &[u8]) -> Option<u32> {
    let mask = ipv4(text)?;
    (mask.count_ones() == mask.leading_ones()).then_some(mask.leading_ones())
}

fn ipv4_mask(length: u32) -> u32 {
    u32::MAX.checked_shl(32 - length).unwrap_or(0)
}

fn ipv6_mask(length: u32) -> u128 {
    u128::MAX.checked_shl(128 - length).unwrap_or(0)
}
