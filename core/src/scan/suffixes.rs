//! The final labels that a domain may have.

/// What a scan asks of final labels.
pub trait Suffixes {
    /// Whether a domain may end in this label, given in lower case. Labels beyond ASCII are not asked about.
    fn hold(&self, label_lower: &[u8]) -> bool;

    /// Whether a domain may surely end in the label of this length whose first eight bytes are these, in any case.
    #[inline(always)]
    fn surely_hold(&self, _first_eight: u64, _length: u32) -> bool {
        false
    }

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

/// Places for short labels: more than half as many are not kept.
const SHORT: usize = 1 << 12;

/// A set of labels by their first eight bytes.
///
/// One bit for each fits the nearest cache and over-reports. Those of up to eight bytes are held whole besides, save
/// for any that no plain text holds.
pub struct SuffixFilter {
    bits: Box<[u64]>,
    short: Box<[u64]>,
    short_count: usize,
}

impl SuffixFilter {
    /// A filter that holds these labels.
    pub fn of<'a>(labels: impl Iterator<Item = &'a [u8]>) -> SuffixFilter {
        let mut filter = SuffixFilter { bits: vec![0; WORDS].into(), short: vec![0; SHORT].into(), short_count: 0 };
        labels.for_each(|label| filter.insert(label));
        filter
    }

    /// A filter that holds every label.
    pub fn of_all() -> SuffixFilter {
        SuffixFilter { bits: vec![u64::MAX; WORDS].into(), short: vec![0; SHORT].into(), short_count: 0 }
    }

    /// Hold this label, in lower case, too.
    pub fn insert(&mut self, label: &[u8]) {
        let mut first = [0; 8];
        let length = label.len().min(8);
        first[..length].copy_from_slice(&label[..length]);
        let packed = packed(u64::from_le_bytes(first), label.len() as u32);
        let (word, bit) = bit_of(packed);
        self.bits[word] |= 1 << bit;
        let is_plain = label.iter().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_'));
        if (1..=8).contains(&label.len()) && is_plain && self.short_count < SHORT / 2 && !self.holds_short(packed) {
            let free = self.places_of(packed).find(|place| self.short[*place] == 0);
            self.short[free.unwrap_or_default()] = packed;
            self.short_count += 1;
        }
    }

    /// Whether a label of this length may be held whose first eight bytes are these, in any case.
    #[inline(always)]
    pub fn may_hold(&self, first_eight: u64, length: u32) -> bool {
        let (word, bit) = bit_of(packed(first_eight, length));
        self.bits.get(word).is_none_or(|bits| bits >> bit & 1 == 1)
    }

    /// Whether the label of this length is held whose first eight bytes are these, in any case. It never over-reports.
    #[inline(always)]
    pub fn holds(&self, first_eight: u64, length: u32) -> bool {
        length <= 8 && self.holds_short(packed(first_eight, length))
    }

    #[inline(always)]
    fn holds_short(&self, packed: u64) -> bool {
        let mut held = self.places_of(packed).map(|place| self.short[place]).take_while(|held| *held != 0);
        held.any(|held| held == packed)
    }

    /// Where to look for a short label, the likeliest first.
    #[inline(always)]
    fn places_of(&self, packed: u64) -> impl Iterator<Item = usize> + use<> {
        let first = (packed.wrapping_mul(SPREAD) >> (64 - SHORT.ilog2())) as usize;
        (0..SHORT).map(move |step| (first + step) % SHORT)
    }
}

/// The first eight bytes of a label in lower case, without what stands behind it.
#[inline(always)]
fn packed(first_eight: u64, length: u32) -> u64 {
    (first_eight | LOWER) & u64::MAX >> (64 - 8 * length.clamp(1, 8))
}

#[inline(always)]
fn bit_of(packed: u64) -> (usize, u32) {
    let hash = packed.wrapping_mul(SPREAD) >> (64 - BITS);
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
        assert!(filter.holds(eight(b"COM/inde"), 3) && filter.holds(eight(b"X_Y-1   "), 5));
        assert!(!filter.holds(eight(b"photogra"), 11), "longer ones are not held whole");
        assert!(!filter.may_hold(eight(b"exe     "), 3) && !filter.holds(eight(b"exe     "), 3));
        assert!(SuffixFilter::of_all().may_hold(eight(b"exe     "), 3));
    }
}
