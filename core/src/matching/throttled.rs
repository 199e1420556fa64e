//! The rows of a block asked of a throttle once they are judged: those that it holds back go no further.

use std::net::IpAddr;
use std::ops::Range;

use xxhash_rust::xxh3::xxh3_128;

use super::doubted::Doubted;
use super::{Matcher, Matches, Row};
use crate::fields::Ends;
use crate::frame::Frames;
use crate::index::EntryView;
use crate::throttle::{Fate, Throttle};

/// What belongs to a throttle's key besides the indicator.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyPart {
    /// The near end of the event's connection; who sent the event where it names none.
    Near,
    /// The far end.
    Far,
    /// The profile.
    Profile,
    /// The rule.
    Rule,
    /// The observable's normal form.
    Observed,
    /// Who sent the event.
    Peer,
}

impl KeyPart {
    /// Each with its word.
    pub const ALL: [(&'static str, KeyPart); 6] = [
        ("near", KeyPart::Near),
        ("far", KeyPart::Far),
        ("profile", KeyPart::Profile),
        ("rule", KeyPart::Rule),
        ("observed", KeyPart::Observed),
        ("peer", KeyPart::Peer),
    ];

    /// The part of this word.
    pub fn parse(word: &str) -> Option<KeyPart> {
        KeyPart::ALL.iter().find(|(name, _)| *name == word).map(|(_, part)| *part)
    }
}

impl Matcher {
    /// Take out the rows that become no detection, then those that the throttle holds back, which are counted.
    ///
    /// The rows that are left have what they stand for, and their places among those in doubt.
    #[allow(
        clippy::too_many_arguments,
        reason = "what was matched, how it was judged, and what a throttle is asked by"
    )]
    pub fn throttle(
        &self,
        matches: &mut Matches,
        (doubted, is_held): (&Doubted, &[bool]),
        frames: &Frames,
        peer: Option<IpAddr>,
        throttle: &Throttle,
        parts: &[KeyPart],
        now_ms: i64,
    ) {
        let time = throttle.time(now_ms);
        let peer = peer.map(|peer| peer.to_string()).unwrap_or_default();
        let rows = std::mem::take(&mut matches.rows);
        let mut of: Option<(usize, Ends)> = None;
        let mut key = Vec::new();
        matches.matched = 0;
        for (row, doubt) in rows.into_iter().zip(&doubted.of) {
            if doubt.is_some_and(|place| is_held.get(place).is_some_and(|held| *held)) {
                continue;
            }
            let event = frames.frame(row.event);
            if of.as_ref().is_none_or(|(number, _)| *number != row.event) {
                of = Some((row.event, matches.ends(row.event).cloned().unwrap_or_default()));
                matches.matched += 1;
            }
            let Some((_, ends)) = &of else { continue };
            // An entry that cannot be read is damage: its number has to do.
            key.clear();
            match self.index.entry(row.entry) {
                Ok(entry) => self.put_key(&mut key, &row, &entry, event, ends, parts, peer.as_bytes()),
                Err(_) => key.extend(row.entry.to_le_bytes()),
            }
            match throttle.ask(xxh3_128(&key), time, now_ms) {
                Fate::Sent(update) => {
                    matches.rows.push(row);
                    matches.updates.push(update);
                    matches.doubts.push(*doubt);
                }
                Fate::Held => matches.throttled += 1,
            }
        }
    }

    /// An indicator is the same in the next generation: its key holds no number of this one.
    #[allow(clippy::too_many_arguments, reason = "each is one part of the key")]
    fn put_key(
        &self,
        key: &mut Vec<u8>,
        row: &Row,
        entry: &EntryView<'_>,
        event: &[u8],
        ends: &Ends,
        parts: &[KeyPart],
        peer: &[u8],
    ) {
        key.extend([entry.kind() as u8, entry.scope() as u8]);
        put(key, entry.normal_form());
        put(key, entry.facts().feed.as_bytes());
        put(key, entry.facts().category.as_bytes());
        let end = |place: &Option<Range<usize>>| place.clone().and_then(|place| event.get(place));
        for part in parts {
            match part {
                KeyPart::Near => put(key, end(&ends.near).unwrap_or(peer)),
                KeyPart::Far => put(key, end(&ends.far).unwrap_or_default()),
                KeyPart::Profile => put(key, self.rules.profiles[row.profile].id.as_bytes()),
                KeyPart::Rule => put(key, self.rules.rules[row.rule].name.as_bytes()),
                KeyPart::Observed => put(key, &row.normal_form),
                KeyPart::Peer => put(key, peer),
            }
        }
    }
}

/// A part with its length before it: no two keys of different parts are the same bytes.
pub(super) fn put(key: &mut Vec<u8>, part: &[u8]) {
    key.extend((part.len() as u64).to_le_bytes());
    key.extend(part);
}
