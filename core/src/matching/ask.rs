//! A value's normal form, and what the index answers to it.

use crate::disguise::{Obfuscation, host_writing};
use crate::index::{Found, Index};
use crate::kind::Kind;
use crate::normalise::{Refusal, is_defanged, normalise, written_host};

/// Working memory for one question at a time; after a question it holds the answer.
#[derive(Default)]
pub struct Answer {
    /// The normal form that was asked for.
    pub normal_form: Vec<u8>,
    /// Every entry that knows the observable.
    pub found: Vec<Found>,
}

impl Answer {
    /// Ask the index about one observed value.
    pub fn ask(&mut self, index: &Index, kind: Kind, value: &[u8]) -> Result<(), Refusal> {
        self.found.clear();
        normalise(kind, value, &mut self.normal_form)?;
        let normal_form = std::mem::take(&mut self.normal_form);
        self.look_up(index, kind, value, &normal_form);
        self.normal_form = normal_form;
        Ok(())
    }

    /// Ask the index about an observed value in its normal form; only `found` holds the answer.
    pub fn look_up(&mut self, index: &Index, kind: Kind, value: &[u8], normal_form: &[u8]) {
        self.found.clear();
        if kind == Kind::Url {
            index.look_up_seen_url(normal_form, value, &mut self.found);
        } else {
            index.look_up(kind, normal_form, &mut self.found);
        }
    }
}

/// How a value that a rule took is disguised: what its normal form undoes says so.
pub fn obfuscation_of(kind: Kind, value: &[u8]) -> Obfuscation {
    let defanged = if is_defanged(kind, value) { Obfuscation::DEFANGED } else { Obfuscation::NONE };
    if kind == Kind::Url { host_writing(&written_host(value)).and(defanged) } else { defanged }
}
