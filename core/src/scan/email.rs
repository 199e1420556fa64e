//! E-mail addresses: a local part of up to 64 bytes, `@`, a domain.

use super::bytes::{self, is, is_at, run_end, run_start};
use super::name::{final_label, without_outer_hyphens};
use super::sink::Sink;
use super::suffixes::Suffixes;
use super::walk::Walk;

const LONGEST_LOCAL: usize = 64;

impl<S: Suffixes, F: Sink> Walk<'_, S, F> {
    /// Where the address begins whose domain begins at `domain`, if one ends there.
    #[inline(always)]
    pub(super) fn email_start(&self, domain: usize) -> Option<usize> {
        let joined = domain >= 2 && self.text[domain - 1] == b'@' && is(self.text[domain - 2], bytes::LOCAL);
        joined.then(|| run_start(self.text, domain - 1, LONGEST_LOCAL, bytes::LOCAL))
    }

    /// Whether `text[start..end]` stands in the local part of an address.
    #[inline(always)]
    pub(super) fn is_local(&self, start: usize, end: usize) -> bool {
        (is_at(self.text, end, bytes::LOCAL) || self.text.get(end) == Some(&b'@')) && self.leads_to_domain(start, end)
    }

    #[cold]
    fn leads_to_domain(&self, start: usize, end: usize) -> bool {
        let text = &self.text[..self.text.len().min(start + LONGEST_LOCAL + 1)];
        let at = run_end(text, end, bytes::LOCAL);
        if text.get(at) != Some(&b'@') || run_start(self.text, at, LONGEST_LOCAL, bytes::LOCAL) > start {
            return false;
        }
        let domain = at + 1;
        if !is_at(self.text, domain, bytes::LABEL) {
            return false;
        }
        let (_, end) = without_outer_hyphens(self.text, domain, self.name_end(domain));
        let name = &self.text[domain..end];
        name.is_ascii() && name.contains(&b'.') && self.may_end_in(final_label(name))
    }
}
