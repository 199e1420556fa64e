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
    /// Takes no characters: an anchor, a look-around, nothing.
    Nothing,
    /// This character; an ASCII letter in either case where the regex ignores case.
    Char(char),
    /// One character of a class.
    Class(Class),
    /// One part after the other.
    Concat(Vec<Node>),
    /// One of these.
    Alternate(Vec<Node>),
    /// A group.
    Group {
        /// Whether it captures.
        captures: bool,
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
        /// Where it stands in the regex's text, quantifier included.
        place: Range<usize>,
    },
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
            Node::Nothing | Node::Char(_) | Node::Class(_) => false,
            Node::Concat(parts) | Node::Alternate(parts) => parts.iter().any(Node::captures),
            Node::Group { captures, node } => *captures || node.captures(),
            Node::Repeat { node, .. } => node.captures(),
        }
    }
}
