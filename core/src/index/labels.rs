//! Final labels: the last label of each domain, URL or e-mail indicator, so that a scan knows names like `c2.internal`.

use std::collections::{BTreeSet, HashSet};

use super::cursor::{Cursor, Damage, put_counted, put_varint};
use crate::kind::Kind;
use crate::scan::SuffixFilter;

/// More different labels than this are not kept, and every label counts as known.
const MOST_LABELS: usize = 65_536;

/// The final label of an indicator's host, or None where it has no name for a host.
pub fn final_label(kind: Kind, normal_form: &[u8]) -> Option<&[u8]> {
    let host = match kind {
        Kind::Domain => normal_form,
        Kind::Email => &normal_form[memchr::memrchr(b'@', normal_form)? + 1..],
        Kind::Url => crate::normalise::host_of(normal_form),
        _ => return None,
    };
    let label = &host[memchr::memrchr(b'.', host).map_or(0, |dot| dot + 1)..];
    let is_name = !label.is_empty() && !host.starts_with(b"[") && !label.iter().all(u8::is_ascii_digit);
    (is_name && !label.contains(&b'*')).then_some(label)
}

/// Labels as they gather.
#[derive(Default)]
pub struct LabelsWriter {
    labels: BTreeSet<Box<[u8]>>,
    overflowed: bool,
}

impl LabelsWriter {
    pub fn insert(&mut self, label: &[u8]) {
        if self.overflowed || self.labels.contains(label) {
            return;
        }
        self.labels.insert(label.into());
        if self.labels.len() > MOST_LABELS {
            self.labels.clear();
            self.overflowed = true;
        }
    }

    pub fn put(&self, out: &mut Vec<u8>) {
        out.push(u8::from(self.overflowed));
        put_varint(out, self.labels.len() as u64);
        self.labels.iter().for_each(|label| put_counted(out, label));
    }
}

/// The labels of a file.
pub enum Labels {
    /// There were too many to keep.
    Any,
    /// These and no others.
    Only(HashSet<Box<[u8]>>),
}

impl Labels {
    pub fn read(section: &[u8]) -> Result<Labels, Damage> {
        let mut cursor = Cursor::new(section);
        if cursor.u8()? != 0 {
            return Ok(Labels::Any);
        }
        let mut labels = HashSet::new();
        for _ in 0..cursor.varint()? {
            labels.insert(cursor.counted()?.into());
        }
        Ok(Labels::Only(labels))
    }

    /// `filter`, and these labels too.
    pub fn add_to(&self, mut filter: SuffixFilter) -> SuffixFilter {
        match self {
            Labels::Any => SuffixFilter::of_all(),
            Labels::Only(labels) => {
                labels.iter().for_each(|label| filter.insert(label));
                filter
            }
        }
    }

    pub fn knows(&self, label: &[u8]) -> bool {
        match self {
            Labels::Any => true,
            Labels::Only(labels) => labels.contains(label),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_back(writer: &LabelsWriter) -> Labels {
        let mut out = Vec::new();
        writer.put(&mut out);
        Labels::read(&out).unwrap()
    }

    #[test]
    fn names_have_a_final_label_and_addresses_have_none() {
        for (kind, normal_form, label) in [
            (Kind::Domain, "a.example", Some("example")),
            (Kind::Domain, "localhost", Some("localhost")),
            (Kind::Email, "x@a.internal", Some("internal")),
            (Kind::Url, "a.example/b.html?c.d", Some("example")),
            (Kind::Url, "192.0.2.1/b.html", None),
            (Kind::Url, "[2001:db8::1]/b", None),
            (Kind::Url, "a.exam*/b", None),
            (Kind::Md5, "d41d8cd98f00b204e9800998ecf8427e", None),
        ] {
            assert_eq!(final_label(kind, normal_form.as_bytes()), label.map(str::as_bytes), "{normal_form}");
        }
    }

    #[test]
    fn labels_come_back_and_too_many_are_all() {
        let mut writer = LabelsWriter::default();
        writer.insert(b"internal");
        let few = read_back(&writer);
        (0..=MOST_LABELS).for_each(|n| writer.insert(&n.to_le_bytes()));
        let many = read_back(&writer);

        assert!(few.knows(b"internal") && !few.knows(b"other"));
        assert!(many.knows(b"other"));
    }
}
