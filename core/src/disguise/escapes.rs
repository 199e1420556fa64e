//! Escapes: a character written by its number or name, as URLs, programs, mail and mark-up do.

use super::obfuscation::Obfuscation;
use super::undo::{Forms, Undone};

/// `%2E`, and `%u002e` as old scripts write it.
pub fn percent(rest: &[u8]) -> Option<Undone> {
    if let [b'%', b'u' | b'U', digits @ ..] = rest {
        let character = char::from_u32(hex(digits.get(..4)?)?)?;
        return Some(Undone::character(6, Forms::PERCENT, Obfuscation::UNICODE, character));
    }
    let byte = hex(rest.get(1..3)?)? as u8;
    Some(Undone::byte(3, Forms::PERCENT, Obfuscation::PERCENT, byte))
}

/// `\x2e`, `\056`, `\u002e`, `\U0000002e`, `\u{2e}`, `\n`, and `\` before a mark.
pub fn backslash(rest: &[u8]) -> Option<Undone> {
    let (form, how) = (Forms::BACKSLASH, Obfuscation::BACKSLASH);
    match *rest.get(1)? {
        b'x' | b'X' => Some(Undone::byte(4, form, how, hex(rest.get(2..4)?)? as u8)),
        b'u' | b'U' => unicode(rest),
        b'0'..=b'3' => {
            let octal = rest.get(1..4)?;
            let digits = octal.iter().all(|digit| matches!(digit, b'0'..=b'7'));
            let byte = octal.iter().fold(0, |number, digit| number << 3 | u32::from(digit & 7));
            digits.then(|| Undone::byte(4, form, how, byte as u8))
        }
        b'n' | b'r' | b't' => Some(Undone::byte(2, form, how, b' ')),
        mark if mark.is_ascii_punctuation() => Some(Undone::byte(2, form, how, mark)),
        _ => None,
    }
}

fn unicode(rest: &[u8]) -> Option<Undone> {
    let braced = rest.get(2) == Some(&b'{');
    let digits = if braced {
        let end = rest.iter().take(11).position(|byte| *byte == b'}')?;
        &rest[3..end]
    } else {
        rest.get(2..if rest[1] == b'U' { 10 } else { 6 })?
    };
    let character = char::from_u32(hex(digits)?)?;
    let taken = 2 + digits.len() + if braced { 2 } else { 0 };
    Some(Undone::character(taken, Forms::BACKSLASH, Obfuscation::UNICODE, character))
}

/// The characters that quoted-printable is read for: others are as often the value of a key (`id=45`).
const QUOTED: &[u8] = b".:/=@_-?&%#";

/// `=2E`, and a line break behind `=`, which stands for nothing (RFC 2045).
pub fn quoted_printable(rest: &[u8]) -> Option<Undone> {
    let (form, how) = (Forms::QUOTED_PRINTABLE, Obfuscation::QUOTED_PRINTABLE);
    match rest {
        [b'=', b'\n', ..] => return Some(Undone::new(2, form, how, b"")),
        [b'=', b'\r', b'\n', ..] => return Some(Undone::new(3, form, how, b"")),
        _ => {}
    }
    let digits = rest.get(1..3)?;
    let byte = hex(digits)? as u8;
    let usual = QUOTED.contains(&byte) && !digits.iter().any(u8::is_ascii_lowercase);
    usual.then(|| Undone::byte(3, form, how, byte))
}

/// Names of characters that stand in values or beside them.
const ENTITIES: [(&[u8], char); 22] = [
    (b"amp", '&'),
    (b"apos", '\''),
    (b"bsol", '\\'),
    (b"colon", ':'),
    (b"commat", '@'),
    (b"dash", '-'),
    (b"equals", '='),
    (b"gt", '>'),
    (b"hyphen", '-'),
    (b"lbrack", '['),
    (b"lowbar", '_'),
    (b"lsqb", '['),
    (b"lt", '<'),
    (b"nbsp", ' '),
    (b"num", '#'),
    (b"percnt", '%'),
    (b"period", '.'),
    (b"quest", '?'),
    (b"quot", '"'),
    (b"rsqb", ']'),
    (b"semi", ';'),
    (b"sol", '/'),
];

/// `&#46;`, `&#x2e;`, `&period;`.
pub fn entity(rest: &[u8]) -> Option<Undone> {
    const LONGEST: usize = 12;
    let end = rest.iter().take(LONGEST).position(|byte| *byte == b';')?;
    let character = match &rest[1..end] {
        [b'#', b'x' | b'X', digits @ ..] => char::from_u32(hex(digits)?)?,
        [b'#', digits @ ..] => char::from_u32(decimal(digits)?)?,
        name => ENTITIES.iter().find(|(known, _)| *known == name)?.1,
    };
    Some(Undone::character(end + 1, Forms::ENTITY, Obfuscation::ENTITY, character))
}

/// The number of one to eight hex digits.
fn hex(digits: &[u8]) -> Option<u32> {
    let short = (1..=8).contains(&digits.len());
    short.then_some(digits)?.iter().try_fold(0, |number, digit| Some(number << 4 | char::from(*digit).to_digit(16)?))
}

fn decimal(digits: &[u8]) -> Option<u32> {
    let short = (1..=8).contains(&digits.len());
    short.then_some(digits)?.iter().try_fold(0, |number, digit| Some(number * 10 + char::from(*digit).to_digit(10)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_escape_stands_for_one_character_and_what_is_none_for_nothing() {
        type Reader = fn(&[u8]) -> Option<Undone>;
        type Case = (Reader, &'static str, Option<(usize, &'static str)>);
        let cases: [Case; 32] = [
            (percent, "%2Ex", Some((3, "."))),
            (percent, "%0a", Some((3, " "))),
            (percent, "%u002e", Some((6, "."))),
            (percent, "%u3002", Some((6, "。"))),
            (percent, "%ud800", None),
            (percent, "%2", None),
            (percent, "%zz", None),
            (backslash, "\\x2e", Some((4, "."))),
            (backslash, "\\u002E", Some((6, "."))),
            (backslash, "\\u{2e}", Some((6, "."))),
            (backslash, "\\u{}", None),
            (backslash, "\\U0000002e", Some((10, "."))),
            (backslash, "\\056", Some((4, "."))),
            (backslash, "\\058", None),
            (backslash, "\\nevil", Some((2, " "))),
            (backslash, "\\.", Some((2, "."))),
            (backslash, "\\\\", Some((2, "\\"))),
            (backslash, "\\users", None),
            (backslash, "\\", None),
            (quoted_printable, "=2E", Some((3, "."))),
            (quoted_printable, "=2e", None),
            (quoted_printable, "=44", None),
            (quoted_printable, "=\r\n.", Some((3, ""))),
            (quoted_printable, "=\n", Some((2, ""))),
            (quoted_printable, "=\r.", None),
            (entity, "&#46;x", Some((5, "."))),
            (entity, "&#x2E;", Some((6, "."))),
            (entity, "&#0000046;", Some((10, "."))),
            (entity, "&period;", Some((8, "."))),
            (entity, "&#;", None),
            (entity, "&unknown;", None),
            (entity, "&#46", None),
        ];
        for (read, text, expected) in cases {
            let found = read(text.as_bytes());

            let found = found.as_ref().map(|one| (one.taken, std::str::from_utf8(one.plain()).expect("a character")));
            assert_eq!(found, expected, "{text}");
        }
    }
}
