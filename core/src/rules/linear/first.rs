//! With which characters a part of a regex can begin.

use super::super::syntax::{Anchor, Class, Node};

/// What may stand where a part begins, as wide as it is or wider.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct First {
    ascii: u128,
    beyond: bool,
    /// It may hold at the text's end.
    at_end: bool,
    /// It always holds, for it may take nothing.
    pub always: bool,
}

impl First {
    /// Of what comes behind the whole regex: it always holds.
    pub const ALWAYS: First = First { ascii: 0, beyond: false, at_end: true, always: true };
    const NOTHING: First = First { ascii: 0, beyond: false, at_end: false, always: false };
    const ANYTHING: First = First { ascii: u128::MAX, beyond: true, at_end: true, always: false };

    fn of_class(class: Class) -> First {
        let ascii = (0..128u8).filter(|byte| class.holds(*byte)).fold(0, |bits, byte| bits | 1 << byte);
        First { ascii, beyond: class.beyond, ..First::NOTHING }
    }

    /// Of a character, in either case where case is ignored.
    pub fn of_char(char: char, caseless: bool) -> First {
        let class = Class::NONE.with_range(char, char);
        First::of_class(if caseless { class.with_both_cases().with_third_cases() } else { class })
    }

    /// Of either.
    pub fn or(self, other: First) -> First {
        First {
            ascii: self.ascii | other.ascii,
            beyond: self.beyond || other.beyond,
            at_end: self.at_end || other.at_end,
            always: self.always || other.always,
        }
    }

    /// Whether it begins with an ASCII character, always.
    pub fn is_ascii(self) -> bool {
        !self.beyond && !self.at_end && !self.always
    }

    /// Whether it may begin with this ASCII character.
    pub fn holds(self, byte: u8) -> bool {
        self.ascii >> byte & 1 == 1
    }

    /// Whether no place can begin both.
    pub fn excludes(self, other: First) -> bool {
        let shared = self.ascii & other.ascii != 0 || self.beyond && other.beyond || self.at_end && other.at_end;
        !shared && !self.always && !other.always
    }

    /// Whether it can begin where this byte stands; `None` is the text's end.
    pub fn table(self) -> Starts {
        let holds = |byte: usize| match byte {
            _ if self.always => true,
            0..128 => self.ascii >> byte & 1 == 1,
            _ => self.beyond && (0xC2..=0xF4).contains(&byte),
        };
        let mut bits = [0; 8];
        (0..256).filter(|byte| holds(*byte)).for_each(|byte| bits[byte / 32] |= 1 << (byte % 32));
        Starts { bits, at_end: self.at_end }
    }

    /// Of this part with that behind it. Where a part may take nothing, so may what is behind it be first.
    pub fn of_node(node: &Node, behind: First, caseless: bool) -> First {
        match node {
            Node::Nothing | Node::Anchor(Anchor::Start) => First::ANYTHING,
            Node::Anchor(Anchor::End) => First { ascii: 1 << b'\n', at_end: true, ..First::NOTHING },
            Node::Anchor(Anchor::VeryEnd) => First { at_end: true, ..First::NOTHING },
            Node::Char(char) => First::of_char(*char, caseless),
            Node::Class { class, .. } => First::of_class(*class),
            Node::Concat(parts) => {
                parts.iter().rev().fold(behind, |behind, part| First::of_node(part, behind, caseless))
            }
            Node::Alternate(parts) => parts
                .iter()
                .map(|part| First::of_node(part, behind, caseless))
                .reduce(First::or)
                .unwrap_or(First::ANYTHING),
            Node::Group { node, .. } => First::of_node(node, behind, caseless),
            Node::Repeat { node, min: 0, .. } => First::of_node(node, behind, caseless).or(behind),
            Node::Repeat { node, .. } => First::of_node(node, behind, caseless),
        }
    }
}

/// At which bytes something can begin.
pub struct Starts {
    bits: [u32; 8],
    at_end: bool,
}

impl Starts {
    /// Whether it can begin here.
    #[inline]
    pub fn holds(&self, text: &[u8], place: usize) -> bool {
        text.get(place).map_or(self.at_end, |byte| self.holds_byte(*byte))
    }

    #[inline]
    fn holds_byte(&self, byte: u8) -> bool {
        self.bits[usize::from(byte / 32)] >> (byte % 32) & 1 == 1
    }

    /// The bytes that it can begin with, if they are few.
    pub fn few(&self) -> Option<Vec<u8>> {
        let bytes: Vec<u8> = (0..=255).filter(|byte| self.holds_byte(*byte)).collect();
        (bytes.len() <= 3 && !bytes.is_empty() && !self.at_end).then_some(bytes)
    }
}
