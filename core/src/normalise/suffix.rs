//! Top-level domains: the names under which the DNS delegates.

use super::word_table::WordTable;

const LIST: &[u8] = include_bytes!("../../data/top_level_domains.txt");

static TOP_LEVEL_DOMAINS: WordTable<4096> = WordTable::of(LIST);

/// Longer than every name of the list: what is longer is not worth a hash.
const LONGEST: usize = 24;

/// Whether IANA delegates this label, given in lower case and as punycode.
pub fn is_top_level_domain(label_lower: &[u8]) -> bool {
    (2..=LONGEST).contains(&label_lower.len()) && TOP_LEVEL_DOMAINS.holds(label_lower)
}

/// Every label that IANA delegates, in lower case and as punycode.
pub fn top_level_domains() -> impl Iterator<Item = &'static [u8]> {
    LIST.split(|byte| *byte == b'\n').filter(|label| !label.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_of_the_list_is_known_and_other_words_are_not() {
        for line in include_str!("../../data/top_level_domains.txt").lines() {
            assert!(is_top_level_domain(line.as_bytes()), "{line}");
        }
        for word in ["", "c", "COM", "local", "exe", "com.", "i2p", "xn--vermgensberatung-pwbx"] {
            assert!(!is_top_level_domain(word.as_bytes()), "{word}");
        }
    }
}
