//! Runs of one ASCII class, so many of them, with a separator between them: `\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}`.
//!
//! The class does not hold the separator, so that there is one way only.

use super::set::Set;

/// No more bytes than this can be a step's: they are looked at together.
pub const LONGEST: usize = 32;

/// The set and numbers of such a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Numbers {
    /// What the runs are made of.
    pub set: usize,
    /// What stands between them.
    pub separator: u8,
    /// How many runs.
    pub times: usize,
    /// Each has at least so many characters.
    pub min: usize,
    /// Each has at most so many; of the last one no more are taken.
    pub max: usize,
}

impl Numbers {
    /// Where they end if they begin here.
    #[inline]
    pub fn end(&self, set: &Set, text: &[u8], start: usize) -> Option<usize> {
        match text[start..].first_chunk().and_then(|chunk| set.held_and(chunk, self.separator)) {
            Some((held, separators)) => self.length(held, separators).map(|length| start + length),
            None => self.end_by_bytes(set, text, start),
        }
    }

    /// By a bit for each byte of the set, and for each separator.
    #[inline]
    fn length(&self, held: u32, separators: u32) -> Option<usize> {
        let (mut others, mut separators, mut length) = (!held, separators, 0);
        for _ in 1..self.times {
            let run = others.trailing_zeros() as usize;
            if run < self.min || run > self.max || separators >> run & 1 == 0 {
                return None;
            }
            others >>= run + 1;
            separators >>= run + 1;
            length += run + 1;
        }
        let last = self.max.min(others.trailing_zeros() as usize);
        (last >= self.min).then_some(length + last)
    }

    fn end_by_bytes(&self, set: &Set, text: &[u8], start: usize) -> Option<usize> {
        let mut place = start;
        for number in 1..=self.times {
            let run = set.run(text, place, self.max);
            if run.chars < self.min {
                return None;
            }
            place = run.end;
            if number < self.times {
                place += usize::from(text.get(place) == Some(&self.separator));
                if place == run.end {
                    return None;
                }
            }
        }
        Some(place)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_end_where_a_byte_at_a_time_says() {
        let set = Set::new("[0-9]", false, false).unwrap();
        let numbers = Numbers { set: 0, separator: b'.', times: 3, min: 1, max: 2 };
        let cases: [(&str, Option<usize>); 10] = [
            ("1.2.3", Some(5)),
            ("11.22.33", Some(8)),
            ("11.22.333", Some(8)),
            ("1.2.3.4", Some(5)),
            ("111.2.3", None),
            ("1..3", None),
            ("1.2.", None),
            ("1.2", None),
            (".1.2.3", None),
            ("", None),
        ];
        for (text, end) in cases {
            for behind in ["", "x", &"x".repeat(LONGEST)] {
                let text = format!("-{text}{behind}");
                let end = end.map(|end| end + 1);
                assert_eq!(numbers.end(&set, text.as_bytes(), 1), end, "{text}");
                assert_eq!(numbers.end_by_bytes(&set, text.as_bytes(), 1), end, "{text}");
            }
        }
    }
}
