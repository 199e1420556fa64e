//! How a format writes what would otherwise end a value, and what that stands for.

use std::borrow::Cow;

/// The escapes of a value; what is none is left as it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Escapes {
    /// There are none.
    None,
    /// CEF: `\\`, `\=`, `\|`, `\n`, `\r`.
    Cef,
    /// JSON strings: `\"`, `\/`, `\n`, `\u00e9`. Half a surrogate pair becomes U+FFFD.
    Json,
    /// Quoted values: a backslash before `"`, `'`, `]` or a backslash.
    Quoted,
    /// CSV: a doubled `"`.
    Csv,
    /// XML: the five named entities and numbers.
    Xml,
}

impl Escapes {
    /// Whether the text may hold an escape.
    pub fn any(self, text: &[u8]) -> bool {
        self.opening().is_some_and(|byte| memchr::memchr(byte, text).is_some())
    }

    fn opening(self) -> Option<u8> {
        match self {
            Escapes::None => None,
            Escapes::Cef | Escapes::Json | Escapes::Quoted => Some(b'\\'),
            Escapes::Csv => Some(b'"'),
            Escapes::Xml => Some(b'&'),
        }
    }

    /// The text without its escapes.
    pub fn undone(self, text: &[u8]) -> Cow<'_, [u8]> {
        if !self.any(text) {
            return text.into();
        }
        let mut undone = Vec::new();
        self.undo(text, &mut undone, &mut |_, _| ());
        undone.into()
    }

    /// Write the text without its escapes, never longer than it was; `on_point` is told where each begins and is over:
    /// the place in `into`, then that in `text`.
    pub fn undo(self, text: &[u8], into: &mut Vec<u8>, on_point: &mut dyn FnMut(usize, usize)) {
        let Some(opening) = self.opening() else { return into.extend_from_slice(text) };
        let begin = into.len();
        let mut place = 0;
        while let Some(found) = memchr::memchr(opening, &text[place..]) {
            into.extend_from_slice(&text[place..place + found]);
            place += found;
            match self.one(&text[place..]) {
                Some((letter, length)) => {
                    on_point(into.len() - begin, place);
                    into.extend_from_slice(letter.encode_utf8(&mut [0; 4]).as_bytes());
                    place += length;
                    on_point(into.len() - begin, place);
                }
                None => {
                    into.push(opening);
                    place += 1;
                }
            }
        }
        into.extend_from_slice(&text[place..]);
    }

    /// The letter that the escape at the start of this text stands for, and the escape's length.
    fn one(self, text: &[u8]) -> Option<(char, usize)> {
        let next = *text.get(1)?;
        match self {
            Escapes::None => None,
            Escapes::Cef => match next {
                b'\\' | b'=' | b'|' => Some((next.into(), 2)),
                b'n' => Some(('\n', 2)),
                b'r' => Some(('\r', 2)),
                _ => None,
            },
            Escapes::Quoted => matches!(next, b'\\' | b'"' | b'\'' | b']').then(|| (next.into(), 2)),
            Escapes::Csv => (next == b'"').then_some(('"', 2)),
            Escapes::Json => json(next, text),
            Escapes::Xml => xml(text),
        }
    }
}

fn json(next: u8, text: &[u8]) -> Option<(char, usize)> {
    let letter = match next {
        b'"' | b'\\' | b'/' => next.into(),
        b'b' => '\u{8}',
        b'f' => '\u{c}',
        b'n' => '\n',
        b'r' => '\r',
        b't' => '\t',
        b'u' => {
            let first = hex(text.get(2..6)?)?;
            if let Some(letter) = char::from_u32(first) {
                return Some((letter, 6));
            }
            return Some(
                second_half(first, &text[6..]).map_or((char::REPLACEMENT_CHARACTER, 6), |letter| (letter, 12)),
            );
        }
        _ => return None,
    };
    Some((letter, 2))
}

fn second_half(first: u32, rest: &[u8]) -> Option<char> {
    let second = rest.strip_prefix(b"\\u").and_then(|digits| hex(digits.get(..4)?))?;
    let halves = (0xd800..0xdc00).contains(&first) && (0xdc00..0xe000).contains(&second);
    halves.then(|| char::from_u32(0x10000 + ((first - 0xd800) << 10) + (second - 0xdc00)))?
}

fn xml(text: &[u8]) -> Option<(char, usize)> {
    let end = memchr::memchr(b';', &text[..text.len().min(12)])?;
    let letter = match &text[1..end] {
        b"lt" => '<',
        b"gt" => '>',
        b"amp" => '&',
        b"quot" => '"',
        b"apos" => '\'',
        [b'#', b'x' | b'X', digits @ ..] => char::from_u32(hex(digits)?)?,
        [b'#', digits @ ..] => char::from_u32(decimal(digits)?)?,
        _ => return None,
    };
    Some((letter, end + 1))
}

fn decimal(digits: &[u8]) -> Option<u32> {
    let plain = !digits.is_empty() && digits.iter().all(u8::is_ascii_digit);
    plain.then(|| std::str::from_utf8(digits).ok()?.parse().ok())?
}

fn hex(digits: &[u8]) -> Option<u32> {
    let plain = !digits.is_empty() && digits.iter().all(u8::is_ascii_hexdigit);
    plain.then(|| u32::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok())?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_are_undone_and_what_is_none_stays() {
        let cases: [(Escapes, &str, &str); 12] = [
            (Escapes::None, r"a\\b", r"a\\b"),
            (Escapes::Cef, r"a\=b\\c\|d\ne\S\", "a=b\\c|d\ne\\S\\"),
            (Escapes::Json, r#"\"\/\\\té\q\u00"#, "\"/\\\té\\q\\u00"),
            (Escapes::Json, r"\ud83d\ude00 \ud83d \ude00", "😀 \u{fffd} \u{fffd}"),
            (Escapes::Json, r"\ud83dA", "\u{fffd}A"),
            (Escapes::Quoted, r#"C:\\a \"b\" \] \n"#, "C:\\a \"b\" ] \\n"),
            (Escapes::Csv, r#"a ""b"" c""#, r#"a "b" c""#),
            (Escapes::Xml, "&lt;&gt;&amp;&quot;&apos;&#65;&#x41;", "<>&\"'AA"),
            (Escapes::Xml, "&nbsp;&#xd800;&#;&;&", "&nbsp;&#xd800;&#;&;&"),
            (Escapes::Xml, "&#+65;&#x+41;", "&#+65;&#x+41;"),
            (Escapes::Json, "", ""),
            (Escapes::Json, "\\", "\\"),
        ];
        for (escapes, text, expected) in cases {
            let mut undone = Vec::new();
            escapes.undo(text.as_bytes(), &mut undone, &mut |_, _| ());
            assert_eq!(String::from_utf8_lossy(&undone), expected, "{escapes:?} {text}");
        }
    }
}
