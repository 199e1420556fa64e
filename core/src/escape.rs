//! Characters of hostile text replaced by others: what no output may hold as it is.

use std::collections::HashMap;

use wide::u8x16;

/// So many bytes are looked at together.
const LANES: usize = 16;

/// What stands for each character that is replaced.
pub struct Escape {
    ascii: [Option<Box<str>>; 128],
    others: HashMap<char, Box<str>>,
    /// Whether a character that is replaced may begin with this byte.
    begins: [bool; 256],
    /// Ranges of bytes among which all of those are, as (first, length less one).
    near: Vec<(u8, u8)>,
}

impl Escape {
    /// The characters to replace, and what by.
    pub fn new(replacements: Vec<(char, Box<str>)>) -> Escape {
        let (mut ascii, mut others, mut begins) = ([const { None }; 128], HashMap::new(), [false; 256]);
        for (one, replacement) in replacements {
            begins[usize::from(one.encode_utf8(&mut [0; 4]).as_bytes()[0])] = true;
            match ascii.get_mut(one as usize) {
                Some(place) => *place = Some(replacement),
                None => drop(others.insert(one, replacement)),
            }
        }
        Escape { ascii, others, begins, near: near(&begins) }
    }

    /// The text with its characters replaced; None where it has none of them.
    pub fn escaped(&self, text: &str) -> Option<String> {
        self.first(text)?;
        let mut escaped = String::with_capacity(text.len() + text.len() / 8 + 8);
        self.append(text, &mut escaped);
        Some(escaped)
    }

    /// Write the text with its characters replaced behind a line.
    pub fn append(&self, text: &str, line: &mut String) {
        let mut copied = 0;
        self.each(text, |place, one, replacement| {
            line.push_str(&text[copied..place]);
            line.push_str(replacement);
            copied = place + one.len_utf8();
            true
        });
        line.push_str(&text[copied..]);
    }

    fn first(&self, text: &str) -> Option<usize> {
        let mut first = None;
        self.each(text, |place, _, _| {
            first = Some(place);
            false
        });
        first
    }

    /// Hand over each place of a character to replace, the character and what stands for it, until told to stop.
    #[inline]
    fn each<'a>(&'a self, text: &str, mut on_place: impl FnMut(usize, char, &'a str) -> bool) {
        let bytes = text.as_bytes();
        let mut look = |place: usize| {
            let replaced = text[place..].chars().next().and_then(|one| Some((one, self.replacement(one)?)));
            replaced.is_none_or(|(one, replacement)| on_place(place, one, replacement))
        };
        let whole = bytes.len() - bytes.len() % LANES;
        for (number, lanes) in bytes[..whole].chunks_exact(LANES).enumerate() {
            let mut found = near_mask(lanes, &self.near);
            while found != 0 {
                let place = number * LANES + found.trailing_zeros() as usize;
                found &= found - 1;
                if self.begins[usize::from(bytes[place])] && !look(place) {
                    return;
                }
            }
        }
        for (place, byte) in bytes.iter().enumerate().skip(whole) {
            if self.begins[usize::from(*byte)] && !look(place) {
                return;
            }
        }
    }

    fn replacement(&self, one: char) -> Option<&str> {
        match self.ascii.get(one as usize) {
            Some(replacement) => replacement.as_deref(),
            None => self.others.get(&one).map(|replacement| &**replacement),
        }
    }
}

/// Few ranges of bytes: control characters, and all bytes beyond ASCII, as one range each.
fn near(begins: &[bool; 256]) -> Vec<(u8, u8)> {
    let mut near = Vec::new();
    for (first, last) in [(0, 0x1F), (0x7F, 0xFF)] {
        if begins[first..=last].contains(&true) {
            near.push((first as u8, (last - first) as u8));
        }
    }
    near.extend((0x20..0x7Fu8).filter(|byte| begins[usize::from(*byte)]).map(|byte| (byte, 0)));
    near
}

#[inline]
fn near_mask(lanes: &[u8], near: &[(u8, u8)]) -> u32 {
    let mut bytes = [0; LANES];
    bytes.copy_from_slice(lanes);
    let bytes = u8x16::new(bytes);
    let mut found = u8x16::splat(0);
    for (first, span) in near {
        let offset = bytes - u8x16::splat(*first);
        found |= offset.min(u8x16::splat(*span)).cmp_eq(offset);
    }
    found.move_mask() as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    fn escape() -> Escape {
        Escape::new(vec![('=', "\\=".into()), ('\u{85}', " ".into()), ('\u{2028}', "".into())])
    }

    #[test]
    fn text_without_such_characters_is_left_alone() {
        assert_eq!(escape().escaped(""), None);
        assert_eq!(escape().escaped("é\u{86}\u{2029} and more than sixteen bytes"), None);
    }

    #[test]
    fn each_such_character_is_replaced_wherever_it_stands() {
        assert_eq!(escape().escaped("=a=é\u{85}=").as_deref(), Some("\\=a\\=é \\="));
        assert_eq!(escape().escaped("\u{2028}").as_deref(), Some(""));
        assert_eq!(escape().escaped("\u{2029}\u{2028}b").as_deref(), Some("\u{2029}b"));
        assert_eq!(escape().escaped("sixteen bytes to=eighteen=").as_deref(), Some("sixteen bytes to\\=eighteen\\="));
        assert_eq!(escape().escaped("a character over\u{85}=").as_deref(), Some("a character over \\="));
    }

    #[test]
    fn what_is_appended_stands_behind_what_was_there() {
        let mut line = "a=".to_owned();
        escape().append("b=", &mut line);
        assert_eq!(line, "a=b\\=");
    }
}
