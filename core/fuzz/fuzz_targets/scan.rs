//! Any bytes, scanned: nothing panics, no candidate crosses a line break, and all are found wherever the text stands
//! against the scan's chunks.

#![no_main]

use libfuzzer_sys::fuzz_target;
use vedette_core::matching::auto::{AutoScratch, Reading, observe_text};

type Seen = (&'static str, usize, usize, Vec<u8>, String);

fn seen(text: &[u8], offset: usize) -> Vec<Seen> {
    let mut all = Vec::new();
    for one in observe_text(text, Reading::default(), None, &mut AutoScratch::default()) {
        let value = &text[one.start..one.end];
        assert!(!value.is_empty() && !value.contains(&b'\n') && !value.contains(&b'\r'));
        let normal_form = one.normal_form.unwrap_or_else(|refusal| refusal.0.into_bytes());
        let how = one.obfuscation.to_string();
        all.push((one.kind.name(), one.start - offset, one.end - offset, normal_form, how));
    }
    assert!(all.is_sorted_by_key(|(_, start, ..)| *start));
    all
}

fuzz_target!(|text: &[u8]| {
    let shift = text.first().map_or(0, |byte| usize::from(*byte) % 128);
    let shifted = [&b" ".repeat(shift), text].concat();

    assert_eq!(seen(text, 0), seen(&shifted, shift));
});
