//! IPv4 addresses: four numbers up to 255 without leading zeros, joined by dots, that touch no further digit or number.

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
}
