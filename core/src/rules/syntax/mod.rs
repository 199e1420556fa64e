//! The common subset of PCRE's syntax, read so far as a cheap test before a regex needs it.
//!
//! What is not understood makes the whole regex unknown, and it then runs without such a test. Where a class of
//! characters is uncertain it is read too wide, never too narrow.

mod class;
mod parse;

use std::ops::Range;

pub use class::Class;
pub use parse::parse;

/// A part of a regex.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Node {
    /// Takes no characters: a look-around, a word boundary.
    Nothing,
    /// Takes no characters, and holds only at one end of the text.
    Anchor(Anchor),
    /// This character; an ASCII letter in either case where the regex ignores case.
    Char(char),
    /// One character of a class.
    Class {
        /// What it holds, or more.
        class: Class,
        /// Where it stands in the regex's text.
        place: Range<usize>,
    },
    /// One part after the other.
    Concat(Vec<Node>),
    /// One of these.
    Alternate(Vec<Node>),
    /// A group.
    Group {
        /// What sort of group it is.
        kind: GroupKind,
        /// What stands in it.
        node: Box<Node>,
    },
    /// A part several times.
    Repeat {
        /// The part.
        node: Box<Node>,
        /// At least so often.
        min: u32,
        /// At most so often.
        max: Option<u32>,
        /// Which number of times is tried first.
        greed: Greed,
        /// Where it stands in the regex's text, quantifier included.
        place: Range<usize>,
    },
}

/// Where an anchor holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Anchor {
    /// At the text's beginning: `^`, `\A`.
    Start,
    /// At its end, or before a line break that ends it: `$`, `\Z`.
    End,
    /// At its end: `\z`.
    VeryEnd,
}

/// What a group does besides holding its parts together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GroupKind {
    /// Nothing.
    Plain,
    /// It remembers what it took.
    Captures,
    /// What it took first stays.
    Atomic,
}

/// How often a repeated part is tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Greed {
    /// As often as it can be, then less often.
    Greedy,
    /// As seldom as it can be, then more often.
    Lazy,
    /// As often as it can be, and not less often.
    Possessive,
}

impl Node {
    /// The part itself, out of its groups.
    pub fn bare(&self) -> &Node {
        match self {
            Node::Group { node, .. } => node.bare(),
            _ => self,
        }
    }

    /// Whether a capture group stands in it.
    pub fn captures(&self) -> bool {
        match self {
            Node::Nothing | Node::Anchor(_) | Node::Char(_) | Node::Class { .. } => false,
            Node::Concat(parts) | Node::Alternate(parts) => parts.iter().any(Node::captures),
            Node::Group { kind, node } => *kind == GroupKind::Captures || node.captures(),
            Node::Repeat { node, .. } => node.captures(),
        }
    }
}
