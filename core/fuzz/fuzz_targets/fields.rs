//! Any bytes, walked as an event: nothing panics, every field lies within the event and within the bounds, and a value is
//! never longer than its place; ends are addresses within the event, and what a path selects exists.

#![no_main]

use libfuzzer_sys::fuzz_target;
use vedette_core::fields::{Csv, EndNames, FIELDS, Format, PATH_BYTES, Selector, Span, ends_of, name_fields, walk};

fuzz_target!(|event: &[u8]| {
    for csv in [Csv::Guessed, Csv::Asked] {
        let (mut count, mut undone) = (0, Vec::new());
        walk(event, csv, &mut |field| {
            count += 1;
            let place = field.place();
            assert!(place.start <= place.end && place.end <= event.len());
            assert!(field.value(&mut undone).len() <= place.len());
            assert!(field.path.shown().len() <= PATH_BYTES + "…".len());
            field.label();
        });
        assert!(count <= FIELDS);
    }
    let ends = ends_of(event);
    for place in [&ends.near, &ends.far].into_iter().flatten() {
        let text = std::str::from_utf8(&event[place.clone()]).unwrap_or("");
        assert!(text.parse::<std::net::IpAddr>().is_ok() || event[place.clone()].iter().any(|byte| b"\\&\"".contains(byte)));
    }
    let mut spans = [Span::new(0, event.len()), Span::new(event.len() / 2, event.len() / 2)];
    assert_eq!(name_fields(event, &EndNames::built_in(), Csv::Guessed, &mut spans), ends);
    if let Ok(path) = std::str::from_utf8(event) {
        for format in Format::ALL {
            let _ = Selector::new(format, path);
        }
    }
});
