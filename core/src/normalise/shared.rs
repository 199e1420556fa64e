//! Shared domains: names whose subdomains belong to many owners, such as `com`, `co.uk`, `github.io`.

use super::word_table::WordTable;

/// `*.ck`: every name one label below; `!www.ck`: not this one. `tools/shared_domains.py` writes the file.
static SHARED: WordTable<32_768> = WordTable::of(include_bytes!("../../data/shared_domains.txt"));

/// Longer than every line of the list: what is longer is not worth a hash.
const LONGEST: usize = 64;
/// Of a name below a wildcard, what stands from its first dot on is no longer.
const LONGEST_WILDCARD: usize = 14;

/// Whether the subdomains of this name, given in its normal form, belong to many: a public suffix, or a host on which
/// anybody may have a name. So is a name of one label, known or not.
pub fn is_shared(name: &[u8]) -> bool {
    let Some(dot) = memchr::memchr(b'.', name) else { return true };
    if name.len() > LONGEST {
        return false;
    }
    if SHARED.holds(name) {
        return true;
    }
    name.len() - dot <= LONGEST_WILDCARD && holds_after(b'*', &name[dot..]) && !holds_after(b'!', name)
}

fn holds_after(sign: u8, name: &[u8]) -> bool {
    let mut line = [sign; LONGEST + 1];
    line[1..=name.len()].copy_from_slice(name);
    SHARED.holds(&line[..=name.len()])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bounds_are_those_of_the_list() {
        for line in include_str!("../../data/shared_domains.txt").lines() {
            assert!(line.len() <= LONGEST, "{line}");
            assert!(line.strip_prefix('*').is_none_or(|rest| rest.len() <= LONGEST_WILDCARD), "{line}");
        }
    }

    #[test]
    fn suffixes_are_shared_and_what_is_registered_under_them_is_not() {
        for name in ["com", "co.uk", "github.io", "ck", "co.ck", "kobe.jp", "c.kobe.jp", "localto.net", "localhost"] {
            assert!(is_shared(name.as_bytes()), "{name}");
        }
        for name in
            ["evil.com", "evil.co.uk", "a.github.io", "www.ck", "city.kobe.jp", "a.localto.net", "amazonaws.com"]
        {
            assert!(!is_shared(name.as_bytes()), "{name}");
        }
    }
}
