//! What a `*` in a URL is: text, or a wildcard.

/// Whether a `*` stands for itself or for any text.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Star {
    Text,
    Wildcard,
}
