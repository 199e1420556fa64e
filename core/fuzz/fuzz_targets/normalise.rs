//! Any bytes, taken as a value of every kind: nothing panics, and what looks like a kind has a form of that kind.

#![no_main]

use libfuzzer_sys::fuzz_target;
use vedette_core::kind::Kind;
use vedette_core::normalise::{guess_kind, has_subdomain_wildcard, host_has_www, normalise, normalise_mask, refang};

fuzz_target!(|value: &[u8]| {
    let mut form = Vec::new();
    let mut again = Vec::new();
    for kind in Kind::ALL {
        let refused = normalise(kind, value, &mut form).is_err();
        assert_eq!(refused, form.is_empty(), "{kind:?} has a form or a refusal");
        if !refused && kind != Kind::Url {
            normalise(kind, &form, &mut again).expect("a normal form has a normal form");
            assert_eq!(form, again, "{kind:?} is its own normal form");
        }
    }
    if let Some(kind) = guess_kind(value) {
        normalise(kind, value, &mut form).expect("what looks like a kind has a form of it");
    }
    let _ = normalise_mask(value, &mut form);
    let _ = host_has_www(value);
    let _ = has_subdomain_wildcard(value);
    refang(value, &mut form);
    assert!(form.len() <= value.len(), "nothing grows when defanging is undone");
});
