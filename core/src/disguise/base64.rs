//! Base64 in a text, read only where a rule asks for it.

use super::decoded::Decoded;

/// Shorter runs are words, and hold no value worth the search.
const SHORTEST: usize = 16;
/// A run is read as far as this.
const LONGEST: usize = 1 << 16;

/// Read every run of Base64 in `text` that says text; how many were passed over is returned.
///
/// At most `budget` bytes of runs are read. Both alphabets are understood (RFC 4648), and UTF-16 as PowerShell has it.
pub fn each_run(text: &[u8], budget: usize, decoded: &mut Decoded, mut read: impl FnMut(&Decoded)) -> u64 {
    let (mut at, mut left, mut passed_over) = (0, budget, 0);
    while at < text.len() {
        let length = text[at..].iter().take_while(|byte| sextet(**byte).is_some()).count();
        let run = &text[at..at + length];
        if length >= SHORTEST && may_be_base64(run) {
            if length > left.min(LONGEST) {
                passed_over += 1;
            } else {
                left -= length;
                decoded.fill_with_base64(run, at);
                if says_text(&decoded.bytes) {
                    read(decoded);
                }
            }
        }
        at += length + 1;
    }
    passed_over
}

/// What the sign stands for in either alphabet.
pub fn sextet(byte: u8) -> Option<u8> {
    match byte {
        b'A'..=b'Z' => Some(byte - b'A'),
        b'a'..=b'z' => Some(byte - b'a' + 26),
        b'0'..=b'9' => Some(byte - b'0' + 52),
        b'+' | b'-' => Some(62),
        b'/' | b'_' => Some(63),
        _ => None,
    }
}

/// Digits of one base, and words in one case, are none.
fn may_be_base64(run: &[u8]) -> bool {
    run.iter().any(u8::is_ascii_uppercase) && run.iter().any(u8::is_ascii_lowercase) && run.len() % 4 != 1
}

/// Whether all of it is printable: what is not was no text, or no Base64.
fn says_text(bytes: &[u8]) -> bool {
    let shown = |byte: &u8| matches!(byte, b' '..=b'~' | b'\t' | b'\r' | b'\n' | 0x80..);
    !bytes.is_empty() && bytes.iter().all(shown) && std::str::from_utf8(bytes).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn runs(text: &str, budget: usize) -> (Vec<String>, u64) {
        let mut all = Vec::new();
        let passed_over = each_run(text.as_bytes(), budget, &mut Decoded::default(), |decoded| {
            all.push(String::from_utf8_lossy(&decoded.bytes).into_owned());
        });
        (all, passed_over)
    }

    #[test]
    fn a_run_that_says_text_is_read_and_others_are_not() {
        for (text, expected) in [
            ("x=aHR0cDovL2V2aWwuZXhhbXBsZS9h;", vec!["http://evil.example/a"]),
            ("aHR0cDovL2V2aWwuZXhhbXBsZS9hYg==", vec!["http://evil.example/ab"]),
            ("ZQB2AGkAbAAuAGUAeABhAG0AcABsAGUA", vec!["evil.example"]),
            ("d41d8cd98f00b204e9800998ecf8427e", vec![]),
            ("AReallyLongWordOfLettersIsNoText", vec![]),
            ("aHR0cDov", vec![]),
        ] {
            assert_eq!(runs(text, 1000).0, expected, "{text}");
        }
    }

    #[test]
    fn what_is_beyond_the_budget_is_counted() {
        let run = "aHR0cDovL2V2aWwuZXhhbXBsZS9h ";

        assert_eq!(runs(&run.repeat(3), 60), (vec!["http://evil.example/a".to_owned(); 2], 1));
    }
}
