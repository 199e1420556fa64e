//! Every observable of a text, known or not, for explaining what `auto` saw.

use super::{AutoScratch, collect, ends_well, url};
use crate::index::{Found, Index};
use crate::kind::Kind;
use crate::normalise::{Refusal, normalise};
use crate::scan::Candidate;

/// A value seen in a text.
pub struct Observable<'a> {
    /// What sort of value it is.
    pub kind: Kind,
    /// Its first byte in the text as it came.
    pub start: usize,
    /// The byte after its last.
    pub end: usize,
    /// Its normal form, or why it has none.
    pub normal_form: Result<&'a [u8], &'a Refusal>,
    /// The entries that know it; none where no index was given.
    pub found: &'a [Found],
}

/// Report every observable of `text` in ascending order of their starts.
///
/// With an index, its final labels are known beside the top-level domains, observables end where `match_text` says that
/// they do, and a host and path without a scheme is a URL only where the index may hold one on that host.
pub fn observe_text(
    text: &[u8],
    index: Option<&Index>,
    scratch: &mut AutoScratch,
    on_observable: &mut impl FnMut(Observable<'_>),
) {
    let candidates = collect(text, index, scratch);
    let mut covered = 0;
    for candidate in &candidates {
        scratch.found.clear();
        if candidate.start < covered && !url::is_whole(text, candidate) {
            continue;
        }
        let end = index.map_or(candidate.end, |index| scratch.ask(text, candidate, index));
        let normalised = scratch.normal_form_of(text, candidate, end);
        if scratch.found.is_empty() && !scratch.is_observable(text, candidate, index) {
            continue;
        }
        if candidate.kind == Kind::Url && !scratch.found.is_empty() {
            covered = covered.max(end);
        }
        let normal_form = normalised.as_ref().map(|()| scratch.normal_form.as_slice());
        let (kind, start, found) = (candidate.kind, candidate.start, scratch.found.as_slice());
        on_observable(Observable { kind, start, end, normal_form, found });
    }
    scratch.candidates = candidates;
}

impl AutoScratch {
    /// The normal form, unless the index knew the candidate: then it is written already.
    fn normal_form_of(&mut self, text: &[u8], candidate: &Candidate, end: usize) -> Result<(), Refusal> {
        match candidate.kind {
            _ if !self.found.is_empty() => Ok(()),
            Kind::Url => self.url.normalise(text, candidate, end, &mut self.normal_form),
            kind => normalise(kind, &text[candidate.start..end], &mut self.normal_form),
        }
    }

    /// Whether a candidate that no entry knows is worth showing.
    fn is_observable(&self, text: &[u8], candidate: &Candidate, index: Option<&Index>) -> bool {
        let value = &text[candidate.start..candidate.end];
        match candidate.kind {
            Kind::Domain | Kind::Email => value.is_ascii() || ends_well(&self.normal_form, index),
            Kind::Url => url::is_whole(text, candidate) || index.is_none_or(|index| self.url.may_be_known(index)),
            _ => true,
        }
    }
}
