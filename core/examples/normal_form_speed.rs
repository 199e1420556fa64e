//! Nanoseconds per normal form: `cargo run --release --example normal_form_speed -- KIND < values`, one value a line.

use std::hint::black_box;
use std::io::{Read, stdin};
use std::time::Instant;

use vedette_core::kind::Kind;
use vedette_core::normalise::{guess_kind, is_top_level_domain, normalise};

const ROUNDS: u32 = 50;

fn main() {
    let kind = std::env::args().nth(1).and_then(|word| Kind::parse(&word)).expect("the first argument names a kind");
    let mut text = Vec::new();
    stdin().read_to_end(&mut text).expect("standard input can be read");
    let values: Vec<&[u8]> = text.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()).collect();
    let mut out = Vec::new();
    report("normalise", &values, |value| normalise(kind, value, &mut out).is_ok());
    report("guess_kind", &values, |value| guess_kind(value).is_some());
    report("is_top_level_domain", &values, |value| {
        is_top_level_domain(&value[memchr::memrchr(b'.', value).map_or(0, |dot| dot + 1)..])
    });
}

/// The fastest of the rounds: the others were shared with the rest of the machine.
fn report(what: &str, values: &[&[u8]], mut ask: impl FnMut(&[u8]) -> bool) {
    let mut yes = 0;
    let mut fastest = u128::MAX;
    for _ in 0..ROUNDS {
        let begun = Instant::now();
        yes = values.iter().filter(|value| black_box(ask(black_box(value)))).count();
        fastest = fastest.min(begun.elapsed().as_nanos());
    }
    println!("{what}: {:.1} ns, {yes} of {} yes", fastest as f64 / values.len() as f64, values.len());
}
