//! Any bytes, taken as a value of every kind: nothing panics, and what looks like a kind has a form of that kind.

#![no_main]

use libfuzzer_sys::fuzz_target;
use vedette_core::kind::Kind;
use vedette_core::normalise::{
    AddressRange, address_of_pair, guess_kind, has_subdomain_wildcard, host_has_www, host_of, is_shared, normalise,
    normalise_mask, pair_of_url, refang, unmapped,
};

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
    if normalise(Kind::Url, value, &mut form).is_ok()
        && let Some(pair) = pair_of_url(host_of(&form), value)
    {
        normalise(Kind::IpPort, &pair, &mut again).expect("the pair of a URL is one");
        assert_eq!(pair, again);
        let kind = if address_of_pair(&pair).contains(&b':') { Kind::Ipv6 } else { Kind::Ipv4 };
        normalise(kind, address_of_pair(&pair), &mut again).expect("a pair has an address");
    }
    if normalise(Kind::Domain, value, &mut form).is_ok() {
        is_shared(&form);
    }
    if normalise(Kind::Cidr, value, &mut form).is_ok()
        && let Some(mapped) = unmapped(&form)
    {
        normalise(Kind::Cidr, &mapped, &mut again).expect("what maps a network is one");
    }
    if let Some(Ok(range)) = AddressRange::parse(value) {
        let mut networks = 0;
        range.for_each_network(|kind, network| {
            networks += 1;
            normalise(kind, network, &mut again).expect("a range is made of networks and addresses");
            assert_eq!(network, again);
        });
        assert!((1..=254).contains(&networks));
    }
    let _ = normalise_mask(value, &mut form);
    let _ = host_has_www(value);
    let _ = has_subdomain_wildcard(value);
    refang(value, &mut form);
    assert!(form.len() <= value.len(), "nothing grows when defanging is undone");
});
