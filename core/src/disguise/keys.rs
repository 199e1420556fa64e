//! Keys that say that their value is an address: `src=`, `"dst_ip":`, `sourceAddress=`.
//!
//! `shapes` holds the ends of such keys: whoever adds a word here adds its end there.

/// Longer keys are not read.
const LONGEST: usize = 64;

/// Last words of such keys, in lower case, or what they end in.
const ENDS: [&[u8]; 5] = [b"src", b"dst", b"addr", b"address", b"host"];
const WORDS: [&[u8]; 18] = [
    b"ip",
    b"srcip",
    b"dstip",
    b"sourceip",
    b"destip",
    b"destinationip",
    b"clientip",
    b"serverip",
    b"remoteip",
    b"localip",
    b"hostip",
    b"natip",
    b"publicip",
    b"peerip",
    b"userip",
    b"sip",
    b"dip",
    b"dest",
];

/// Whether the value that begins at `value` belongs to a key that says address.
pub fn says_address(text: &[u8], value: usize) -> bool {
    let Some(end) = end_of_key(&text[..value]) else { return false };
    let floor = end.saturating_sub(LONGEST);
    let length = text[floor..end].iter().rev().take_while(|byte| is_key(**byte)).count();
    names_address(&text[end - length..end])
}

/// Where the key ends whose value the text leads to: behind it `=` or `:`, perhaps quotes and a blank.
fn end_of_key(before: &[u8]) -> Option<usize> {
    let before = without_quote(before);
    let before = before.strip_suffix(b" ").unwrap_or(before);
    let before = before.strip_suffix(b"=").or_else(|| before.strip_suffix(b":"))?;
    Some(without_quote(before).len())
}

/// Without a quote, which may be escaped.
fn without_quote(text: &[u8]) -> &[u8] {
    let Some(rest) = text.strip_suffix(b"\"").or_else(|| text.strip_suffix(b"'")) else { return text };
    rest.strip_suffix(b"\\").unwrap_or(rest)
}

fn is_key(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.')
}

/// Words are parted by `_`, `-`, `.`, and by a capital behind a small letter.
fn names_address(key: &[u8]) -> bool {
    let word = last_word(key).to_ascii_lowercase();
    WORDS.contains(&word.as_slice()) || ENDS.iter().any(|end| word.ends_with(end))
}

fn last_word(key: &[u8]) -> &[u8] {
    let parts = (1..key.len()).rev().find(|at| {
        let (before, here) = (key[at - 1], key[*at]);
        matches!(before, b'_' | b'-' | b'.') || (before.is_ascii_lowercase() && here.is_ascii_uppercase())
    });
    &key[parts.unwrap_or(0)..]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_says_address_by_its_last_word() {
        for text in [
            "src=",
            "SRC=",
            "\"src_ip\":",
            "\"src_ip\": \"",
            "\\\"dstip\\\":\\\"",
            "sourceAddress=",
            "c-ip: ",
            "destination.ip=\"",
            "client_addr='",
        ] {
            assert!(says_address(text.as_bytes(), text.len()), "{text}");
        }
        for text in
            ["spt=", "zip=", "id=", "rt=", "dst =", "ip1=", "src", "src==", "", "=", "start:", "description=", "src, "]
        {
            assert!(!says_address(text.as_bytes(), text.len()), "{text}");
        }
    }
}
