//! Facts: what many entries share — feed, category, confidence, tags, TLP — held once and named by a number.

use std::collections::HashMap;

use super::cursor::{Cursor, Damage, put_counted, put_varint};

/// What a feed says alike of many indicators.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Facts {
    /// The feed's name.
    pub feed: String,
    /// The feed's word for what the indicator is.
    pub category: String,
    /// How sure the feed is, 0 to 100.
    pub confidence: u8,
    /// The feed's tags.
    pub tags: Vec<String>,
    /// The traffic light protocol's colour; empty where the feed gave none.
    pub tlp: String,
}

/// Facts as they gather, each with its number.
#[derive(Default)]
pub struct FactsWriter {
    numbers: HashMap<Facts, u64>,
    facts: Vec<Numbered>,
    words: HashMap<(String, String), u64>,
    feed_numbers: HashMap<String, usize>,
    feeds: Vec<String>,
}

struct Numbered {
    facts: Facts,
    feed: usize,
    word: u64,
}

impl FactsWriter {
    pub fn number(&mut self, facts: Facts) -> u64 {
        if let Some(number) = self.numbers.get(&facts) {
            return *number;
        }
        let number = self.facts.len() as u64;
        let next_word = self.words.len() as u64;
        let word = *self.words.entry((facts.feed.clone(), facts.category.clone())).or_insert(next_word);
        let feed = *self.feed_numbers.entry(facts.feed.clone()).or_insert(self.feeds.len());
        if feed == self.feeds.len() {
            self.feeds.push(facts.feed.clone());
        }
        self.facts.push(Numbered { facts: facts.clone(), feed, word });
        self.numbers.insert(facts, number);
        number
    }

    pub fn knows(&self, number: u64) -> bool {
        number < self.facts.len() as u64
    }

    /// A number for the feed and category alone: entries that differ in nothing else are one.
    pub fn word(&self, number: u64) -> Option<u64> {
        self.facts.get(number as usize).map(|numbered| numbered.word)
    }

    /// How many feeds there are.
    pub fn feeds(&self) -> usize {
        self.feeds.len()
    }

    /// The number of these facts' feed.
    pub fn feed(&self, number: u64) -> Option<usize> {
        self.facts.get(number as usize).map(|numbered| numbered.feed)
    }

    /// Write all; `entries` are those of each feed.
    pub fn put(&self, entries: &[u64], out: &mut Vec<u8>) {
        put_varint(out, self.feeds.len() as u64);
        for (name, entries) in self.feeds.iter().zip(entries) {
            put_counted(out, name.as_bytes());
            put_varint(out, *entries);
        }
        put_varint(out, self.facts.len() as u64);
        for Numbered { facts, feed, .. } in &self.facts {
            put_varint(out, *feed as u64);
            put_counted(out, facts.category.as_bytes());
            out.push(facts.confidence);
            put_varint(out, facts.tags.len() as u64);
            facts.tags.iter().for_each(|tag| put_counted(out, tag.as_bytes()));
            put_counted(out, facts.tlp.as_bytes());
        }
    }
}

/// The facts of a file: all of them by number, and entries per feed.
#[derive(Default)]
pub struct FactsRead {
    pub facts: Vec<Facts>,
    pub feeds: Vec<(String, u64)>,
}

impl FactsRead {
    pub fn read(section: &[u8]) -> Result<FactsRead, Damage> {
        let mut cursor = Cursor::new(section);
        let mut read = FactsRead::default();
        for _ in 0..cursor.varint()? {
            read.feeds.push((cursor.text()?.to_owned(), cursor.varint()?));
        }
        for _ in 0..cursor.varint()? {
            let facts = read.one(&mut cursor)?;
            read.facts.push(facts);
        }
        Ok(read)
    }

    fn one(&self, cursor: &mut Cursor) -> Result<Facts, Damage> {
        let feed = usize::try_from(cursor.varint()?).ok().and_then(|feed| self.feeds.get(feed));
        let feed = feed.ok_or(Damage("facts name a feed that is not there"))?.0.clone();
        let category = cursor.text()?.to_owned();
        let confidence = cursor.u8()?;
        let mut tags = Vec::new();
        for _ in 0..cursor.varint()? {
            tags.push(cursor.text()?.to_owned());
        }
        Ok(Facts { feed, category, confidence, tags, tlp: cursor.text()?.to_owned() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn facts(feed: &str, confidence: u8) -> Facts {
        Facts { feed: feed.into(), category: "c2".into(), confidence, tags: vec!["a".into()], tlp: String::new() }
    }

    #[test]
    fn equal_facts_have_one_number_and_come_back() {
        let mut writer = FactsWriter::default();
        let (first, second) = (writer.number(facts("one", 1)), writer.number(facts("two", 2)));

        let mut out = Vec::new();
        writer.put(&[0, 1], &mut out);
        let read = FactsRead::read(&out).unwrap();

        assert_eq!(writer.number(facts("one", 1)), first);
        assert_eq!(writer.feed(second), Some(1));
        assert_eq!(read.facts, [facts("one", 1), facts("two", 2)]);
        assert_eq!(read.feeds, [("one".to_owned(), 0), ("two".to_owned(), 1)]);
    }

    #[test]
    fn another_confidence_is_other_facts_but_the_same_word() {
        let mut writer = FactsWriter::default();
        let (low, high) = (writer.number(facts("one", 1)), writer.number(facts("one", 99)));

        assert_ne!(low, high);
        assert_eq!(writer.word(low), writer.word(high));
    }
}
