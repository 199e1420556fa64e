//! How long a walk over an event's fields takes, and finding its ends: `cargo run --release --example fields_speed --
//! EVENTS`.

use std::hint::black_box;
use std::time::Instant;

use vedette_core::fields::{Csv, ends_of, walk};

fn main() {
    let path = std::env::args().nth(1).expect("a file of events, one a line");
    let text = std::fs::read(&path).expect("the file can be read");
    let events: Vec<&[u8]> = text.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()).collect();
    let bytes: usize = events.iter().map(|event| event.len()).sum();
    let mut fields = 0;
    let walked = nanoseconds(&events, &mut |event| {
        walk(event, Csv::Guessed, &mut |field| fields += black_box(field.place()).len().min(1));
    });
    let ended = nanoseconds(&events, &mut |event| {
        black_box(ends_of(event));
    });
    println!("{path}: {} events of {} bytes", events.len(), bytes / events.len().max(1));
    println!("  walk {walked:.0} ns an event, ends {ended:.0} ns an event, {fields} fields seen");
}

/// The best of many passes: others use this machine too.
fn nanoseconds(events: &[&[u8]], work: &mut dyn FnMut(&[u8])) -> f64 {
    let passes = (0..200).map(|_| {
        let begin = Instant::now();
        events.iter().for_each(|event| work(event));
        begin.elapsed().as_nanos() as f64 / events.len().max(1) as f64
    });
    passes.fold(f64::INFINITY, f64::min)
}
