//! E-mail addresses: a local part of up to 64 bytes, `@`, a domain.

use super::bytes::{self, is, is_at, run_end, run_start};
use super::name::{final_label, without_outer_hyphens};
use super::walk::Walk;
use crate::kind::Kind;

const LONGEST_LOCAL: usize = 64;

impl<S: Fn(&[u8]) -> bool, F: FnMut(super::Candidate)> Walk<'_, S, F> {
    /// Where the address begins whose domain begins at `domain`, if one ends there.
    #[inline(always)]
    pub(super) fn email_start(&self, domain: usize) -> Option<usize> {
        let joined = domain >= 2 && self.text[domain - 1] == b'@' && is(self.text[domain - 2], bytes::LOCAL);
        joined.then(|| run_start(self.text, domain - 1, LONGEST_LOCAL, bytes::LOCAL))
    }

    /// The domain of an address in whose local part `text[start..end]` stands.
    #[inline(always)]
    pub(super) fn email_around(&self, start: usize, end: usize) -> Option<(usize, usize)> {
        if is_at(self.text, end, bytes::LOCAL) || self.text.get(end) == Some(&b'@') {
            self.email_after(start, end)
        } else {
            None
        }
    }

    #[cold]
    fn email_after(&self, start: usize, end: usize) -> Option<(usize, usize)> {
        let text = &self.text[..self.text.len().min(start + LONGEST_LOCAL + 1)];
        let at = run_end(text, end, bytes::LOCAL);
        if text.get(at) != Some(&b'@') || run_start(self.text, at, LONGEST_LOCAL, bytes::LOCAL) > start {
            return None;
        }
        let domain = at + 1;
        if !is_at(self.text, domain, bytes::LABEL) {
            return None;
        }
        let (_, end) = without_outer_hyphens(self.text, domain, self.name_end(domain));
        let name = &self.text[domain..end];
        (name.is_ascii() && name.contains(&b'.') && self.may_end_in(final_label(name))).then_some((domain, end))
    }

    /// An address that begins before a value in its local part is reported before it.
    #[inline(always)]
    pub(super) fn report_email_ahead(&mut self, start: usize, end: usize) {
        let Some((domain, end)) = self.email_around(start, end) else { return };
        if self.email_domain != domain {
            self.email_domain = domain;
            let local = run_start(self.text, domain - 1, LONGEST_LOCAL, bytes::LOCAL);
            self.report(Kind::Email, local, end);
        }
    }
}
