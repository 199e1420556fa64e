//! What was asked about an observable, in words for people: each key put to the index, and what answered to it.

use std::net::IpAddr;

use crate::index::{Found, Index};
use crate::kind::Kind;
use crate::normalise::{address_of_pair, host_has_www, host_of, pair_of_url, unmapped};

/// One key put to the index.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Question {
    /// The kind asked for.
    pub kind: Kind,
    /// The key.
    pub key: Vec<u8>,
    /// The entries under this key that know the observable.
    pub found: Vec<Found>,
}

/// The keys by which a look-up of this observable goes, and under each the entries that it found.
///
/// `found` is the look-up's own answer; entries reached by a network, a prefix or a mask come under their own keys.
pub fn questions(index: &Index, kind: Kind, value: &[u8], normal_form: &[u8], found: &[Found]) -> Vec<Question> {
    let mut questions = keys(index, kind, value, normal_form);
    for one in found {
        let Ok(entry) = index.entry(one.entry) else { continue };
        let (kind, key) = (entry.kind(), entry.normal_form());
        match questions.iter_mut().find(|question| question.kind == kind && question.key == key) {
            Some(question) => question.found.push(*one),
            None => questions.push(Question { kind, key: key.to_vec(), found: vec![*one] }),
        }
    }
    questions
}

fn keys(index: &Index, kind: Kind, value: &[u8], normal_form: &[u8]) -> Vec<Question> {
    let mut keys = vec![question(kind, normal_form)];
    match kind {
        Kind::Domain => add_parents(&mut keys, normal_form),
        Kind::Email => {
            let at = memchr::memrchr(b'@', normal_form).map_or(0, |at| at + 1);
            add_domain(&mut keys, &normal_form[at..]);
        }
        Kind::Ipv6 | Kind::Cidr => keys.extend(unmapped(normal_form).map(|form| question(mapped(kind), &form))),
        Kind::IpPort => add_host(&mut keys, address_of_pair(normal_form), false),
        Kind::Url => {
            let shorter = index.prefixes_of(normal_form).filter(|prefix| prefix.len() < normal_form.len());
            keys.extend(shorter.map(|prefix| question(Kind::Url, prefix)));
            keys.extend(pair_of_url(host_of(normal_form), value).map(|pair| question(Kind::IpPort, &pair)));
            add_host(&mut keys, host_of(normal_form), host_has_www(value));
        }
        _ => {}
    }
    keys
}

fn add_host(keys: &mut Vec<Question>, host: &[u8], had_www: bool) {
    let plain = host.strip_prefix(b"[").and_then(|inside| inside.strip_suffix(b"]")).unwrap_or(host);
    match std::str::from_utf8(plain).ok().and_then(|text| text.parse().ok()) {
        Some(IpAddr::V4(_)) => keys.push(question(Kind::Ipv4, plain)),
        Some(IpAddr::V6(_)) => {
            keys.push(question(Kind::Ipv6, plain));
            keys.extend(unmapped(plain).map(|form| question(Kind::Ipv4, &form)));
        }
        None => {
            if had_www {
                keys.push(question(Kind::Domain, &[b"www.", host].concat()));
            }
            add_domain(keys, host);
        }
    }
}

/// The kind of the IPv4 address or network that one of IPv6 maps.
fn mapped(kind: Kind) -> Kind {
    if kind == Kind::Ipv6 { Kind::Ipv4 } else { kind }
}

fn add_domain(keys: &mut Vec<Question>, domain: &[u8]) {
    keys.push(question(Kind::Domain, domain));
    add_parents(keys, domain);
}

fn add_parents(keys: &mut Vec<Question>, domain: &[u8]) {
    let parents = memchr::memchr_iter(b'.', domain).map(|dot| question(Kind::Domain, &domain[dot + 1..]));
    keys.extend(parents);
}

fn question(kind: Kind, key: &[u8]) -> Question {
    Question { kind, key: key.to_vec(), found: Vec::new() }
}
