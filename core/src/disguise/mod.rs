//! Disguises: values written so that a plain reading passes them over, and what they say once that is undone.
//!
//! `shapes` says how a disguise may begin, `triples` finds where, `notable` says whether undoing it may show a value,
//! `undo` what it stands for; `decoded` holds a neighbourhood with its disguises undone, and where each of its bytes came
//! from.

mod base64;
mod decoded;
mod embedded;
mod escapes;
mod keys;
mod notable;
mod number;
mod obfuscation;
mod shapes;
mod triples;
mod undo;
mod within_url;

pub use base64::each_run as each_base64_run;
pub use decoded::{Decoded, Place};
pub use embedded::ipv4_in;
pub use notable::{Notable, notables};
pub use number::host_writing;
pub use obfuscation::Obfuscation;
pub use undo::{FULL_STOPS, Forms, has_full_stop};
pub use within_url::{PlaceInUrl, is_parameter, place_in_url};
