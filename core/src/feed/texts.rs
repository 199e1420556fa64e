//! Texts as Python sees them: what counts as blank, and what counts as nothing.

/// How feeds write that a cell holds nothing, in lower case.
const NOTHING: [&str; 6] = ["", "-", "n/a", "na", "none", "null"];

/// The text without the blanks around it that `str.strip` would take.
pub fn stripped(text: &str) -> &str {
    let ends_bare = |bytes: &[u8]| {
        let inner = |byte: Option<&u8>| byte.is_none_or(|byte| byte.is_ascii_graphic());
        inner(bytes.first()) && inner(bytes.last())
    };
    if ends_bare(text.as_bytes()) { text } else { text.trim_matches(is_blank) }
}

/// Python counts the separators of files, groups, records and units as blanks, too.
pub fn is_blank(character: char) -> bool {
    character.is_whitespace() || ('\x1c'..='\x1f').contains(&character)
}

/// Whether a stripped cell says that it holds nothing.
pub fn is_nothing(cell: &str) -> bool {
    cell.len() <= 4 && NOTHING.iter().any(|word| cell.eq_ignore_ascii_case(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blanks_of_every_sort_are_taken_off_and_nothing_is_told_in_any_case() {
        for (text, expected) in
            [(" a b\t", "a b"), ("\u{a0}a\u{2003}", "a"), ("\x1fa\x1c", "a"), ("\u{200b}a", "\u{200b}a"), (" ", "")]
        {
            assert_eq!(stripped(text), expected);
        }
        assert!(["", "-", "N/A", "None", "NULL", "na"].into_iter().all(is_nothing));
        assert!(!is_nothing("nones"));
    }
}
