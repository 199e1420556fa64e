//! Kinds told by looking: what sort of value a text is, where its feed does not say.

use super::address::{decimal, ipv4, ipv6, is_port, without_port};
use super::domain::write_name;
use super::pair::is_pair;
use super::refang::{may_be_defanged, refang};
use super::{Refusal, hash, is_top_level_domain, network, normalise, shown, trim, url};
use crate::kind::Kind;

/// Names that no root server delegates: those that malware uses all the same, and those reserved for examples and
/// tests (RFC 2606), of which a feed to try things out is made.
const UNDELEGATED: [&[u8]; 6] = [b"i2p", b"bit", b"bazar", b"example", b"test", b"invalid"];

/// The kind that this text looks like. Defanged text is understood.
pub fn guess_kind(value: &[u8]) -> Option<Kind> {
    let value = trim(value);
    if !may_be_defanged(value) {
        return guess_plain(value);
    }
    let mut plain = Vec::new();
    refang(value, &mut plain);
    // Some checks undo defanging once more than normalising the value does: the value itself has the last word.
    guess_plain(trim(&plain)).filter(|kind| has_form(*kind, value))
}

/// The kind that a feed's word means for this value: a kind's name, `ip` (an address, perhaps with a port, or a network),
/// `hash`.
pub fn resolve_kind(word: &str, value: &[u8]) -> Result<Kind, Refusal> {
    match word {
        "ip" => guess_kind(value)
            .filter(|kind| matches!(kind, Kind::Ipv4 | Kind::Ipv6 | Kind::Cidr | Kind::IpPort))
            .ok_or_else(|| Refusal(format!("neither an IP address nor a network: {}", shown(value)))),
        "hash" => guess_hash(trim(value))
            .ok_or_else(|| Refusal(format!("a hash has 32, 40, 64 or 128 hexadecimal digits, got {}", shown(value)))),
        _ => Kind::parse(word).ok_or_else(|| {
            let kinds = Kind::ALL.map(Kind::name).join(", ");
            Refusal(format!("there is no kind {}; there are: {kinds}, ip, hash", shown(word.as_bytes())))
        }),
    }
}

fn guess_plain(value: &[u8]) -> Option<Kind> {
    if let Some(kind) = guess_hash(value).or_else(|| guess_address(value)) {
        return Some(kind);
    }
    if let Some(end) = memchr::memmem::find(value, b"://") {
        return (url::is_scheme(&value[..end]) && has_form(Kind::Url, value)).then_some(Kind::Url);
    }
    let host_end = value.iter().position(|byte| matches!(byte, b'/' | b'?' | b'#')).unwrap_or(value.len());
    let host = &value[..host_end];
    if memchr::memchr(b'@', host).is_some() {
        return (is_email(value) && has_form(Kind::Email, value)).then_some(Kind::Email);
    }
    if host_end == value.len() {
        return is_name(host).then_some(Kind::Domain);
    }
    let path_is_prefix = decimal(&value[host_end + 1..]).is_some() && value[host_end] == b'/';
    if ipv4(host).is_some() && path_is_prefix {
        // A network whose prefix is out of range, not a page of that number.
        return None;
    }
    let has_host = is_name(host) || ipv4(without_port(host)).is_some() || host.starts_with(b"[");
    (has_host && has_form(Kind::Url, value)).then_some(Kind::Url)
}

fn guess_hash(value: &[u8]) -> Option<Kind> {
    hash::kind_of_length(value.len()).filter(|_| hash::is_hex(value))
}

/// An address, also as a network of one, is an address, and with a port a pair; a network of more is a network.
fn guess_address(value: &[u8]) -> Option<Kind> {
    let begins_like_one = value.first().is_some_and(|byte| byte.is_ascii_hexdigit() || matches!(byte, b':' | b'['));
    if !begins_like_one {
        return None;
    }
    if is_pair(value) {
        return Some(Kind::IpPort);
    }
    if ipv4(without_port(value.strip_suffix(b"/32").unwrap_or(value))).is_some() {
        return Some(Kind::Ipv4);
    }
    let has_colon = memchr::memchr(b':', value).is_some();
    if has_colon && (ipv6(value.strip_suffix(b"/128").unwrap_or(value)).is_some() || is_bracketed_ipv6(value)) {
        return Some(Kind::Ipv6);
    }
    memchr::memchr(b'/', value)?;
    let mut form = Vec::new();
    network::write(value, &mut form).ok()?;
    if form.ends_with(b"/32") && !form.contains(&b':') {
        return Some(Kind::Ipv4);
    }
    Some(Kind::Cidr)
}

fn is_bracketed_ipv6(value: &[u8]) -> bool {
    value.starts_with(b"[") && has_form(Kind::Ipv6, value)
}

/// A name with a dot whose end is delegated, or which has a punycode label; `*.` and a port may stand around it.
fn is_name(text: &[u8]) -> bool {
    let text = match memchr::memrchr(b':', text) {
        Some(colon) if is_port(&text[colon + 1..]) => &text[..colon],
        _ => text,
    };
    let mut name = Vec::with_capacity(text.len());
    if write_name(text.strip_prefix(b"*.").unwrap_or(text), &mut name).is_err() {
        return false;
    }
    let Some(dot) = memchr::memrchr(b'.', &name) else {
        return false;
    };
    let label = &name[dot + 1..];
    let is_punycode = |label: &[u8]| label.starts_with(b"xn--");
    is_top_level_domain(label) || UNDELEGATED.contains(&label) || name.split(|byte| *byte == b'.').any(is_punycode)
}

fn is_email(value: &[u8]) -> bool {
    let address = value.split(|byte| *byte == b'?').next().unwrap_or_default();
    memchr::memrchr(b'@', address).is_some_and(|at| is_name(&address[at + 1..]))
}

fn has_form(kind: Kind, value: &[u8]) -> bool {
    normalise(kind, value, &mut Vec::new()).is_ok()
}
