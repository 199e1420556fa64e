//! The rows that may become no detection: whoever judges is asked about these before a throttle counts them, and once
//! for all events of a block that are alike.

use std::collections::HashMap;
use std::ops::Range;

use xxhash_rust::xxh3::xxh3_128;

use super::throttled::put;
use super::{Matcher, Matches, Row};
use crate::frame::Frames;
use crate::lists::Lists;

/// What may keep a row from becoming a detection. It may name more than it need: then the truth is asked.
#[derive(Default)]
pub struct Doubts<'a> {
    /// Values that are held back for some.
    pub allowlist: Option<&'a Lists>,
    /// Whether that depends on the ends of the event's connection.
    pub by_ends: bool,
    /// Feed → (entries last seen at this time or before are in doubt, when one is taken to have been seen that names no
    /// time), in milliseconds since 1970.
    pub feeds: HashMap<String, (i64, i64)>,
    /// Entries that are valid until this time or before are in doubt.
    pub ended_ms: Option<i64>,
}

/// Rows in doubt, with all others of their events.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Doubted {
    /// For each row, which of `asked` stands for it; none for what becomes a detection without doubt.
    pub of: Vec<Option<usize>>,
    /// The positions of rows to ask about: those of the first event of each sort.
    pub asked: Vec<usize>,
    /// How many rows each of these stands for.
    pub times: Vec<usize>,
}

impl Matcher {
    /// Tell which rows are in doubt.
    pub fn doubted(&self, matches: &Matches, frames: &Frames, doubts: &Doubts<'_>) -> Doubted {
        let mut doubted = Doubted { of: vec![None; matches.rows.len()], ..Doubted::default() };
        let mut known: HashMap<u128, usize> = HashMap::new();
        let (mut start, mut key) = (0, Vec::new());
        for rows in matches.rows.chunk_by(|one, other| one.event == other.event) {
            if rows.iter().any(|row| self.is_in_doubt(row, doubts)) {
                put_event(&mut key, matches, frames, rows, doubts.by_ends);
                let first = *known.entry(xxh3_128(&key)).or_insert_with(|| {
                    doubted.asked.extend(start..start + rows.len());
                    doubted.times.resize(doubted.asked.len(), 0);
                    doubted.asked.len() - rows.len()
                });
                for place in 0..rows.len() {
                    doubted.of[start + place] = Some(first + place);
                    doubted.times[first + place] += 1;
                }
            }
            start += rows.len();
        }
        doubted
    }

    fn is_in_doubt(&self, row: &Row, doubts: &Doubts<'_>) -> bool {
        // An entry that cannot be read is damage, which whoever asks for it is told.
        let Ok(entry) = self.index.entry(row.entry) else { return false };
        let until = entry.valid_until().zip(doubts.ended_ms);
        let aged = doubts
            .feeds
            .get(entry.facts().feed.as_str())
            .is_some_and(|(oldest, unnamed)| entry.last_seen().or(entry.first_seen()).unwrap_or(*unnamed) <= *oldest);
        let is_listed =
            |lists: &Lists| lists.ask(row.observed_kind, &row.normal_form).is_ok_and(|names| !names.is_empty());
        aged || until.is_some_and(|(until, ended)| until <= ended) || doubts.allowlist.is_some_and(is_listed)
    }
}

/// What decides about the rows of an event: two with the same bytes come to the same.
fn put_event(key: &mut Vec<u8>, matches: &Matches, frames: &Frames, rows: &[Row], by_ends: bool) {
    key.clear();
    let mut spans = HashMap::new();
    for row in rows {
        // What the feeds say of one observable they say of its place: which rows share one counts, not where it is.
        let count = spans.len();
        let span = *spans.entry((row.start, row.end)).or_insert(count);
        key.extend([row.entry, row.profile as u64, span as u64].map(u64::to_le_bytes).as_flattened());
        key.push(row.observed_kind as u8);
        put(key, &row.normal_form);
    }
    let ends = rows.first().filter(|_| by_ends).and_then(|row| Some((row.event, matches.ends(row.event)?)));
    if let Some((event, ends)) = ends {
        let end = |place: &Option<Range<usize>>| place.clone().and_then(|place| frames.frame(event).get(place));
        put(key, end(&ends.near).unwrap_or_default());
        put(key, end(&ends.far).unwrap_or_default());
    }
}
