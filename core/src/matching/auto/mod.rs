//! The rule type `auto`: every observable of any text, without a regex.
//!
//! The scan says where observables may stand; here each candidate gets its normal form, and the index is asked.

mod disguised;
mod file_name;
mod host;
mod observe;
mod pair;
mod probe;
mod suffixes;
mod url;

use crate::disguise::{Obfuscation, ipv4_in};
use crate::index::{Found, Index};
use crate::kind::Kind;
use crate::normalise::normalise;
use crate::scan::{Candidate, scan};

pub use disguised::Reading;
use disguised::{Disguises, Merge};
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
    disguises: Option<Box<Disguises>>,
}

impl AutoScratch {
    /// How many places where a URL may end were never asked about, over all texts: there were too many in one line.
    /// And how many disguises were left in disguise: they were undone too often already.
    pub fn passed_over(&self) -> u64 {
        self.url.passed_over + self.disguises.as_ref().map_or(0, |disguises| disguises.passed_over())
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
    /// How it was disguised.
    pub obfuscation: Obfuscation,
    /// The entries that know it, each once.
    pub found: &'a [Found],
}

/// Report every observable of `text` that `index` knows, in ascending order of their starts.
///
/// `text` may be a block of many frames; no observable crosses a line break, but for one in quoted-printable where the
/// text is one event.
pub fn match_text(
    text: &[u8],
    reading: Reading,
    index: &Index,
    scratch: &mut AutoScratch,
    on_match: &mut impl FnMut(AutoMatch<'_>),
) {
    let disguised = scratch.find_disguised(text, reading, index);
    if disguised.is_empty() {
        return match_plainly(text, index, scratch, on_match);
    }
    let mut merge = Merge::of(disguised);
    match_plainly(text, index, scratch, &mut |known| merge.pass(known, on_match));
    merge.pass_until(usize::MAX, on_match);
}

/// As `match_text`, of what stands plainly.
fn match_plainly(text: &[u8], index: &Index, scratch: &mut AutoScratch, on_match: &mut impl FnMut(AutoMatch<'_>)) {
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
        let is_address = matches!(candidate.kind, Kind::Ipv4 | Kind::Ipv6);
        if scratch.found.is_empty() && !is_address {
            continue;
        }
        let mut told = AutoMatch {
            kind: candidate.kind,
            start: candidate.start,
            end,
            normal_form: &scratch.normal_form,
            obfuscation: Obfuscation::NONE,
            found: &scratch.found,
        };
        if candidate.kind == Kind::Url {
            covered = covered.max(end);
            told.start -= url::masked_letters(text, candidate);
            told.obfuscation = url::obfuscation(text, candidate);
        }
        if !scratch.found.is_empty() {
            on_match(told);
        }
        if is_address {
            scratch.ask_beside(text, candidate, index, on_match);
        }
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
                if kind == Kind::Ipv6 && !self.found.is_empty() {
                    self.leave_inside(index);
                }
                if kind == Kind::Domain {
                    if !self.found.is_empty() && file_name::is_file_name(text, candidate) {
                        self.found.clear();
                    }
                    self.reported.drop_repeats(candidate, value.is_ascii(), &mut self.found);
                }
            }
        }
        candidate.end
    }

    /// Ask about what an address is a part of, and about what is a part of it.
    fn ask_beside(
        &mut self,
        text: &[u8],
        candidate: &Candidate,
        index: &Index,
        on_match: &mut impl FnMut(AutoMatch<'_>),
    ) {
        if candidate.kind == Kind::Ipv6 && self.ask_inside(index) {
            let AutoScratch { normal_form, found, .. } = &*self;
            let (kind, obfuscation) = (Kind::Ipv4, Obfuscation::IPV4_IN_IPV6);
            let Candidate { start, end, .. } = *candidate;
            on_match(AutoMatch { kind, start, end, normal_form, obfuscation, found });
        }
        let Some((start, end)) = pair::around(text, candidate) else { return };
        self.found.clear();
        pair::look_up(&text[start..end], index, &mut self.normal_form, &mut self.found);
        if !self.found.is_empty() {
            let AutoScratch { normal_form, found, .. } = &*self;
            let (kind, obfuscation) = (Kind::IpPort, Obfuscation::NONE);
            on_match(AutoMatch { kind, start, end, normal_form, obfuscation, found });
        }
    }

    /// What is known of a mapped address through the IPv4 address inside is told of that.
    fn leave_inside(&mut self, index: &Index) {
        let mut inside = Vec::new();
        if let Some(address) = self.inside() {
            index.look_up(Kind::Ipv4, address.to_string().as_bytes(), &mut inside);
        }
        self.found.retain(|found| !inside.contains(found));
    }

    /// Ask about the IPv4 address in the IPv6 address whose normal form is written; whether an entry knows it.
    fn ask_inside(&mut self, index: &Index) -> bool {
        self.found.clear();
        if self.write_inside() {
            index.look_up(Kind::Ipv4, &self.normal_form, &mut self.found);
        }
        !self.found.is_empty()
    }

    /// Write the IPv4 address in the IPv6 address whose normal form is written, if there is one.
    fn write_inside(&mut self) -> bool {
        let Some(inside) = self.inside() else { return false };
        self.normal_form.clear();
        self.normal_form.extend_from_slice(inside.to_string().as_bytes());
        true
    }

    fn inside(&self) -> Option<std::net::Ipv4Addr> {
        std::str::from_utf8(&self.normal_form).ok().and_then(|text| text.parse().ok()).and_then(ipv4_in)
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

#[cfg(test)]
mod tests;
