//! What words mean, remembered, so that nobody is asked twice.

use std::collections::HashMap;

use super::columns::{Fault, Words};
use super::times::plain_time;
use crate::index::RowKind;

/// More meanings than this of one sort are not kept: a hostile feed makes up words without end.
const MOST: usize = 200_000;

type Meanings<T> = HashMap<Box<[u8]>, T>;

/// What each word meant.
#[derive(Default)]
pub struct Remembered {
    kinds: Meanings<Result<RowKind, String>>,
    facts: Meanings<Result<u64, String>>,
    times: Meanings<Option<i64>>,
}

impl Remembered {
    /// Take in what a thread learned, and ask for the facts that it did not know; they come in the order of its
    /// questions.
    pub fn learn(&mut self, learned: Learned, words: &dyn Words) -> Result<Vec<Result<u64, String>>, Fault> {
        extend(&mut self.kinds, learned.kinds);
        extend(&mut self.times, learned.times);
        let mut all = Vec::with_capacity(learned.questions.len());
        for (column, cells) in learned.questions {
            let key = key_of(column, cells.iter().map(String::as_str));
            let facts = match self.facts.get(&key[..]) {
                Some(facts) => facts.clone(),
                None => words.facts(column, &cells.iter().map(String::as_str).collect::<Vec<_>>())?,
            };
            if self.facts.len() < MOST {
                self.facts.insert(key.into(), facts.clone());
            }
            all.push(facts);
        }
        Ok(all)
    }
}

/// What a thread learned, and what it asks.
#[derive(Default)]
pub struct Learned {
    kinds: Meanings<Result<RowKind, String>>,
    times: Meanings<Option<i64>>,
    /// Columns and cells of which the facts are not known.
    questions: Vec<(usize, Vec<String>)>,
}

/// The facts that the first question will get; that of the next is one more. No builder counts so far.
const FIRST_QUESTION: u64 = 1 << 63;

/// The facts for a number that `Asking::facts` gave, once its questions have these answers.
pub fn settled(number: u64, answers: &[Result<u64, String>]) -> Result<u64, String> {
    match number.checked_sub(FIRST_QUESTION) {
        Some(question) => answers[question as usize].clone(),
        None => Ok(number),
    }
}

fn key_of<'a>(column: usize, cells: impl Iterator<Item = &'a str>) -> Vec<u8> {
    let mut key = Vec::new();
    put_key(column, cells, &mut key);
    key
}

fn put_key<'a>(column: usize, cells: impl Iterator<Item = &'a str>, key: &mut Vec<u8>) {
    key.extend_from_slice(&(column as u32).to_le_bytes());
    for cell in cells {
        key.extend_from_slice(&(cell.len() as u32).to_le_bytes());
        key.extend_from_slice(cell.as_bytes());
    }
}

fn extend<T>(all: &mut Meanings<T>, learned: Meanings<T>) {
    let room = MOST.saturating_sub(all.len());
    all.extend(learned.into_iter().take(room));
}

/// Tells meanings on one thread: those remembered by all, then those learned here, then by asking.
///
/// Facts alone are not asked for here: they are numbered in the order of the questions, which must not hang on threads.
pub struct Asking<'a> {
    words: &'a dyn Words,
    known: &'a Remembered,
    pub learned: Learned,
    asked: Meanings<u64>,
    key: Vec<u8>,
    last_facts: Option<(Vec<u8>, u64)>,
    last_kind: Option<(Vec<u8>, RowKind)>,
}

impl<'a> Asking<'a> {
    pub fn new(words: &'a dyn Words, known: &'a Remembered) -> Asking<'a> {
        let (learned, asked) = (Learned::default(), Meanings::new());
        Asking { words, known, learned, asked, key: Vec::new(), last_facts: None, last_kind: None }
    }

    pub fn kind(&mut self, word: &str) -> Result<Result<RowKind, String>, Fault> {
        // Rows of a kind mostly follow one another, too.
        if let Some((last, kind)) = &self.last_kind
            && last == word.as_bytes()
        {
            return Ok(Ok(*kind));
        }
        let ask = || self.words.kind(word);
        let told = told(&self.known.kinds, &mut self.learned.kinds, word.as_bytes(), ask)?;
        if let Ok(kind) = told {
            self.last_kind = Some((word.as_bytes().to_vec(), kind));
        }
        Ok(told)
    }

    pub fn time(&mut self, text: &str) -> Result<Option<i64>, Fault> {
        if let Some(time) = plain_time(text.as_bytes()) {
            return Ok(Some(time));
        }
        told(&self.known.times, &mut self.learned.times, text.as_bytes(), || self.words.time(text))
    }

    /// The facts that these cells say of the value column of this number, to be settled by `settled`.
    pub fn facts(&mut self, column: usize, cells: &[&str]) -> Result<u64, String> {
        self.key.clear();
        put_key(column, cells.iter().copied(), &mut self.key);
        // Rows with the same facts mostly follow one another.
        if let Some((key, number)) = &self.last_facts
            && *key == self.key
        {
            return Ok(*number);
        }
        let number = match self.known.facts.get(&self.key[..]) {
            Some(known) => known.clone()?,
            None => self.question(column, cells),
        };
        self.last_facts = Some((self.key.clone(), number));
        Ok(number)
    }

    fn question(&mut self, column: usize, cells: &[&str]) -> u64 {
        if let Some(number) = self.asked.get(&self.key[..]) {
            return *number;
        }
        let number = FIRST_QUESTION + self.learned.questions.len() as u64;
        self.learned.questions.push((column, cells.iter().map(|cell| (*cell).to_owned()).collect()));
        self.asked.insert(self.key[..].into(), number);
        number
    }
}

fn told<T: Clone>(
    known: &Meanings<T>,
    learned: &mut Meanings<T>,
    key: &[u8],
    ask: impl FnOnce() -> Result<T, Fault>,
) -> Result<T, Fault> {
    if let Some(meaning) = known.get(key).or_else(|| learned.get(key)) {
        return Ok(meaning.clone());
    }
    let meaning = ask()?;
    if learned.len() < MOST {
        learned.insert(key.into(), meaning.clone());
    }
    Ok(meaning)
}
