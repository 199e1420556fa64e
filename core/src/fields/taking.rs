//! What the field rules of a profile take, all of them in one walk over the event.

use std::ops::Range;

use memchr::{memchr, memmem};

use super::Format;
use super::field::Field;
use super::selector::Selector;
use super::walk::{Csv, walk};

/// Labels of CEF's custom fields are looked for in so many fields of an event.
const LABELS: usize = 64;

/// The field rules that serve a profile's events.
#[derive(Clone, Debug, Default)]
pub struct FieldRules {
    rules: Vec<(usize, Selector)>,
}

/// What field rules have taken from an event.
#[derive(Default)]
pub struct FieldValues {
    values: Vec<One>,
    /// Values that do not stand in the event as they are.
    undone: Vec<u8>,
}

struct One {
    rule: usize,
    place: Range<usize>,
    undone: Option<Range<usize>>,
}

impl FieldRules {
    /// Rules by their positions among all.
    pub fn new(rules: Vec<(usize, Selector)>) -> FieldRules {
        FieldRules { rules }
    }

    /// How columns are told for these rules.
    pub fn csv(&self) -> Csv {
        let is_asked = self.rules.iter().any(|(_, selector)| selector.format() == Format::Csv);
        if is_asked { Csv::Asked } else { Csv::Guessed }
    }

    /// Take what the rules name in this text. Returns how often a bound kept something from being read.
    pub fn take(&self, text: &[u8], taken: &mut FieldValues) -> u64 {
        taken.values.clear();
        taken.undone.clear();
        if !self.rules.iter().any(|(_, selector)| may_hold(text, selector.format())) {
            return 0;
        }
        let cef = self.rules.iter().any(|(_, selector)| selector.format() == Format::Cef);
        let (mut labels, mut unread, mut undone) = (LABELS, 0, Vec::new());
        let passed_over = walk(text, self.csv(), &mut |field| {
            let mut label = None;
            if cef && field.may_be_labelled() {
                if labels == 0 {
                    unread = 1;
                } else {
                    labels -= 1;
                    label = field.label();
                }
            }
            for (rule, selector) in &self.rules {
                if selector.names(field, label) && !field.written().is_empty() {
                    taken.add(*rule, field, &mut undone);
                }
            }
        });
        passed_over + unread
    }
}

impl FieldValues {
    /// What this rule took: where it stands in the text, whether it stands there as it is, and the value.
    pub fn of<'t>(&'t self, rule: usize, text: &'t [u8]) -> impl Iterator<Item = (Range<usize>, bool, &'t [u8])> {
        self.values.iter().filter(move |one| one.rule == rule).map(|one| match &one.undone {
            Some(undone) => (one.place.clone(), false, &self.undone[undone.clone()]),
            None => (one.place.clone(), true, &text[one.place.clone()]),
        })
    }

    fn add(&mut self, rule: usize, field: &Field<'_>, undone: &mut Vec<u8>) {
        let place = field.place();
        let mut one = One { rule, place, undone: None };
        if !field.stands_as_it_is() {
            let start = self.undone.len();
            self.undone.extend_from_slice(field.value(undone));
            one.undone = Some(start..self.undone.len());
        }
        self.values.push(one);
    }
}

/// A cheap test that may over-report, and never misses: whether a text may hold this format, if need be in escapes.
fn may_hold(text: &[u8], format: Format) -> bool {
    let plain = match format {
        Format::Syslog | Format::Csv => return true,
        Format::Cef => memmem::find(text, b"CEF:").is_some(),
        Format::Leef => memmem::find(text, b"LEEF:").is_some(),
        Format::Json => memchr::memchr2(b'{', b'[', text).is_some(),
        Format::KeyValue => memchr(b'=', text).is_some(),
        Format::Xml => memchr(b'<', text).is_some(),
    };
    plain || memchr(b'&', text).is_some() || memmem::find(text, b"\\u").is_some()
}
