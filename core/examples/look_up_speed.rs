//! How long one look-up takes, by kind: `look_up_speed INDICATORS.csv EVENTS INDEX [ASKED.tsv]`, the CSV with type, value,
//! feed; what was asked is written into the fourth.
//!
//! Hits are indicators of the CSV, misses are values that stand in the events and that no entry knows; each value once,
//! in random order. What is printed is the median over batches of look-ups: of a second pass, when the caches hold what
//! they can of the index, and with other memory read before each batch, several times the second cache's size; each time
//! for look-ups one after the other, and for a batch together, as the matcher does them: those that no entry can know are
//! sifted out, and what the others read is fetched for all of them first; both are in the time.

use std::collections::{BTreeMap, HashSet};
use std::fs::File;
use std::hint::black_box;
use std::io::{BufWriter, Write};
use std::path::Path;
use std::time::Instant;

use vedette_core::index::{Fetching, Index};
use vedette_core::kind::Kind;
use vedette_core::matching::Sieve;
use vedette_core::matching::auto::{AutoScratch, Reading, observe_text};
use vedette_core::normalise::{normalise, resolve_kind};

const BATCH: usize = 32;
const MOST: usize = 200_000;
/// Between the sizes of the second and the third cache of a server.
const OTHER_MEMORY: usize = 2 << 20;

type Values = BTreeMap<&'static str, (Kind, Vec<Vec<u8>>)>;

/// Draws by a linear congruence: the same at every run.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((u128::from(self.0) * limit as u128) >> 64) as usize
    }

    fn shuffle<T>(&mut self, values: &mut [T]) {
        for last in (1..values.len()).rev() {
            values.swap(last, self.below(last + 1));
        }
    }
}

fn main() {
    let mut arguments = std::env::args().skip(1);
    let mut next = |what: &str| arguments.next().unwrap_or_else(|| panic!("which {what}?"));
    let indicators = std::fs::read_to_string(next("indicators")).expect("a readable file");
    let events = std::fs::read(next("events")).expect("a readable file");
    let index = Index::open(Path::new(&next("index")), 1, true).expect("an index");
    let mut asked = arguments.next().map(|path| File::create(path).expect("a writable file"));
    println!("nanoseconds, the median");
    println!("{:>8} {:>8} {:>8} {:>8} {:>8} {:>8}", "values", "known", "one", "together", "one cold", "together cold");
    report("hit", &index, indicator_values(&indicators), &mut asked);
    report("miss", &index, event_values(&events, &index), &mut asked);
}

/// Up to `MOST` indicators of each kind, spread over the file.
fn indicator_values(text: &str) -> Values {
    let mut values = Values::new();
    for line in text.lines().skip(1) {
        let Some((word, value)) = line.split_once(',').and_then(|(word, rest)| Some((word, rest.rsplit_once(',')?.0)))
        else {
            continue;
        };
        let value = value.trim_matches('"').as_bytes();
        let Ok(kind) = Kind::parse(word).map_or_else(|| resolve_kind(word, value), Ok) else { continue };
        let mut normal_form = Vec::new();
        if normalise(kind, value, &mut normal_form).is_ok() {
            values.entry(kind.name()).or_insert((kind, Vec::new())).1.push(normal_form);
        }
    }
    values
}

/// The values of each kind that stand in the events and that no entry knows.
fn event_values(events: &[u8], index: &Index) -> Values {
    let mut seen = HashSet::new();
    let mut values = Values::new();
    let mut scratch = AutoScratch::default();
    let plainly = Reading { plainly: true, ..Reading::default() };
    for observable in
        events.split(|byte| *byte == b'\n').flat_map(|line| observe_text(line, plainly, Some(index), &mut scratch))
    {
        if let Ok(normal_form) = observable.normal_form
            && observable.found.is_empty()
            && seen.insert((observable.kind.name(), normal_form.clone()))
        {
            let (_, of_kind) = values.entry(observable.kind.name()).or_insert((observable.kind, Vec::new()));
            of_kind.push(normal_form);
        }
    }
    values
}

/// A line for each value: hit or miss, its kind, its normal form.
fn write_values(what: &str, kind: &str, values: &[Vec<u8>], to: &mut File) -> std::io::Result<()> {
    let mut to = BufWriter::new(to);
    for value in values {
        to.write_all(&[what.as_bytes(), b"\t", kind.as_bytes(), b"\t", value, b"\n"].concat())?;
    }
    to.flush()
}

fn report(what: &str, index: &Index, values: Values, asked: &mut Option<File>) {
    let mut random = Random(7);
    let other: Vec<u64> = vec![1; OTHER_MEMORY / 8];
    for (name, (kind, mut values)) in values {
        random.shuffle(&mut values);
        values.truncate(MOST);
        if let Some(asked) = asked {
            write_values(what, name, &values, asked).expect("room on the disk");
        }
        let (_, known) = median(index, kind, &values, &[], false);
        let taken = [(&[][..], false), (&[], true), (&other, false), (&other, true)]
            .map(|(other, together)| format!("{:>8.0}", median(index, kind, &values, other, together).0));
        println!("{:>8} {known:>8} {}   {what} of {name}", values.len(), taken.join(" "));
    }
}

/// The median of nanoseconds for one look-up, and how many values were known.
fn median(index: &Index, kind: Kind, values: &[Vec<u8>], other: &[u64], together: bool) -> (f64, usize) {
    let (mut found, mut known, mut taken) = (Vec::new(), 0, Vec::new());
    let (mut sieve, mut fetching, mut kept) = (Sieve::default(), Fetching::default(), Vec::new());
    for batch in values.chunks(BATCH) {
        black_box(other.iter().sum::<u64>());
        // The values themselves are at hand, as they are when an event was just read.
        black_box(batch.iter().map(|value| value.iter().map(|byte| u64::from(*byte)).sum::<u64>()).sum::<u64>());
        let started = Instant::now();
        kept.clear();
        if together {
            let is_worth_it = sieve.sift(index, batch.iter().map(|value| (kind, value.as_slice())));
            kept.extend(batch.iter().zip(is_worth_it).filter(|(_, is_kept)| **is_kept).map(|(value, _)| value));
            fetching.fetch(index, kept.iter().map(|value| (kind, value.as_slice())));
        } else {
            kept.extend(batch);
        }
        for value in &kept {
            found.clear();
            index.look_up(kind, black_box(value), &mut found);
            known += usize::from(!found.is_empty());
        }
        taken.push(started.elapsed().as_nanos() as f64 / batch.len() as f64);
    }
    taken.sort_by(f64::total_cmp);
    (taken.get(taken.len() / 2).copied().unwrap_or_default(), known)
}
