//! The final labels that a domain may have: those that IANA lists, and those of the index's own indicators.

use std::sync::LazyLock;

use crate::index::Index;
use crate::normalise::{is_top_level_domain, top_level_domains};
use crate::scan::{SuffixFilter, Suffixes};

static TOP_LEVEL_DOMAINS: LazyLock<SuffixFilter> = LazyLock::new(|| SuffixFilter::of(top_level_domains()));

/// The final labels that are known with this index, or without one.
pub struct KnownSuffixes<'a> {
    index: Option<&'a Index>,
    filter: &'a SuffixFilter,
}

impl<'a> KnownSuffixes<'a> {
    /// Known with this index, or without one.
    pub fn of(index: Option<&'a Index>) -> KnownSuffixes<'a> {
        KnownSuffixes { index, filter: index.map_or(&*TOP_LEVEL_DOMAINS, Index::suffixes) }
    }
}

impl Suffixes for KnownSuffixes<'_> {
    #[inline]
    fn hold(&self, label_lower: &[u8]) -> bool {
        is_known_suffix(label_lower, self.index)
    }

    #[inline(always)]
    fn surely_hold(&self, first_eight: u64, length: u32) -> bool {
        self.filter.holds(first_eight, length)
    }

    #[inline(always)]
    fn may_hold(&self, first_eight: u64, length: u32) -> bool {
        self.filter.may_hold(first_eight, length)
    }
}

#[inline]
pub fn is_known_suffix(label_lower: &[u8], index: Option<&Index>) -> bool {
    is_top_level_domain(label_lower) || index.is_some_and(|index| index.knows_final_label(label_lower))
}
