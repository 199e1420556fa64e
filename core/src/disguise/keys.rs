//! Keys that say that their value is an address: `src=`, `"dst_ip":`, `sourceAddress=`.

/// Longer keys are not read.
const LONGEST: usize = 64;

/// Last words of such keys, in lower case and without a number behind them.
const WORDS: [&[u8]; 52] = [
    b"addr",
    b"address",
    b"caddr",
    b"cip",
    b"client",
    b"clientip",
    b"daddr",
    b"dest",
    b"destination",
    b"destinationip",
    b"destip",
    b"dhost",
    b"dip",
    b"dst",
    b"dstaddr",
    b"dstip",
    b"dvc",
    b"host",
    b"hostip",
    b"ip",
    b"ipaddr",
    b"ipaddress",
    b"ipv",
    b"laddr",
    b"localip",
    b"natip",
    b"nathost",
    b"peer",
    b"peeraddr",
    b"peerip",
    b"publicip",
    b"raddr",
    b"remote",
    b"remoteaddr",
    b"remoteip",
    b"rhost",
    b"rip",
    b"saddr",
    b"server",
    b"serverip",
    b"shost",
    b"sip",
    b"source",
    b"sourceip",
    b"src",
    b"srcaddr",
    b"srchost",
    b"srcip",
    b"targetip",
    b"userip",
    b"clientaddr",
    b"serveraddr",
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
    let before = before.strip_suffix(b" ").unwrap_or(before);
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

/// Words are parted by `_`, `-`, `.`, and by a capital behind a small letter. Zeek names ends `id.orig_h`, `id.resp_h`.
fn names_address(key: &[u8]) -> bool {
    let trimmed = key.iter().rposition(|byte| !byte.is_ascii_digit()).map_or(0, |last| last + 1);
    let key = &key[..trimmed];
    if key.ends_with(b"orig_h") || key.ends_with(b"resp_h") {
        return true;
    }
    let word = last_word(key).to_ascii_lowercase();
    WORDS.contains(&word.as_slice())
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
            "dst =",
            "\"src_ip\":",
            "\"src_ip\": \"",
            "\\\"dstip\\\":\\\"",
            "sourceAddress=",
            "c-ip: ",
            "id.orig_h=",
            "destination.ip=\"",
            "ip1=",
            "ipv4=",
            "client_addr='",
        ] {
            assert!(says_address(text.as_bytes(), text.len()), "{text}");
        }
        for text in ["spt=", "zip=", "id=", "rt=", "src", "src==", "", "=", "start:", "description=", "src, "] {
            assert!(!says_address(text.as_bytes(), text.len()), "{text}");
        }
    }
}
