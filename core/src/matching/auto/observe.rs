//! Every observable of a text, known or not, for explaining what `auto` saw.

use super::disguised::{Disguises, Reading};
use super::{AutoScratch, collect, ends_well, file_name, pair, url};
use crate::disguise::Obfuscation;
use crate::index::{Found, Index};
use crate::kind::Kind;
use crate::normalise::{Refusal, normalise};
use crate::scan::Candidate;

/// A value seen in a text.
#[derive(Clone, Debug)]
pub struct Observable {
    /// What sort of value it is.
    pub kind: Kind,
    /// Its first byte in the text as it came.
    pub start: usize,
    /// The byte after its last.
    pub end: usize,
    /// Its normal form, or why it has none.
    pub normal_form: Result<Vec<u8>, Refusal>,
    /// How it was disguised.
    pub obfuscation: Obfuscation,
    /// The entries that know it; none where no index was given.
    pub found: Vec<Found>,
}

/// Every observable of `text` in ascending order of their starts.
///
/// With an index, its final labels are known beside the top-level domains, observables end where `match_text` says that
/// they do, and a host and path without a scheme is a URL only where the index may hold one on that host.
pub fn observe_text(
    text: &[u8],
    reading: Reading,
    index: Option<&Index>,
    scratch: &mut AutoScratch,
) -> Vec<Observable> {
    let mut plain = Vec::new();
    observe_plainly(text, index, scratch, &mut |one| plain.push(one));
    let mut disguised = Vec::new();
    let disguises: &mut Disguises = scratch.disguises.get_or_insert_default();
    disguises.each_reading(text, reading, |scratch, undone| {
        observe_plainly(undone.bytes(), index, scratch, &mut |one| {
            let Some(origin) = undone.origin(one.kind, one.start, one.end) else { return };
            let obfuscation = origin.obfuscation.and(one.obfuscation);
            disguised.push(Observable { start: origin.start, end: origin.end, obfuscation, ..one });
        });
    });
    merged(plain, disguised)
}

/// No more of those that reach over a place are held against it.
const MOST_REACHING: usize = 256;

/// Both in ascending order; of those that say the same of one place, that is kept which begins first.
fn merged(plain: Vec<Observable>, disguised: Vec<Observable>) -> Vec<Observable> {
    let mut all: Vec<(bool, Observable)> = plain.into_iter().map(|one| (false, one)).collect();
    all.extend(disguised.into_iter().map(|one| (true, one)));
    all.sort_by_key(|(is_disguised, one)| (one.start, *is_disguised));
    let mut kept: Vec<(bool, Observable)> = Vec::with_capacity(all.len());
    // Positions of those kept that reach beyond the start of the one at hand.
    let mut reaching: Vec<usize> = Vec::new();
    for (is_disguised, mut one) in all {
        reaching.retain(|position| kept[*position].1.end > one.start);
        reaching.drain(..reaching.len().saturating_sub(MOST_REACHING));
        let before = || reaching.iter().map(|position| &kept[*position]);
        let was_known = !one.found.is_empty();
        let told = || before().filter(|(disguised, _)| *disguised || is_disguised).flat_map(|(_, other)| &other.found);
        one.found.retain(|found| !told().any(|other| other == found));
        let is_told = (was_known && one.found.is_empty())
            || before().any(|(_, other)| {
                other.obfuscation != one.obfuscation && other.kind == one.kind && other.normal_form == one.normal_form
            });
        // Part of what is read otherwise once its disguise is undone.
        let is_misread = !is_disguised
            && one.found.is_empty()
            && before()
                .filter(|(disguised, other)| *disguised && other.normal_form.is_ok())
                .any(|(_, other)| other.start < one.start && one.end <= other.end);
        if !is_told && !is_misread {
            reaching.push(kept.len());
            kept.push((is_disguised, one));
        }
    }
    kept.into_iter().map(|(_, one)| one).collect()
}

fn observe_plainly(
    text: &[u8],
    index: Option<&Index>,
    scratch: &mut AutoScratch,
    on_observable: &mut impl FnMut(Observable),
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
        let mut one = Observable {
            kind: candidate.kind,
            start: candidate.start,
            end,
            normal_form: normalised.map(|()| scratch.normal_form.clone()),
            obfuscation: Obfuscation::NONE,
            found: scratch.found.clone(),
        };
        if candidate.kind == Kind::Url {
            one.start -= url::masked_letters(text, candidate);
            one.obfuscation = url::obfuscation(text, candidate);
        }
        let beside = pair::around(text, candidate).map(|(start, end)| Observable {
            kind: Kind::IpPort,
            start,
            end,
            ..one.clone()
        });
        let is_ipv6 = one.kind == Kind::Ipv6 && one.normal_form.is_ok();
        let inside = Observable { kind: Kind::Ipv4, obfuscation: Obfuscation::IPV4_IN_IPV6, ..one.clone() };
        on_observable(one);
        if is_ipv6 && scratch.write_inside() {
            scratch.found.clear();
            if let Some(index) = index {
                index.look_up(Kind::Ipv4, &scratch.normal_form, &mut scratch.found);
            }
            let (normal_form, found) = (Ok(scratch.normal_form.clone()), scratch.found.clone());
            on_observable(Observable { normal_form, found, ..inside });
        }
        if let Some(beside) = beside {
            scratch.observe_pair(text, beside, index, on_observable);
        }
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

    /// The pair of an address and a port, if it is one.
    fn observe_pair(
        &mut self,
        text: &[u8],
        pair: Observable,
        index: Option<&Index>,
        on_observable: &mut impl FnMut(Observable),
    ) {
        self.found.clear();
        let normalised = normalise(Kind::IpPort, &text[pair.start..pair.end], &mut self.normal_form);
        if let (Ok(()), Some(index)) = (&normalised, index) {
            index.look_up_pair_itself(&self.normal_form, &mut self.found);
        }
        if normalised.is_ok() {
            on_observable(Observable { normal_form: Ok(self.normal_form.clone()), found: self.found.clone(), ..pair });
        }
    }

    /// Whether a candidate that no entry knows is worth showing.
    fn is_observable(&self, text: &[u8], candidate: &Candidate, index: Option<&Index>) -> bool {
        let value = &text[candidate.start..candidate.end];
        match candidate.kind {
            Kind::Domain if file_name::is_file_name(text, candidate) => false,
            Kind::Domain | Kind::Email => value.is_ascii() || ends_well(&self.normal_form, index),
            Kind::Url => url::is_whole(text, candidate) || index.is_none_or(|index| self.url.may_be_known(index)),
            _ => true,
        }
    }
}
