//! An address and the port behind it, which an index may know together.

use crate::index::{Found, Index};
use crate::kind::Kind;
use crate::normalise::normalise;
use crate::scan::Candidate;

/// Where the pair begins and ends to which a candidate of an address belongs.
#[inline]
pub fn around(text: &[u8], address: &Candidate) -> Option<(usize, usize)> {
    match (address.kind, text.get(address.end)?) {
        (Kind::Ipv4, b':') => Some((address.start, port_end(text, address.end + 1)?)),
        (Kind::Ipv6, b']') if address.start > 0 && text[address.start - 1] == b'[' => {
            let colon = address.end + 1;
            text.get(colon).filter(|byte| **byte == b':')?;
            Some((address.start - 1, port_end(text, colon + 1)?))
        }
        _ => None,
    }
}

/// Ask for the pair `text[start..end]` itself; its normal form is written if it is one.
pub fn look_up(text: &[u8], index: &Index, normal_form: &mut Vec<u8>, found: &mut Vec<Found>) {
    if normalise(Kind::IpPort, text, normal_form).is_ok() {
        index.look_up_pair_itself(normal_form, found);
    }
}

/// The end of the port that begins at `at`: up to five digits, no part of a longer word.
fn port_end(text: &[u8], at: usize) -> Option<usize> {
    let digits = text[at..].iter().take(6).take_while(|byte| byte.is_ascii_digit()).count();
    let end = at + digits;
    let is_port = (1..=5).contains(&digits) && !text.get(end).is_some_and(|byte| byte.is_ascii_alphanumeric());
    is_port.then_some(end)
}
