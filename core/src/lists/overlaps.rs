//! Which of an index's entries lists know, counted by feed and list in one pass.

use std::collections::HashMap;

use super::Lists;
use crate::index::{EntryView, Index, IndexError};

/// How many of a feed's entries a list knows, and the first of them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Overlap {
    /// Entries.
    pub count: u64,
    /// The feeds' own texts.
    pub examples: Vec<Vec<u8>>,
}

/// Where the pass hears whether to go on; after so many entries each time.
const CHECKED_EVERY: usize = 1 << 16;

impl Lists {
    /// Per (feed, list) that have any in common: what. `go_on` is asked now and then; false ends the pass.
    pub fn overlaps(
        &self,
        index: &Index,
        examples: usize,
        mut go_on: impl FnMut() -> bool,
    ) -> Result<HashMap<(String, String), Overlap>, IndexError> {
        let mut overlaps: HashMap<(String, String), Overlap> = HashMap::new();
        let mut after = 0;
        loop {
            let entries = index.entries(after, CHECKED_EVERY)?;
            let Some((last, _)) = entries.last() else { return Ok(overlaps) };
            after = *last;
            for (_, entry) in &entries {
                self.count(entry, examples, &mut overlaps)?;
            }
            if !go_on() {
                return Ok(overlaps);
            }
        }
    }

    fn count(
        &self,
        entry: &EntryView,
        examples: usize,
        overlaps: &mut HashMap<(String, String), Overlap>,
    ) -> Result<(), IndexError> {
        for list in self.ask(entry.kind(), entry.normal_form())? {
            let overlap = overlaps.entry((entry.facts().feed.clone(), list.to_owned())).or_default();
            overlap.count += 1;
            if overlap.examples.len() < examples {
                overlap.examples.push(entry.indicator().to_vec());
            }
        }
        Ok(())
    }
}
