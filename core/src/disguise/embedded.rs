//! IPv4 addresses that an IPv6 address holds.

use std::net::{Ipv4Addr, Ipv6Addr};

/// The address inside: mapped (`::ffff:192.0.2.1`), compatible (`::192.0.2.1`), translated (`::ffff:0:192.0.2.1`),
/// NAT64 (`64:ff9b::192.0.2.1`, RFC 6052) or 6to4 (`2002:c000:201::`, RFC 3056).
pub fn ipv4_in(address: Ipv6Addr) -> Option<Ipv4Addr> {
    let pair = |high: u16, low: u16| Ipv4Addr::from_bits(u32::from(high) << 16 | u32::from(low));
    match address.segments() {
        // `::1` and its like are no addresses of the older kind.
        [0, 0, 0, 0, 0, 0, 0, _] => None,
        [0, 0, 0, 0, 0, 0 | 0xffff, high, low]
        | [0, 0, 0, 0, 0xffff, 0, high, low]
        | [0x64, 0xff9b, 0, 0, 0, 0, high, low]
        | [0x2002, high, low, ..] => Some(pair(high, low)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_address_inside_is_told_where_there_is_one() {
        for (text, expected) in [
            ("::ffff:192.0.2.1", Some("192.0.2.1")),
            ("::ffff:c000:201", Some("192.0.2.1")),
            ("::192.0.2.1", Some("192.0.2.1")),
            ("::ffff:0:c000:201", Some("192.0.2.1")),
            ("64:ff9b::c000:201", Some("192.0.2.1")),
            ("2002:c000:201::", Some("192.0.2.1")),
            ("2002:c000:201:1::5", Some("192.0.2.1")),
            ("::1", None),
            ("::", None),
            ("2001:db8::c000:201", None),
            ("fe80::c000:201", None),
        ] {
            let found = ipv4_in(text.parse().expect("an address")).map(|address| address.to_string());

            assert_eq!(found.as_deref(), expected, "{text}");
        }
    }
}
