//! The final labels that a domain may have.

/// What a scan asks of final labels.
pub trait Suffixes {
    /// Whether a domain may end in this label, given in lower case. Labels beyond ASCII are not asked about.
    fn hold(&self, label_lower: &[u8]) -> bool;

    /// A cheap test by the first eight bytes from the label on, in any case, and its length: false is sure.
    #[inline(always)]
    fn may_hold(&self, _first_eight: u64, _length: u32) -> bool {
        true
    }
}

impl<F: Fn(&[u8]) -> bool> Suffixes for F {
    #[inline(always)]
    fn hold(&self, label_lower: &[u8]) -> bool {
        self(label_lower)
    }
}

const BITS: u32 = 15;
const WORDS: usize = 1 << (BITS - 6);
/// Spreads the bytes of a label over the upper bits (2⁶⁴ divided by the golden ratio).
const SPREAD: u64 = 0x9e37_79b9_7f4a_7c15;
/// Lower case for letters; what it makes of `_` and digits is no other byte of a name.
const LOWER: u64 = 0x2020_2020_2020_2020;

/// A set of labels that fits the nearest cache and over-reports: one bit for each, by its first eight bytes.
pub struct SuffixFilter {
    bits: Box<[u64]>,
}

impl SuffixFilter {
    /// A filter that holds these labels.
    pub fn of<'a>(labels: impl Iterator<Item = &'a [u8]>) -> SuffixFilter {
        let mut filter = SuffixFilter { bits: vec![0; WORDS].into() };
        labels.for_each(|label| filter.insert(label));
        filter
    }

    /// A filter that holds every label.
    pub fn of_all() -> SuffixFilter {
        SuffixFilter { bits: vec![u64::MAX; WORDS].into() }
    }

    /// Hold this label too.
    pub fn insert(&mut self, label: &[u8]) {
        let mut first = [0; 8];
        let length = label.len().min(8);
        first[..length].copy_from_slice(&label[..length]);
        let (word, bit) = place(u64::from_le_bytes(first), label.len() as u32);
        self.bits[word] |= 1 << bit;
    }

    /// Whether a label of this length may be held whose first eight bytes are these.
    #[inline(always)]
    pub fn may_hold(&self, first_eight: u64, length: u32) -> bool {
        let (word, bit) = place(first_eight, length);
        self.bits.get(word).is_none_or(|bits| bits >> bit & 1 == 1)
    }
}

#[inline(always)]
fn place(first_eight: u64, length: u32) -> (usize, u32) {
    let kept = u64::MAX >> (64 - 8 * length.clamp(1, 8));
    let hash = ((first_eight | LOWER) & kept).wrapping_mul(SPREAD) >> (64 - BITS);
    ((hash >> 6) as usize, hash as u32 & 63)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn eight(text: &[u8]) -> u64 {
        text.first_chunk().map_or(0, |bytes| u64::from_le_bytes(*bytes))
    }

    #[test]
    fn a_label_is_held_in_any_case_whatever_follows_it() {
        let labels = ["a", "com", "internal", "photography", "x_y-1"];
        let filter = SuffixFilter::of(labels.iter().map(|label| label.as_bytes()));

        for (text, length) in [("COM/index", 3), ("com.....", 3), ("Internal", 8), ("photogra", 11), ("X_Y-1   ", 5)] {
            assert!(filter.may_hold(eight(text.as_bytes()), length), "{text}");
        }
        assert!(!filter.may_hold(eight(b"exe     "), 3));
        assert!(SuffixFilter::of_all().may_hold(eight(b"exe     "), 3));
    }
}
