//! Which candidates are worth a look-up: the index's filter is probed for all of them in one go.

use super::host::Host;
use super::suffixes::KnownSuffixes;
use super::url::body_of;
use crate::index::{Index, Name, Probe};
use crate::kind::Kind;
use crate::normalise::WWW;
use crate::scan::{Candidate, Sink, address_of_quad, scan, with_fast_instructions};

/// So many candidates are probed for together.
const TOGETHER: usize = 256;

/// Working memory for the probes of one text.
#[derive(Default)]
pub struct Probes {
    /// Those that wait to be probed for.
    candidates: Vec<Candidate>,
    /// The IPv4 addresses among them, with their positions.
    addresses: Vec<(u32, u32)>,
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
        self.forget();
        let mut gathering = Gathering { probes: self, text, probe: index.probe() };
        scan(text, &KnownSuffixes::of(Some(index)), &mut gathering);
        gathering.probes.probe(text, gathering.probe);
        // Those of one start keep their order.
        self.wanted.sort_by_key(|candidate| candidate.start);
        &self.wanted
    }

    fn forget(&mut self) {
        self.candidates.clear();
        self.addresses.clear();
        self.hashes.clear();
        self.is_wanted.clear();
    }

    #[inline(never)]
    fn probe(&mut self, text: &[u8], probe: Probe<'_>) {
        with_fast_instructions(|| self.probe_for_all(text, probe));
    }

    #[inline(always)]
    fn probe_for_all(&mut self, text: &[u8], probe: Probe<'_>) {
        let candidates = std::mem::take(&mut self.candidates);
        self.is_wanted.resize(candidates.len(), false);
        for &(address, number) in &self.addresses {
            probe.address_hashes(address, |hash| self.hashes.push(fetched(hash, number, probe)));
            let may_be_paired = probe.has_pairs() && text.get(candidates[number as usize].end) == Some(&b':');
            self.is_wanted[number as usize] = probe.has_network_around(address) || may_be_paired;
        }
        for (number, candidate) in candidates.iter().enumerate() {
            if candidate.kind != Kind::Ipv4 {
                self.is_wanted[number] = !self.collect(text, candidate, number as u32, probe);
            }
        }
        for &(hash, number) in &self.hashes {
            self.is_wanted[number as usize] |= probe.may_hold(hash);
        }
        let wanted = candidates.iter().zip(&self.is_wanted).filter(|(_, is_wanted)| **is_wanted);
        self.wanted.extend(wanted.map(|(candidate, _)| *candidate));
        self.candidates = candidates;
        self.forget();
    }

    /// Collect the hashes to probe for. False where that cannot tell whether to ask.
    #[inline(always)]
    fn collect(&mut self, text: &[u8], candidate: &Candidate, number: u32, probe: Probe<'_>) -> bool {
        let Candidate { kind, start, end } = *candidate;
        let collected = |hash| self.hashes.push(fetched(hash, number, probe));
        match kind {
            Kind::Domain => {
                let read = self.name.read(text, start, end);
                if read {
                    probe.domain_hashes(&self.name, collected);
                }
                read
            }
            Kind::Url => self.collect_host(&text[body_of(text, candidate)..end], number, probe),
            Kind::Md5 | Kind::Sha1 | Kind::Sha256 | Kind::Sha512 => {
                probe.digest_hash(kind, &text[start..end]).map(collected).is_some()
            }
            _ => false,
        }
    }

    #[inline(always)]
    fn collect_host(&mut self, url: &[u8], number: u32, probe: Probe<'_>) -> bool {
        if !self.host.read_plainly(url) {
            return self.collect_address_of(url, number, probe);
        }
        let Host { name, had_www, .. } = &self.host;
        // A name to which another is glued by `_` is looked at more closely.
        if name.contains(&b'_') {
            return false;
        }
        let cut = if *had_www { WWW.len() } else { 0 };
        let start = url.iter().take_while(|byte| **byte == b'/').count();
        self.name.read(url, start, start + cut + name.len())
            && probe.host_hashes(&self.name, cut, |hash| self.hashes.push(fetched(hash, number, probe)))
    }

    /// As `collect_host` of a URL whose host is a dotted quad.
    fn collect_address_of(&mut self, url: &[u8], number: u32, probe: Probe<'_>) -> bool {
        let Some((start, end)) = quad_of(url) else { return false };
        let Some(address) = address_of_quad(&url[start..end]) else { return false };
        let may_be_paired = probe.has_pairs() && url.get(end) == Some(&b':');
        if may_be_paired || probe.has_network_around(address) || !self.name.read(url, start, end) {
            return false;
        }
        probe.address_hashes(address, |hash| self.hashes.push(fetched(hash, number, probe)));
        probe.url_host_hash(&self.name).map(|hash| self.hashes.push(fetched(hash, number, probe))).is_some()
    }
}

/// A hash to probe for once the others are collected: by then its memory has come.
#[inline(always)]
fn fetched(hash: u64, number: u32, probe: Probe<'_>) -> (u64, u32) {
    probe.fetch(hash);
    (hash, number)
}

/// Where digits and dots begin and end that are the whole host of a URL, but for a port.
fn quad_of(url: &[u8]) -> Option<(usize, usize)> {
    let start = url.iter().take_while(|byte| **byte == b'/').count();
    let of_quad = |byte: &&u8| byte.is_ascii_digit() || **byte == b'.';
    let end = start + url[start..].iter().take_while(of_quad).count();
    let port = url[end..].strip_prefix(b":").map(|rest| rest.iter().take_while(|byte| byte.is_ascii_digit()).count());
    let behind = url.get(end + port.map_or(0, |digits| digits + 1));
    behind.is_none_or(|byte| matches!(byte, b'/' | b'?' | b'#' | b'\\')).then_some((start, end))
}

/// Candidates on their way from the scan, probed for whenever enough have come together.
struct Gathering<'a> {
    probes: &'a mut Probes,
    text: &'a [u8],
    probe: Probe<'a>,
}

impl Sink for Gathering<'_> {
    #[inline(always)]
    fn take(&mut self, candidate: Candidate) {
        self.probes.candidates.push(candidate);
        if self.probes.candidates.len() == TOGETHER {
            self.probes.probe(self.text, self.probe);
        }
    }

    #[inline(always)]
    fn take_address(&mut self, address: u32, candidate: Candidate) {
        self.probes.addresses.push((address, self.probes.candidates.len() as u32));
        self.take(candidate);
    }
}
