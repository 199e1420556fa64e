//! Characters of hostile text replaced by others: what no output may hold as it is.

use std::collections::HashMap;

/// What stands for each character that is replaced.
pub struct Escape {
    ascii: [Option<Box<str>>; 128],
    others: HashMap<char, Box<str>>,
    /// 1 where a character that is replaced may begin with this byte.
    begins: [u8; 256],
}

impl Escape {
    /// The characters to replace, and what by.
    pub fn new(replacements: Vec<(char, Box<str>)>) -> Escape {
        let mut escape = Escape { ascii: [const { None }; 128], others: HashMap::new(), begins: [0; 256] };
        for (one, replacement) in replacements {
            escape.begins[usize::from(one.encode_utf8(&mut [0; 4]).as_bytes()[0])] = 1;
            match escape.ascii.get_mut(one as usize) {
                Some(place) => *place = Some(replacement),
                None => drop(escape.others.insert(one, replacement)),
            }
        }
        escape
    }

    /// The text with its characters replaced; None where it has none of them.
    pub fn escaped(&self, text: &str) -> Option<String> {
        let mut escaped = String::new();
        let (mut copied, mut from) = (0, 0);
        while let Some(found) = self.next_in(text.as_bytes(), from) {
            let Some(one) = text[found..].chars().next() else { break };
            from = found + one.len_utf8();
            let Some(replacement) = self.replacement(one) else { continue };
            if copied == 0 {
                escaped.reserve(text.len() + text.len() / 8 + replacement.len());
            }
            escaped.push_str(&text[copied..found]);
            escaped.push_str(replacement);
            copied = from;
        }
        if copied == 0 {
            return None;
        }
        escaped.push_str(&text[copied..]);
        Some(escaped)
    }

    fn replacement(&self, one: char) -> Option<&str> {
        match self.ascii.get(one as usize) {
            Some(replacement) => replacement.as_deref(),
            None => self.others.get(&one).map(|replacement| &**replacement),
        }
    }

    /// Where the next character begins that may be one to replace.
    fn next_in(&self, text: &[u8], from: usize) -> Option<usize> {
        let mut start = from;
        // Eight bytes at a time while none of them is of interest: one branch instead of eight.
        for eight in text[from..].chunks_exact(8) {
            if eight.iter().fold(0, |any, byte| any | self.begins[usize::from(*byte)]) != 0 {
                break;
            }
            start += 8;
        }
        text[start..].iter().position(|byte| self.begins[usize::from(*byte)] != 0).map(|place| start + place)
    }
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
        assert_eq!(escape().escaped("é\u{86}\u{2029} and more than eight bytes"), None);
    }

    #[test]
    fn each_such_character_is_replaced_wherever_it_stands() {
        assert_eq!(escape().escaped("=a=é\u{85}=").as_deref(), Some("\\=a\\=é \\="));
        assert_eq!(escape().escaped("\u{2028}").as_deref(), Some(""));
        assert_eq!(escape().escaped("\u{2029}\u{2028}b").as_deref(), Some("\u{2029}b"));
        assert_eq!(escape().escaped("eight to=nine=").as_deref(), Some("eight to\\=nine\\="));
    }
}
