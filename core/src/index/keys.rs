//! Keys: what an index is asked by. A key is some bytes and the sort of question that they answer.

use super::hashing::hash_of;
use crate::kind::Kind;

/// The sort of question that a key answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyKind {
    /// A normal form, asked as it is.
    Value(Kind),
    /// The normal form of a URL that reaches all below it.
    UrlPrefix,
    /// A host; its group holds the masks that name this host.
    MaskHost,
    /// The end of a host by whole labels; its group holds the masks whose host ends so.
    MaskSuffix,
    /// A mask that names no host by which it could be found.
    MaskFloating,
    /// An address; its group holds the pairs of it and a port that reach the address alone.
    PairHost,
    /// A host of some URL indicator; stands in the filter only.
    UrlHost,
    /// The end of a host of some mask; stands in the filter only.
    UrlSuffix,
}

impl KeyKind {
    /// The number that the file holds and that keeps equal bytes of different questions apart.
    pub fn number(self) -> u8 {
        match self {
            KeyKind::Value(kind) => kind as u8,
            KeyKind::UrlPrefix => 0x15,
            KeyKind::MaskHost => 0x25,
            KeyKind::MaskSuffix => 0x26,
            KeyKind::MaskFloating => 0x27,
            KeyKind::PairHost => 0x2b,
            KeyKind::UrlHost => 0x80,
            KeyKind::UrlSuffix => 0x81,
        }
    }

    pub fn from_number(number: u8) -> Option<KeyKind> {
        match number {
            0x15 => Some(KeyKind::UrlPrefix),
            0x25 => Some(KeyKind::MaskHost),
            0x26 => Some(KeyKind::MaskSuffix),
            0x27 => Some(KeyKind::MaskFloating),
            0x2b => Some(KeyKind::PairHost),
            0x80 => Some(KeyKind::UrlHost),
            0x81 => Some(KeyKind::UrlSuffix),
            number => Kind::from_number(number).map(KeyKind::Value),
        }
    }

    /// The kind of the indicators that such a key leads to.
    pub fn kind(self) -> Kind {
        match self {
            KeyKind::Value(kind) => kind,
            KeyKind::PairHost => Kind::IpPort,
            _ => Kind::Url,
        }
    }

    /// Whether the entries of such a key have normal forms other than the key.
    pub fn has_own_normal_forms(self) -> bool {
        matches!(self, KeyKind::MaskHost | KeyKind::MaskSuffix | KeyKind::PairHost)
    }

    /// Whether such a key has no entries and serves the filter alone.
    pub fn is_filter_only(self) -> bool {
        matches!(self, KeyKind::UrlHost | KeyKind::UrlSuffix)
    }

    /// The hash by which filter and table are ordered.
    pub fn hash(self, key: &[u8]) -> u64 {
        hash_of(self, key)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_come_back() {
        let known = (0..=255).filter_map(|number| Some((number, KeyKind::from_number(number)?))).collect::<Vec<_>>();

        assert_eq!(known.len(), Kind::ALL.len() + 7);
        assert!(known.iter().all(|(number, kind)| kind.number() == *number));
    }

    #[test]
    fn equal_bytes_of_different_questions_have_different_hashes() {
        assert_ne!(KeyKind::Value(Kind::Url).hash(b"a.example"), KeyKind::UrlPrefix.hash(b"a.example"));
    }
}
