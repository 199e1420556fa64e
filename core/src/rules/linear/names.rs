//! Names of labels with a separator between them, of which the last must be so long: `a.b-c.de`, in one walk.
//!
//! A regex for host names says it as a label, further labels as many as there are, and a last one. What the labels are
//! made of does not hold the separator, so that there is one way for each number of them: the most that leaves a last one.

use super::set::Set;

/// The sets and numbers of a step with a name.
#[derive(Clone, Copy, Debug)]
pub struct Names {
    /// What a label is made of.
    pub all: usize,
    /// What it begins and ends with, and the last label is made of.
    pub ends: usize,
    /// What stands between labels.
    pub separator: u8,
    /// How many characters the last label has at least.
    pub min: usize,
    /// The number of the step among those that keep what they walked.
    pub memory: usize,
}

/// How far a walk came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Walk {
    /// Where the name ends, if there is one.
    pub end: Option<usize>,
    /// Where no further label was.
    pub walked: usize,
}

impl Names {
    /// The name that begins here.
    pub fn walk(&self, sets: &[Set], text: &[u8], start: usize) -> Walk {
        let (all, ends) = (&sets[self.all], &sets[self.ends]);
        let (mut end, mut label) = (None, start);
        loop {
            let first = ends.run(text, label, usize::MAX);
            if first.chars == 0 {
                return Walk { end, walked: label };
            }
            if label > start && first.chars >= self.min {
                end = Some(first.end);
            }
            let mut label_end = first.end;
            if text.get(label_end) != Some(&self.separator) {
                label_end = self::label_end(all, ends, text, label_end);
                if text.get(label_end) != Some(&self.separator) {
                    return Walk { end, walked: label_end };
                }
            }
            label = label_end + 1;
        }
    }
}

/// The end of the longest run of `all` that ends with a character of `ends`, where one ended at `from`.
pub fn label_end(all: &Set, ends: &Set, text: &[u8], from: usize) -> usize {
    let mut end = match all.taken(text, from) {
        None => return from,
        Some(_) => all.run(text, from, usize::MAX).end,
    };
    while end > from {
        let last = (from..end).rev().find(|place| text[*place] & 0xC0 != 0x80).unwrap_or(from);
        if ends.taken(text, last).is_some() {
            return end;
        }
        end = last;
    }
    from
}
