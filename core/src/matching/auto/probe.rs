//! Which candidates are worth a look-up: the index's filter is probed for all of them in one go.

use std::hint::black_box;

use super::host::Host;
use super::suffixes::KnownSuffixes;
use super::url::body_of;
use crate::index::{Index, Name, Probe};
use crate::kind::Kind;
use crate::scan::{Candidate, address_at, scan};

const WWW: &[u8] = b"www.";
const LONGEST_DIGEST: usize = 128;

/// So many hashes wait for their memory together.
const AT_ONCE: usize = 64;

/// So many candidates are probed for together.
const TOGETHER: usize = 256;

/// Working memory for the probes of one text.
#[derive(Default)]
pub struct Probes {
    /// Those that wait to be probed for.
    candidates: Vec<Candidate>,
    /// For each of them: whether it is to be looked up.
    is_wanted: Vec<bool>,
    hashes: Vec<(u64, u32)>,
    name: Name,
    host: Host,
    wanted: Vec<Candidate>,
}

impl Probes {
    /// The candidates of a text that are worth a look-up, in ascending order of their starts.
    ///
    /// There may be some among them that no entry knows, and none is missing that an entry knows.
    pub fn wanted_of(&mut self, text: &[u8], index: &Index) -> &[Candidate] {
        self.wanted.clear();
        self.candidates.clear();
        scan(text, &KnownSuffixes::of(Some(index)), &mut |candidate| {
            self.candidates.push(candidate);
            if self.candidates.len() == TOGETHER {
                self.probe(text, index);
            }
        });
        self.probe(text, index);
        // Those of one start keep their order.
        self.wanted.sort_by_key(|candidate| candidate.start);
        &self.wanted
    }

    #[inline(never)]
    fn probe(&mut self, text: &[u8], index: &Index) {
        let candidates = std::mem::take(&mut self.candidates);
        let probe = index.probe();
        self.is_wanted.clear();
        self.is_wanted.resize(candidates.len(), false);
        self.hashes.clear();
        for (number, candidate) in candidates.iter().enumerate() {
            self.is_wanted[number] = !self.collect(text, candidate, number as u32, probe);
        }
        for some in self.hashes.chunks(AT_ONCE) {
            black_box(some.iter().fold(0, |all, &(hash, _)| all ^ probe.touch(hash)));
            for &(hash, number) in some {
                self.is_wanted[number as usize] |= probe.may_hold(hash);
            }
        }
        let wanted = candidates.iter().zip(&self.is_wanted).filter(|(_, is_wanted)| **is_wanted);
        self.wanted.extend(wanted.map(|(candidate, _)| *candidate));
        self.candidates = candidates;
        self.candidates.clear();
    }

    /// Collect the hashes to probe for. False where that cannot tell whether to ask.
    #[inline(always)]
    fn collect(&mut self, text: &[u8], candidate: &Candidate, number: u32, probe: Probe<'_>) -> bool {
        let Candidate { kind, start, end } = *candidate;
        let mut collected = |hash| self.hashes.push((hash, number));
        match kind {
            Kind::Ipv4 => {
                let Some(address) = address_at(text, start, end) else { return false };
                probe.address_hashes(address, collected);
                let may_be_paired = probe.has_pairs() && text.get(end) == Some(&b':');
                !probe.has_network_around(address) && !may_be_paired
            }
            Kind::Domain => {
                let read = self.name.read(text, start, end);
                if read {
                    probe.domain_hashes(&self.name, collected);
                }
                read
            }
            Kind::Url => self.collect_host(&text[body_of(text, candidate)..end], number, probe),
            Kind::Md5 | Kind::Sha1 | Kind::Sha256 | Kind::Sha512 => {
                let mut lower = [0; LONGEST_DIGEST];
                let Some(lower) = lower.get_mut(..end - start) else { return false };
                lower.copy_from_slice(&text[start..end]);
                lower.make_ascii_lowercase();
                collected(probe.value_hash(kind, lower));
                true
            }
            _ => false,
        }
    }

    #[inline(always)]
    fn collect_host(&mut self, url: &[u8], number: u32, probe: Probe<'_>) -> bool {
        if !self.host.read_plainly(url) {
            return false;
        }
        let Host { name, had_www, .. } = &self.host;
        // A name to which another is glued by `_` is looked at more closely.
        if name.contains(&b'_') {
            return false;
        }
        let cut = if *had_www { WWW.len() } else { 0 };
        let start = url.iter().take_while(|byte| **byte == b'/').count();
        self.name.read(url, start, start + cut + name.len())
            && probe.host_hashes(&self.name, cut, |hash| self.hashes.push((hash, number)))
    }
}
