//! IPv4 addresses: four numbers up to 255 without leading zeros, joined by dots, that touch no further digit or number.

use wide::u8x16;

/// The dotted quads of `text[start..end]`, a name, one after the other.
pub fn quads(text: &[u8], start: usize, end: usize) -> impl Iterator<Item = (usize, usize)> + '_ {
    let mut at = start;
    std::iter::from_fn(move || {
        while at < end {
            if !text[at].is_ascii_digit() {
                at += 1;
                continue;
            }
            let first = at;
            let parts = numbers(&text[..end], &mut at);
            if parts == Some(4) {
                return Some((first, at));
            }
        }
        None
    })
}

/// Pass over the numbers joined by dots from `at` on. How many there are, or None if one is no part of an address.
fn numbers(text: &[u8], at: &mut usize) -> Option<usize> {
    let mut parts = Some(0);
    loop {
        let first = *at;
        let mut value = 0u32;
        while let Some(digit) = text.get(*at).filter(|byte| byte.is_ascii_digit()) {
            value = value.saturating_mul(10).saturating_add(u32::from(digit - b'0'));
            *at += 1;
        }
        let length = *at - first;
        let fits = value <= 255 && length <= 3 && (text[first] != b'0' || length == 1);
        parts = parts.filter(|_| fits).map(|count| count + 1);
        if text.get(*at) != Some(&b'.') || !text.get(*at + 1).is_some_and(u8::is_ascii_digit) {
            return parts;
        }
        *at += 1;
    }
}

/// Bytes around a quad that are read together: three before it, the longest quad, one behind.
const AROUND: usize = 19;
/// Numbers of so many digits begin here: those below have leading zeros.
const LEAST: [u32; 4] = [u32::MAX, 0, 10, 100];

/// The address that `text[start..start + length]` is: digits and three dots between them, of 7 to 15 bytes in all.
#[inline(always)]
pub fn address_of(text: &[u8], start: usize, length: u32, dots: u64) -> Option<u32> {
    let around = start.checked_sub(3).and_then(|from| text.get(from..)?.first_chunk::<AROUND>());
    let Some(around) = around else { return plain_address_of(&text[start..start + length as usize]) };
    let first = dots.trailing_zeros();
    let rest = dots & dots.wrapping_sub(1);
    let second = rest.trailing_zeros();
    let third = (rest & rest.wrapping_sub(1)).trailing_zeros();
    // Branches would be guessed wrong as often as right: all four parts are read, then judged together.
    let mut address = 0;
    let mut fits = true;
    for (begin, end) in [(0, first), (first + 1, second), (second + 1, third), (third + 1, length)] {
        let digits = end.wrapping_sub(begin);
        let part = part_before(around, end, digits);
        fits &= (digits <= 3) & (part <= 255) & (part >= LEAST[digits as usize & 3]);
        address = address << 8 | part & 0xff;
    }
    fits.then_some(address)
}

/// The number whose last digit stands before place `end` of a quad, of one to three digits.
#[inline(always)]
fn part_before(around: &[u8; AROUND], end: u32, digits: u32) -> u32 {
    let at = (end as usize).wrapping_sub(1) & 15;
    let four = u32::from_le_bytes([around[at], around[at + 1], around[at + 2], around[at + 3]]);
    let kept = (four & 0x0f0f_0f0f) & (u32::MAX << (32u32.wrapping_sub(8 * digits) & 31));
    (kept >> 8 & 0xff) * 100 + (kept >> 16 & 0xff) * 10 + (kept >> 24)
}

/// The address that `text[start..end]` is, if it is a dotted quad.
#[inline(always)]
pub fn address_at(text: &[u8], start: usize, end: usize) -> Option<u32> {
    let length = end - start;
    let Some(bytes) = text.get(start..).and_then(|rest| rest.first_chunk::<16>()) else {
        return plain_address_of(&text[start..end]);
    };
    if !(7..=15).contains(&length) {
        return None;
    }
    let dots = u8x16::new(*bytes).cmp_eq(u8x16::splat(b'.')).move_mask() as u64 & ((1 << length) - 1);
    (dots.count_ones() == 3).then(|| address_of(text, start, length as u32, dots))?
}

/// The address that a dotted quad is.
pub fn address_of_quad(quad: &[u8]) -> Option<u32> {
    let mut padded = [0; 32];
    padded.get_mut(3..3 + quad.len())?.copy_from_slice(quad);
    if !quad.iter().all(|byte| byte.is_ascii_digit() || *byte == b'.') {
        return None;
    }
    address_at(&padded, 3, 3 + quad.len())
}

#[cold]
fn plain_address_of(quad: &[u8]) -> Option<u32> {
    let text = std::str::from_utf8(quad).ok()?;
    text.parse().ok().map(|address: std::net::Ipv4Addr| address.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<&str> {
        quads(text.as_bytes(), 0, text.len()).map(|(start, end)| &text[start..end]).collect()
    }

    #[test]
    fn four_numbers_are_an_address_and_other_counts_are_none() {
        for (text, expected) in [
            ("192.0.2.1", vec!["192.0.2.1"]),
            ("v192.0.2.1", vec!["192.0.2.1"]),
            ("192.0.2.1-192.0.2.9", vec!["192.0.2.1", "192.0.2.9"]),
            ("192.0.2.1.example", vec!["192.0.2.1"]),
            ("1.192.0.2.1", vec![]),
            ("192.0.2", vec![]),
            ("192.0.2.256", vec![]),
            ("192.0.2.0001", vec![]),
            ("192.0.2.x", vec![]),
            ("192.0.02.1", vec![]),
            ("0.0.0.0", vec!["0.0.0.0"]),
        ] {
            assert_eq!(found(text), expected, "{text}");
        }
    }

    #[test]
    fn the_fast_reading_is_the_plain_one() {
        for quad in [
            "0.0.0.0",
            "255.255.255.255",
            "1.22.133.4",
            "1.2.3.256",
            "1.2.3.04",
            "01.2.3.4",
            "1.2.3.1000",
            "1.2.999.4",
            "10.20.30.40",
            "100.99.9.0",
            "1.2.3.00",
            "1111.2.3.4",
            "192.0.2.1",
            "1.1000.3.4",
        ] {
            let dots = quad.bytes().enumerate().map(|(at, byte)| u64::from(byte == b'.') << at).sum();
            let text = format!("ab {quad} behind it");

            let fast = address_of(text.as_bytes(), 3, quad.len() as u32, dots);

            assert_eq!(fast, plain_address_of(quad.as_bytes()), "{quad}");
            assert_eq!(fast, address_at(text.as_bytes(), 3, 3 + quad.len()), "{quad}");
            assert_eq!(fast, address_of(quad.as_bytes(), 0, quad.len() as u32, dots), "{quad} alone");
            assert_eq!(fast, address_of_quad(quad.as_bytes()), "{quad} alone");
        }
    }
}
