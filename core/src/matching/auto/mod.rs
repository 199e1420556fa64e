//! The rule type `auto`: every observable of any text, without a regex.
//!
//! The scan says where observables may stand; here each candidate gets its normal form, and the index is asked.

mod host;
mod observe;
mod probe;
mod suffixes;
mod url;

use crate::index::{Found, Index};
use crate::kind::Kind;
use crate::normalise::normalise;
use crate::scan::{Candidate, scan};

pub use observe::{Observable, observe_text};
use probe::Probes;
pub use suffixes::KnownSuffixes;
use suffixes::is_known_suffix;
use url::UrlQuestion;

/// Memory that is used again from text to text, so that matching allocates nothing in the long run.
#[derive(Default)]
pub struct AutoScratch {
    candidates: Vec<Candidate>,
    normal_form: Vec<u8>,
    found: Vec<Found>,
    probes: Probes,
    url: UrlQuestion,
    reported: Reported,
}

impl AutoScratch {
    /// How many places where a URL may end were never asked about, over all texts: there were too many in one line.
    pub fn passed_over(&self) -> u64 {
        self.url.passed_over
    }
}

/// An observable that entries know.
pub struct AutoMatch<'a> {
    /// What sort of value it is.
    pub kind: Kind,
    /// Its first byte in the text as it came.
    pub start: usize,
    /// The byte after its last.
    pub end: usize,
    /// Its normal form.
    pub normal_form: &'a [u8],
    /// How it was disguised; empty where it stood plainly.
    pub obfuscation: &'static str,
    /// The entries that know it, each once.
    pub found: &'a [Found],
}

/// Report every observable of `text` that `index` knows, in ascending order of their starts.
///
/// `text` may be a block of many frames; no observable crosses a line break.
pub fn match_text(text: &[u8], index: &Index, scratch: &mut AutoScratch, on_match: &mut impl FnMut(AutoMatch<'_>)) {
    scratch.begin_text();
    let mut probes = std::mem::take(&mut scratch.probes);
    let wanted = probes.wanted_of(text, index);
    // Up to here a URL that an entry knows reaches; bare values in it are part of it.
    let mut covered = 0;
    for candidate in wanted {
        if candidate.start < covered && !url::is_whole(text, candidate) {
            continue;
        }
        scratch.found.clear();
        let end = scratch.ask(text, candidate, index);
        if scratch.found.is_empty() {
            continue;
        }
        if candidate.kind == Kind::Url {
            covered = covered.max(end);
        }
        let found = &scratch.found;
        on_match(AutoMatch {
            kind: candidate.kind,
            start: candidate.start,
            end,
            normal_form: &scratch.normal_form,
            obfuscation: "",
            found,
        });
    }
    scratch.probes = probes;
}

impl AutoScratch {
    fn begin_text(&mut self) {
        self.url.begin_text();
        self.reported.end = 0;
    }

    /// Ask the index about one candidate; where the observable ends is returned.
    #[inline]
    fn ask(&mut self, text: &[u8], candidate: &Candidate, index: &Index) -> usize {
        let value = &text[candidate.start..candidate.end];
        match candidate.kind {
            Kind::Url => return self.url.look_up(text, candidate, index, &mut self.normal_form, &mut self.found),
            Kind::Ipv4 => {
                // The scan reports strict dotted quads only, and those are their own normal form.
                self.normal_form.clear();
                self.normal_form.extend_from_slice(value);
                index.look_up(Kind::Ipv4, &self.normal_form, &mut self.found);
            }
            kind => {
                let normalised = normalise(kind, value, &mut self.normal_form).is_ok();
                if normalised && (value.is_ascii() || ends_well(&self.normal_form, Some(index))) {
                    index.look_up(kind, &self.normal_form, &mut self.found);
                }
                if kind == Kind::Domain {
                    self.reported.drop_repeats(candidate, value.is_ascii(), &mut self.found);
                }
            }
        }
        candidate.end
    }
}

/// The candidates of a text in ascending order of their starts, in the scratch's memory, which is to be given back.
fn collect(text: &[u8], index: Option<&Index>, scratch: &mut AutoScratch) -> Vec<Candidate> {
    let mut candidates = std::mem::take(&mut scratch.candidates);
    candidates.clear();
    scratch.begin_text();
    scan(text, &KnownSuffixes::of(index), &mut |candidate| candidates.push(candidate));
    // Those of one start keep their order.
    candidates.sort_by_key(|candidate| candidate.start);
    candidates
}

/// Whether a normal form ends as names do; a scan doesn't ask that of labels beyond ASCII.
fn ends_well(normal_form: &[u8], index: Option<&Index>) -> bool {
    let dot = memchr::memrchr(b'.', normal_form);
    dot.is_some_and(|dot| is_known_suffix(&normal_form[dot + 1..], index))
}

/// The entries reported for the last name with letters beyond ASCII, whose plain pieces are candidates too.
#[derive(Default)]
struct Reported {
    end: usize,
    entries: Vec<u64>,
}

impl Reported {
    fn drop_repeats(&mut self, candidate: &Candidate, is_plain: bool, found: &mut Vec<Found>) {
        if candidate.start < self.end {
            found.retain(|found| !self.entries.contains(&found.entry));
        }
        if !is_plain {
            self.end = candidate.end;
            self.entries.clear();
            self.entries.extend(found.iter().map(|found| found.entry));
        }
    }
}
