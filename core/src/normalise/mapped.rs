//! IPv4 in the clothes of IPv6: `::ffff:192.0.2.1` names the same machine as `192.0.2.1`.

use super::address::decimal;

const MAPPED: &[u8] = b"::ffff:";
const MAPPED_BITS: u32 = 96;

/// The IPv4 address, or the network of such, that the normal form of an IPv6 address or network maps.
pub fn unmapped(normal_form: &[u8]) -> Option<Vec<u8>> {
    let mapped = normal_form.strip_prefix(MAPPED).filter(|mapped| mapped.contains(&b'.'))?;
    let Some(slash) = memchr::memchr(b'/', mapped) else { return Some(mapped.to_vec()) };
    let length = decimal(&mapped[slash + 1..])?.checked_sub(MAPPED_BITS)?;
    Some([&mapped[..=slash], length.to_string().as_bytes()].concat())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_maps_ipv4_is_told_from_what_does_not() {
        for (normal_form, expected) in [
            ("::ffff:192.0.2.1", Some("192.0.2.1")),
            ("::ffff:192.0.2.0/120", Some("192.0.2.0/24")),
            ("::ffff:0.0.0.0/95", None),
            ("::ffff:1:2:3", None),
            ("2001:db8::1", None),
            ("192.0.2.1", None),
        ] {
            assert_eq!(unmapped(normal_form.as_bytes()), expected.map(Into::into), "{normal_form}");
        }
    }
}
