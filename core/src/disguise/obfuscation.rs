//! How a value was disguised, as a small set.

use std::fmt;

/// The ways in which a value was disguised; none where it stood plainly.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Obfuscation(u16);

/// Each way and its words, in the order of their bits.
const NAMES: [&str; 13] = [
    "defanged",
    "percent-encoded",
    "backslash-escaped",
    "unicode-escaped",
    "quoted-printable",
    "html entity",
    "ideographic full stop",
    "integer address",
    "hex address",
    "octal address",
    "short address",
    "ipv4 in ipv6",
    "base64",
];

impl Obfuscation {
    /// It stood plainly.
    pub const NONE: Obfuscation = Obfuscation(0);
    /// `hxxp`, `[.]`, `(dot)`, `[:]//`.
    pub const DEFANGED: Obfuscation = Obfuscation(1);
    /// `%2E`.
    pub const PERCENT: Obfuscation = Obfuscation(1 << 1);
    /// `\x2e`, `\056`, `\.`.
    pub const BACKSLASH: Obfuscation = Obfuscation(1 << 2);
    /// `\u002e`, `%u002e`.
    pub const UNICODE: Obfuscation = Obfuscation(1 << 3);
    /// `=2E`.
    pub const QUOTED_PRINTABLE: Obfuscation = Obfuscation(1 << 4);
    /// `&#46;`, `&period;`.
    pub const ENTITY: Obfuscation = Obfuscation(1 << 5);
    /// `。` for a dot.
    pub const FULL_STOP: Obfuscation = Obfuscation(1 << 6);
    /// `3221225985`.
    pub const INTEGER: Obfuscation = Obfuscation(1 << 7);
    /// `0xC0000201`, `0xC0.0x00.0x02.0x01`.
    pub const HEX: Obfuscation = Obfuscation(1 << 8);
    /// `0300.0000.0002.0001`.
    pub const OCTAL: Obfuscation = Obfuscation(1 << 9);
    /// `192.513`.
    pub const SHORT: Obfuscation = Obfuscation(1 << 10);
    /// `::ffff:c000:201`.
    pub const IPV4_IN_IPV6: Obfuscation = Obfuscation(1 << 11);
    /// Base64.
    pub const BASE64: Obfuscation = Obfuscation(1 << 12);

    /// Whether it stood plainly.
    pub fn is_none(self) -> bool {
        self.0 == 0
    }

    /// The ways of both.
    #[must_use]
    pub fn and(self, other: Obfuscation) -> Obfuscation {
        Obfuscation(self.0 | other.0)
    }

    /// Whether each way of `other` is among these.
    pub fn includes(self, other: Obfuscation) -> bool {
        self.0 & other.0 == other.0
    }

    /// The words for each way.
    pub fn names(self) -> impl Iterator<Item = &'static str> {
        NAMES.into_iter().enumerate().filter(move |(bit, _)| self.0 >> bit & 1 == 1).map(|(_, name)| name)
    }
}

impl fmt::Display for Obfuscation {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.names().enumerate().try_for_each(|(position, name)| {
            formatter.write_str(if position > 0 { ", " } else { "" })?;
            formatter.write_str(name)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_way_has_its_words_and_several_are_joined() {
        assert_eq!(Obfuscation::NONE.to_string(), "");
        assert_eq!(Obfuscation::BASE64.to_string(), "base64");
        assert_eq!(Obfuscation::HEX.and(Obfuscation::DEFANGED).to_string(), "defanged, hex address");
        assert!(Obfuscation::HEX.and(Obfuscation::OCTAL).includes(Obfuscation::OCTAL));
        assert!(!Obfuscation::HEX.includes(Obfuscation::OCTAL));
    }
}
