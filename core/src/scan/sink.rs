//! What takes the candidates of a scan.

use super::Candidate;

/// Takes candidates one by one.
pub trait Sink {
    /// Take a candidate of any kind but IPv4 addresses.
    fn take(&mut self, candidate: Candidate);

    /// Take an IPv4 address, which the scan has read already.
    #[inline(always)]
    fn take_address(&mut self, _address: u32, candidate: Candidate) {
        self.take(candidate);
    }
}

impl<F: FnMut(Candidate)> Sink for F {
    #[inline(always)]
    fn take(&mut self, candidate: Candidate) {
        self(candidate);
    }
}
