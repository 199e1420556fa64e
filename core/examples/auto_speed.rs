//! How fast `auto` finds and looks up the observables of a file: `auto_speed EVENTS INDEX [scan|plainly|auto]`.

#[path = "cpu/mod.rs"]
mod cpu;

use std::path::Path;

use vedette_core::index::Index;
use vedette_core::matching::auto::{AutoScratch, KnownSuffixes, Reading, match_text};
use vedette_core::scan::{Candidate, scan};

const BLOCK: usize = 1 << 18;
/// The fastest counts: what else the machine does is not ours.
const ROUNDS: usize = 9;

fn main() {
    let mut arguments = std::env::args().skip(1);
    let events = std::fs::read(arguments.next().expect("a file of events")).expect("a readable file");
    let index = Index::open(Path::new(&arguments.next().expect("an index")), 1, true).expect("an index");
    let only = arguments.next();
    let wanted = |what: &str| only.as_deref().is_none_or(|only| only == what);
    if wanted("scan") {
        let mut candidates = 0_u64;
        let speed =
            fastest(&events, |block| scan(block, &KnownSuffixes::of(None), &mut |_: Candidate| candidates += 1));
        println!("scan alone: {speed:.0} MB/s, {} candidates", candidates / ROUNDS as u64);
    }
    for (name, plainly) in [("plainly", true), ("auto", false)] {
        if wanted(name) {
            let reading = Reading { plainly, ..Reading::default() };
            let (mut scratch, mut entries) = (AutoScratch::default(), 0_u64);
            let speed = fastest(&events, |block| {
                match_text(block, reading, &index, &mut scratch, &mut |known| entries += known.found.len() as u64);
            });
            let passed_over = scratch.passed_over() / ROUNDS as u64;
            println!("{name}: {speed:.0} MB/s, {} entries, {passed_over} ends passed over", entries / ROUNDS as u64);
        }
    }
}

fn fastest(events: &[u8], mut work: impl FnMut(&[u8])) -> f64 {
    let rounds = (0..ROUNDS).map(|_| {
        let begun = cpu::used();
        events.chunks(BLOCK).for_each(&mut work);
        events.len() as f64 / 1e6 / (cpu::used() - begun).as_secs_f64()
    });
    rounds.fold(0.0, f64::max)
}
