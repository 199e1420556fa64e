//! How fast an index is built, opened and asked: `index_speed INDICATORS.csv`, with the columns type, value, feed.

#[path = "cpu/mod.rs"]
mod cpu;

use std::hint::black_box;
use std::path::Path;
use std::time::Duration;

use vedette_core::index::{Facts, Index, IndexBuilder, Row, RowKind, RowScope};
use vedette_core::kind::Kind;
use vedette_core::normalise::normalise;

const ASKED: usize = 200_000;
/// The fastest counts: what else the machine does is not ours, and the pages are in memory from the second on.
const ROUNDS: usize = 9;

fn rows<'a>(text: &'a str, builder: &mut IndexBuilder) -> Vec<Row<'a>> {
    let lines = text.lines().skip(1).filter_map(|line| {
        let (kind, rest) = line.split_once(',')?;
        let (value, feed) = rest.rsplit_once(',')?;
        let (category, tags, tlp) = ("c2".to_owned(), Vec::new(), String::new());
        let facts = builder.facts(Facts { feed: feed.to_owned(), category, confidence: 50, tags, tlp });
        let value = value.trim_matches('"').as_bytes();
        let (first_seen, last_seen, valid_until) = (None, None, None);
        let kind = RowKind::parse(Some(kind))?;
        Some(Row { kind, value, scope: RowScope::Unsaid, facts, first_seen, last_seen, valid_until, context: b"" })
    });
    lines.collect()
}

fn per_question(taken: Duration, questions: usize) -> String {
    format!("{:.0} ns", taken.as_nanos() as f64 / questions as f64)
}

fn ask(index: &Index, name: &str, questions: &[(Kind, Vec<u8>)]) {
    let mut found = Vec::new();
    let (mut fastest, mut answers) = (Duration::MAX, 0);
    for _ in 0..ROUNDS {
        answers = 0;
        let started = cpu::used();
        for (kind, normal_form) in questions {
            found.clear();
            index.look_up(*kind, black_box(normal_form), &mut found);
            answers += found.len();
        }
        fastest = fastest.min(cpu::used() - started);
    }
    println!("{name:24} {:>8}  ({} asked, {answers} answers)", per_question(fastest, questions.len()), questions.len());
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let path = std::env::args().nth(1).ok_or("which file of indicators?")?;
    let text = std::fs::read_to_string(path)?;
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("index.vdx");
    let mut builder = IndexBuilder::new(&path, 1 << 28)?;
    let rows = rows(&text, &mut builder);

    let started = cpu::used();
    let refused = builder.add(&rows)?.len();
    let added = cpu::used() - started;
    builder.finish()?;
    let built = cpu::used() - started;
    println!("{} rows, {refused} refused: add {added:.2?}, all {built:.2?}", rows.len());
    println!("{:.0} rows a second", rows.len() as f64 / built.as_secs_f64());

    report(&path)?;
    for kind in Kind::ALL {
        ask_kind(&Index::open(&path, 1, false)?, kind, &rows);
    }
    Ok(())
}

fn report(path: &Path) -> Result<(), Box<dyn std::error::Error>> {
    for verify in [true, false] {
        let started = cpu::used();
        black_box(Index::open(path, 1, verify)?);
        println!("open, verify {verify}: {:.2?}", cpu::used() - started);
    }
    Index::open(path, 1, false)?.stats().iter().for_each(|(name, number)| println!("{name:24} {number}"));
    Ok(())
}

/// Ask what is there, and the same with its first byte doubled, which is not.
fn ask_kind(index: &Index, kind: Kind, rows: &[Row]) {
    let mut hits = Vec::new();
    let step = (rows.len() / (4 * ASKED)).max(1);
    for row in rows.iter().step_by(step) {
        let mut normal_form = Vec::new();
        let is_kind = match row.kind {
            RowKind::Is(of_row) => of_row == kind,
            _ => kind == Kind::Ipv4,
        };
        if is_kind && hits.len() < ASKED && normalise(kind, row.value, &mut normal_form).is_ok() {
            hits.push((kind, normal_form));
        }
    }
    // Not in the order in which they were built.
    hits.sort_by_cached_key(|(_, normal_form)| normal_form.iter().rev().copied().collect::<Vec<u8>>());
    let step = 7919 % hits.len().max(1);
    let shuffled: Vec<_> = (0..hits.len()).map(|n| hits[n * step.max(1) % hits.len()].clone()).collect();
    let misses: Vec<_> = shuffled.iter().map(|(kind, normal_form)| (*kind, missing(*kind, normal_form))).collect();
    if !shuffled.is_empty() {
        ask(index, &format!("{} that is there", kind.name()), &shuffled);
        ask(index, &format!("{} that is not", kind.name()), &misses);
    }
}

fn missing(kind: Kind, normal_form: &[u8]) -> Vec<u8> {
    let mut other = normal_form.to_vec();
    match kind {
        Kind::Ipv4 => other = other.iter().map(|byte| if *byte == b'1' { b'2' } else { *byte }).collect(),
        Kind::Domain | Kind::Email => other.extend_from_slice(b"q"),
        Kind::Url => other.insert(0, b'q'),
        Kind::Ipv6 | Kind::Cidr => {}
        _ => other[0] = if other[0] == b'0' { b'1' } else { b'0' },
    }
    other
}
