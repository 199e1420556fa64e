//! Stats: what the file says of itself in numbers; some are for people, some steer lookups.

use super::cursor::{Cursor, Damage, put_varint};
use crate::kind::Kind;

/// The numbers, in the order in which the file holds them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Stats {
    /// Distinct keys that lead to entries.
    pub keys: u64,
    /// Entries, by the kind's number.
    pub entries: [u64; Kind::ALL.len()],
    /// Rows that said again what an entry had said.
    pub merged: u64,
    /// Keys in the filter, those that serve it alone included.
    pub filter_keys: u64,
    /// Bytes of the longest URL that reaches all below it; 0 where there is none.
    pub longest_prefix: u64,
    /// The most cuts (`/` and `?`) that such a URL has.
    pub deepest_prefix: u64,
    /// Keys that are the end of masks' hosts.
    pub mask_suffixes: u64,
    /// Keys that are masks' hosts.
    pub mask_hosts: u64,
    /// Masks that every URL is held against.
    pub floating_masks: u64,
    /// Keys that are addresses of pairs which reach the address alone.
    pub pair_hosts: u64,
}

impl Stats {
    pub fn all_entries(&self) -> u64 {
        self.entries.iter().sum()
    }

    pub fn entries_of(&self, kind: Kind) -> u64 {
        self.entries[kind as usize - 1]
    }

    pub fn count_entry(&mut self, kind: Kind) {
        self.entries[kind as usize - 1] += 1;
    }

    /// Add what was counted apart; the longest and deepest prefix are counted once for all.
    pub fn add(&mut self, mut counted: Stats) {
        let added = counted.fields();
        self.fields().into_iter().zip(added).for_each(|(all, one)| *all += *one);
    }

    pub fn put(&self, out: &mut Vec<u8>) {
        let mut numbers = self.clone();
        numbers.fields().into_iter().for_each(|number| put_varint(out, *number));
    }

    pub fn read(section: &[u8]) -> Result<Stats, Damage> {
        let mut cursor = Cursor::new(section);
        let mut stats = Stats::default();
        for number in stats.fields() {
            *number = cursor.varint()?;
        }
        let all = stats.entries.iter().try_fold(0u64, |all, entries| all.checked_add(*entries));
        all.ok_or(Damage("more entries than can be"))?;
        Ok(stats)
    }

    fn fields(&mut self) -> Vec<&mut u64> {
        let mut fields = vec![&mut self.keys, &mut self.merged, &mut self.filter_keys];
        fields.extend([&mut self.longest_prefix, &mut self.deepest_prefix, &mut self.mask_suffixes]);
        fields.extend([&mut self.mask_hosts, &mut self.floating_masks, &mut self.pair_hosts]);
        fields.extend(&mut self.entries);
        fields
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_come_back_and_a_lie_is_damage() {
        let mut stats = Stats { keys: 3, floating_masks: 300, ..Stats::default() };
        stats.count_entry(Kind::Email);
        let mut out = Vec::new();
        stats.put(&mut out);

        assert_eq!(Stats::read(&out), Ok(stats.clone()));
        assert!(Stats::read(&out[..out.len() - 1]).is_err());

        stats.entries = [u64::MAX; Kind::ALL.len()];
        out.clear();
        stats.put(&mut out);
        assert!(Stats::read(&out).is_err());
    }
}
