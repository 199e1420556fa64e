//! URL masks: what a mask matches, and the key by which the masks that may match a URL are found.
//!
//! A mask is a glob over URLs' normal forms in which `*` stands for any run of bytes. A `*` in the host stays in the
//! host where the mask has a path or a query. A mask that is a host alone (`*.a.example`) reaches every URL on it; one that is a
//! host and goes on with a `*` (`a.example*`) is held against the whole URL.

use memchr::memmem;

use super::keys::KeyKind;
use crate::normalise::host_of;

/// Longer ends of hosts are not keys: no name is longer.
pub const LONGEST_HOST: usize = 255;

/// The key under which a mask is kept, and the bytes of that key.
pub fn anchor(mask: &[u8]) -> (KeyKind, &[u8]) {
    let host = host_of(mask);
    let Some(last_star) = memchr::memrchr(b'*', host) else { return (KeyKind::MaskHost, host) };
    let tail = &host[last_star + 1..];
    match memchr::memchr(b'.', tail).map(|dot| &tail[dot + 1..]) {
        Some(suffix) if !suffix.is_empty() && suffix.len() <= LONGEST_HOST => (KeyKind::MaskSuffix, suffix),
        _ => (KeyKind::MaskFloating, mask),
    }
}

/// The name of which a mask reaches every subdomain, whatever the path: `a.example` of `*.a.example/*`.
pub fn every_site_below(mask: &[u8]) -> Option<&[u8]> {
    let host = host_of(mask);
    let name = host.strip_prefix(b"*")?;
    let any_path = mask[host.len()..].iter().all(|byte| matches!(byte, b'/' | b'?' | b'*'));
    any_path.then_some(name.strip_prefix(b".").unwrap_or(name))
}

/// Whether this mask matches this URL's normal form.
pub fn matches(mask: &[u8], url: &[u8]) -> bool {
    let (mask_host, url_host) = (host_of(mask), host_of(url));
    let mask_rest = &mask[mask_host.len()..];
    if !mask_rest.is_empty() {
        return glob(mask_host, url_host) && glob(mask_rest, &url[url_host.len()..]);
    }
    glob(mask_host, if mask_host.ends_with(b"*") { url } else { url_host })
}

/// Whether the pattern, in which `*` is any run of bytes, is the whole text. Linear: each literal takes the first place
/// where it stands, which is never worse than a later one.
fn glob(pattern: &[u8], text: &[u8]) -> bool {
    let mut literals = pattern.split(|byte| *byte == b'*');
    let first = literals.next().unwrap_or_default();
    let Some(mut rest) = text.strip_prefix(first) else { return false };
    let Some(last) = literals.next_back() else { return rest.is_empty() };
    for literal in literals {
        match memmem::find(rest, literal) {
            Some(at) => rest = &rest[at + literal.len()..],
            None => return false,
        }
    }
    rest.ends_with(last)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mask_is_kept_by_its_host_its_hosts_end_or_not_at_all() {
        for (mask, kind, key) in [
            ("a.example/path/*", KeyKind::MaskHost, "a.example"),
            ("a.example/*", KeyKind::MaskHost, "a.example"),
            ("a.example?q=*", KeyKind::MaskHost, "a.example"),
            ("*.a.example/path", KeyKind::MaskSuffix, "a.example"),
            ("*.a.example", KeyKind::MaskSuffix, "a.example"),
            ("*a.example/x", KeyKind::MaskSuffix, "example"),
            ("b*.a.example/x", KeyKind::MaskSuffix, "a.example"),
            ("*/gate.php", KeyKind::MaskFloating, "*/gate.php"),
            ("a.exam*/x", KeyKind::MaskFloating, "a.exam*/x"),
            ("a.example*", KeyKind::MaskFloating, "a.example*"),
            ("*", KeyKind::MaskFloating, "*"),
        ] {
            assert_eq!(anchor(mask.as_bytes()), (kind, key.as_bytes()), "{mask}");
        }
    }

    #[test]
    fn a_mask_reaches_every_site_below_a_name_if_its_path_is_any() {
        for (mask, name) in [
            ("*.a.example", Some("a.example")),
            ("*a.example/*", Some("a.example")),
            ("*.a.example?*", Some("a.example")),
            ("*.a.example/x/*", None),
            ("a.example/*", None),
        ] {
            assert_eq!(every_site_below(mask.as_bytes()), name.map(str::as_bytes), "{mask}");
        }
    }

    #[test]
    fn a_mask_matches_what_it_says() {
        for (mask, url, expected) in [
            ("a.example/path/*", "a.example/path/x", true),
            ("a.example/path/*", "a.example/path", false),
            ("a.example/path/*", "b.example/path/x", false),
            ("a.example/*/gate.php", "a.example/x/y/gate.php", true),
            ("a.example/*/gate.php", "a.example/gate.php", false),
            ("a.example/x*y*z", "a.example/x1y2y3z", true),
            ("a.example/x*y*z", "a.example/xyzz", true),
            ("a.example/x*yz", "a.example/xyz", true),
            ("a.example/xy*yz", "a.example/xyz", false),
            ("*.a.example/path", "www2.a.example/path", true),
            ("*.a.example/path", "a.example/path", false),
            ("*.a.example/path", "evil.example/x.a.example/path", false),
            ("*.a.example", "b.a.example/any?thing", true),
            ("*a.example", "extras.example/x", false),
            ("*a.example", "banana.example/x", true),
            ("a.example*", "a.example.org/x", true),
            ("a.example*", "a.example/x", true),
            ("*/gate.php", "any.example/gate.php", true),
            ("*/gate.php", "any.example/x/gate.php", false),
            ("a.example?q=*", "a.example?q=1/2", true),
            ("a.example/x", "a.example/x", true),
            ("a.example/x", "a.example/xy", false),
        ] {
            assert_eq!(matches(mask.as_bytes(), url.as_bytes()), expected, "{mask} {url}");
        }
    }

    #[test]
    fn a_mask_of_many_stars_is_no_slower_than_the_text_is_long() {
        let mask = [&b"a.example/"[..], &b"*a".repeat(20_000), b"*b"].concat();
        let url = [&b"a.example/"[..], &b"a".repeat(60_000)].concat();

        let started = std::time::Instant::now();

        assert!(!matches(&mask, &url));
        assert!(started.elapsed().as_secs() < 2);
    }
}
