//! Normal forms: the bytes by which feeds, events and lookups compare a value of some kind.
//!
//! Every kind has a file that writes its normal form; the text it takes has no outer blanks and is not defanged.

mod address;
mod domain;
mod email;
mod guess;
mod hash;
mod host;
mod lower_case;
mod mapped;
mod network;
mod pair;
mod path;
mod percent;
mod range;
mod refang;
mod shared;
mod star;
mod suffix;
mod url;
mod word_table;

pub use domain::has_subdomain_wildcard;
pub use guess::{guess_kind, resolve_kind};
pub use hash::kind_of_length as hash_of_length;
pub use host::{WWW, begins_with_www, loose_ipv4};
pub use mapped::unmapped;
pub use pair::{address_of_pair, is_pair};
pub use range::AddressRange;
pub use refang::{may_be_defanged, refang, unbracketed};
pub use shared::is_shared;
pub use suffix::{is_top_level_domain, top_level_domains};
pub use url::{host_has_www, host_of, pair_of_url, written_host};

use crate::kind::Kind;

/// Why a value has no normal form of the kind asked, in words for people.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal(pub String);

impl Refusal {
    fn because<T>(why: impl Into<String>) -> Result<T, Refusal> {
        Err(Refusal(why.into()))
    }
}

/// Write the normal form of `value` into `out`, which is cleared first and is empty after a refusal.
pub fn normalise(kind: Kind, value: &[u8], out: &mut Vec<u8>) -> Result<(), Refusal> {
    out.clear();
    let written = write(kind, trim(value), out);
    if written.is_err() {
        out.clear();
    }
    written
}

/// Whether this value is defanged, so that its normal form says what it was before.
pub fn is_defanged(kind: Kind, value: &[u8]) -> bool {
    if kind == Kind::Url {
        return url::is_defanged_url(value);
    }
    refang::may_be_defanged(value) && refang::refang_noting_first(value, &mut Vec::new()).is_some()
}

/// Write the normal form of a URL mask, a glob with `*` over URLs' normal forms, into `out`, which is cleared first.
///
/// A `*` may open the host and stand anywhere after it. The host must name something, so that its end is known.
pub fn normalise_mask(value: &[u8], out: &mut Vec<u8>) -> Result<(), Refusal> {
    out.clear();
    let written = url::write_mask(trim(value), out);
    if written.is_err() {
        out.clear();
    }
    written
}

fn write(kind: Kind, value: &[u8], out: &mut Vec<u8>) -> Result<(), Refusal> {
    // A URL may rightly hold brackets: its own file tells when it is defanged.
    if kind == Kind::Url {
        return url::write(value, out);
    }
    // Nearly every name is done in one pass, which no defanged one survives.
    if kind == Kind::Domain && domain::write_usual(value, out) {
        return Ok(());
    }
    if !refang::may_be_defanged(value) {
        return write_plain(kind, value, out);
    }
    let mut plain = Vec::with_capacity(value.len());
    refang(value, &mut plain);
    write_plain(kind, trim(&plain), out)
}

fn write_plain(kind: Kind, value: &[u8], out: &mut Vec<u8>) -> Result<(), Refusal> {
    match kind {
        Kind::Ipv4 => address::write_ipv4(value, out),
        Kind::Ipv6 => address::write_ipv6(value, out),
        Kind::Cidr => network::write(value, out),
        Kind::Domain => domain::write(value, out),
        Kind::Url => url::write(value, out),
        Kind::Md5 => hash::write(value, hash::MD5_DIGITS, out),
        Kind::Sha1 => hash::write(value, hash::SHA1_DIGITS, out),
        Kind::Sha256 => hash::write(value, hash::SHA256_DIGITS, out),
        Kind::Sha512 => hash::write(value, hash::SHA512_DIGITS, out),
        Kind::Email => email::write(value, out),
        Kind::IpPort => pair::write(value, out),
    }
}

/// The value without its outer blanks: spaces, tabs and line breaks of ASCII.
fn trim(value: &[u8]) -> &[u8] {
    value.trim_ascii()
}

/// A value as a message may show it: printable, and not the whole of a long one.
fn shown(value: &[u8]) -> String {
    const LONGEST: usize = 80;
    let text = String::from_utf8_lossy(&value[..value.len().min(LONGEST)]).escape_debug().to_string();
    if value.len() > LONGEST { format!("`{text}…`") } else { format!("`{text}`") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_leaves_nothing_behind() {
        let mut out = b"from before".to_vec();

        assert!(normalise(Kind::Email, b"mallory@evil..example", &mut out).is_err());
        assert!(out.is_empty());
    }

    #[test]
    fn a_wildcard_asks_for_the_names_below() {
        for value in ["*.evil.example", " .evil.example", "*[.]evil[.]example"] {
            assert!(has_subdomain_wildcard(value.as_bytes()), "{value}");
        }
        for value in ["evil.example.", "*evil.example", "[.evil.example", ""] {
            assert!(!has_subdomain_wildcard(value.as_bytes()), "{value}");
        }
    }

    #[test]
    fn the_www_that_a_url_loses_is_still_told() {
        for value in ["http://u:p@WWW.evil.example:80/", "hxxp://..www[.]evil[.]example", "www.evil"] {
            assert!(host_has_www(value.as_bytes()), "{value}");
        }
        for value in ["http://evil.example/www.evil", "wwwevil.example", "http://www./", "http://u@www"] {
            assert!(!host_has_www(value.as_bytes()), "{value}");
        }
    }

    #[test]
    fn the_host_of_a_url_is_told_as_it_was_written() {
        for (url, host) in [
            ("http://WWW.evil.example/x", "WWW.evil.example"),
            ("http://u@evil[.]example:80", "evil.example"),
            ("http://0x7f.1/", "0x7f.1"),
            ("http://[2001:DB8::1]:80/", "[2001:DB8::1]:80"),
        ] {
            assert_eq!(written_host(url.as_bytes()), host.as_bytes(), "{url}");
        }
    }

    #[test]
    fn what_is_defanged_is_told_from_what_has_brackets_of_its_own() {
        for (kind, value, expected) in [
            (Kind::Url, "hxxp://evil.example/", true),
            (Kind::Url, "http://evil[.]example/", true),
            (Kind::Url, "http://[2001:db8::1]/", false),
            (Kind::Url, "http://evil.example/[.]", false),
            (Kind::Domain, "evil(dot)example", true),
            (Kind::Domain, "evil.example", false),
            (Kind::Ipv6, "[2001:db8::1]", false),
        ] {
            assert_eq!(is_defanged(kind, value.as_bytes()), expected, "{value}");
        }
    }

    #[test]
    fn a_url_that_names_an_address_and_its_port_names_the_pair() {
        for (url, pair) in [
            ("http://192.0.2.1:8080/x", Some("192.0.2.1:8080")),
            ("http://u:p@0xc0.0.0x2.1:443", Some("192.0.2.1:443")),
            ("http://[2001:DB8::1]:443/", Some("[2001:db8::1]:443")),
            ("hxxp://192[.]0[.]2[.]1[:]80/", Some("192.0.2.1:80")),
            ("http://192.0.2.1/x:80", None),
            ("http://2001:db8::1/", None),
            ("http://[2001:db8::1]/", None),
            ("http://a.example1:80/", None),
        ] {
            let mut form = Vec::new();
            normalise(Kind::Url, url.as_bytes(), &mut form).unwrap();

            assert_eq!(pair_of_url(host_of(&form), url.as_bytes()), pair.map(Into::into), "{url}");
        }
    }

    #[test]
    fn a_long_value_takes_time_in_proportion() {
        let megabyte = 1 << 20;
        let mut out = Vec::new();
        for piece in ["[", "[.", "hxxp:", "/..", "//", "%", "%41", "@", ":", ".", "a.", "é", "www.", "*"] {
            let value = piece.repeat(megabyte / piece.len());
            for kind in Kind::ALL {
                let _ = normalise(kind, value.as_bytes(), &mut out);
            }
            let _ = normalise_mask(value.as_bytes(), &mut out);
            let _ = guess_kind(value.as_bytes());
        }
    }
}
