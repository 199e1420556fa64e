//! By which variant of an observable an entry was reached: itself, its host, a parent domain, a network around it.

use crate::index::EntryView;
use crate::kind::{Kind, Scope};
use crate::normalise::host_of;

/// The variant of an observable of this kind and normal form that leads to an entry.
pub fn variant_of(observed: Kind, normal_form: &[u8], entry: &EntryView<'_>) -> &'static str {
    let key = entry.normal_form();
    match (observed, entry.kind()) {
        (Kind::Cidr, Kind::Cidr) if key == normal_form => "itself",
        (_, Kind::Cidr) => "network",
        (Kind::Url, Kind::Url) => variant_of_url(normal_form, key, entry.scope()),
        (Kind::Url, Kind::Domain) => variant_of_host(host_of(normal_form), key),
        (Kind::Email, Kind::Domain) => {
            let at = memchr::memrchr(b'@', normal_form).map_or(0, |at| at + 1);
            variant_of_host(&normal_form[at..], key)
        }
        (Kind::Domain, Kind::Domain) if key != normal_form => "parent domain",
        // Some pairs are known by their address alone; an IPv6 address may map an IPv4 one.
        (Kind::Ipv4 | Kind::Ipv6, Kind::IpPort | Kind::Ipv4) => "itself",
        (observed, kind) if observed != kind || (kind == Kind::IpPort && key != normal_form) => "host",
        _ => "itself",
    }
}

fn variant_of_url(url: &[u8], key: &[u8], scope: Scope) -> &'static str {
    let path_end = memchr::memchr(b'?', url).unwrap_or(url.len());
    match scope {
        Scope::Mask => "mask",
        _ if key.len() == url.len() => "itself",
        _ if key.len() >= path_end => "without query",
        _ => "path prefix",
    }
}

/// A host in a URL has lost its `www.`, which the entry may have.
fn variant_of_host(host: &[u8], key: &[u8]) -> &'static str {
    if key.len() >= host.len() { "host" } else { "parent domain" }
}
