//! Classes of characters: which ASCII characters they hold, and whether they may hold others.

/// A set of characters, as wide as the regex's or wider.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Class {
    ascii: u128,
    /// Whether it may hold a character beyond ASCII.
    pub beyond: bool,
}

impl Class {
    /// No character.
    pub const NONE: Class = Class { ascii: 0, beyond: false };
    /// Every character.
    pub const ALL: Class = Class { ascii: u128::MAX, beyond: true };

    /// The class of `\d`, `\s`, `\w` and their opposites.
    pub fn of_escape(letter: char) -> Option<Class> {
        let class = match letter.to_ascii_lowercase() {
            'd' => Class::of(|byte| byte.is_ascii_digit()),
            's' => Class::of(|byte| matches!(byte, b'\t'..=b'\r' | b' ')),
            'w' => Class::of(|byte| byte.is_ascii_alphanumeric() || byte == b'_'),
            _ => return None,
        };
        Some(if letter.is_ascii_uppercase() { class.opposite() } else { class })
    }

    fn of(holds: impl Fn(u8) -> bool) -> Class {
        let ascii = (0..128u8).filter(|byte| holds(*byte)).fold(0, |bits, byte| bits | 1 << byte);
        Class { ascii, beyond: false }
    }

    /// Every character that is not in it; of those beyond ASCII, all.
    pub fn opposite(self) -> Class {
        Class { ascii: !self.ascii, beyond: true }
    }

    /// Both together.
    pub fn with(self, other: Class) -> Class {
        Class { ascii: self.ascii | other.ascii, beyond: self.beyond || other.beyond }
    }

    /// With these characters, first to last.
    pub fn with_range(mut self, first: char, last: char) -> Class {
        for byte in (0..128u8).filter(|byte| (first..=last).contains(&char::from(*byte))) {
            self.ascii |= 1 << byte;
        }
        self.beyond |= !last.is_ascii();
        self
    }

    /// With the other case of each ASCII letter.
    pub fn with_both_cases(mut self) -> Class {
        let letters: Vec<u8> = (0..128u8).filter(|byte| byte.is_ascii_alphabetic() && self.holds(*byte)).collect();
        letters.iter().for_each(|letter| self.ascii |= 1 << (letter ^ 0x20));
        self
    }

    /// With what K and S are in a third case, beyond ASCII, and with K and S where a third case may stand.
    pub fn with_third_cases(self) -> Class {
        let odd = Class::of(|byte| b"kKsS".contains(&byte));
        let ascii = if self.beyond { self.ascii | odd.ascii } else { self.ascii };
        Class { ascii, beyond: self.beyond || self.ascii & odd.ascii != 0 }
    }

    /// Whether a character that begins with this byte, or goes on with it, may be in the class.
    pub fn holds(&self, byte: u8) -> bool {
        if byte < 128 { self.ascii >> byte & 1 == 1 } else { self.beyond }
    }

    /// `holds` for every byte.
    pub fn table(&self) -> [bool; 256] {
        let mut table = [false; 256];
        (0..=255u8).for_each(|byte| table[usize::from(byte)] = self.holds(byte));
        table
    }
}
