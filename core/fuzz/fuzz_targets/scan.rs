//! Any bytes, scanned: nothing panics, no candidate crosses a line break, and all are found wherever the text stands
//! against the scan's chunks.

#![no_main]

use libfuzzer_sys::fuzz_target;
use vedette_core::matching::auto::{AutoScratch, observe_text};

type Seen = (&'static str, usize, usize, Vec<u8>);

fn seen(text: &[u8], offset: usize) -> Vec<Seen> {
    let mut all = Vec::new();
    observe_text(text, None, &mut AutoScratch::default(), &mut |one| {
        let value = &text[one.start..one.end];
        assert!(!value.is_empty() && !value.contains(&b'\n') && !value.contains(&b'\r'));
        let normal_form = one.normal_form.map_or_else(|refusal| refusal.0.clone().into_bytes(), <[u8]>::to_vec);
        all.push((one.kind.name(), one.start - offset, one.end - offset, normal_form));
    });
    assert!(all.is_sorted_by_key(|(_, start, _, _)| *start));
    all
}

fuzz_target!(|text: &[u8]| {
    let shift = text.first().map_or(0, |byte| usize::from(*byte) % 128);
    let shifted = [&b" ".repeat(shift), text].concat();

    assert_eq!(seen(text, 0), seen(&shifted, shift));
});
