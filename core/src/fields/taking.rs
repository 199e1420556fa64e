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
        let mut undone = Vec::new();
        self.each_taken(text, &mut |rule, field| taken.add(rule, field, &mut undone))
    }

    /// Where a part of a value that was taken of this text stands in it, escapes included; `number` says which value.
    ///
    /// The text is walked over again: few values hold what is known, and fewer of them escapes.
    fn place_within(&self, text: &[u8], number: usize, part: Range<usize>) -> Range<usize> {
        let (mut count, mut place) = (0, 0..0);
        self.each_taken(text, &mut |_, field| {
            if count == number {
                place = field.part_of_value(part.clone());
            }
            count += 1;
        });
        place
    }

    /// Each field that a rule names. Returns how often a bound kept something from being read.
    fn each_taken(&self, text: &[u8], on_field: &mut dyn FnMut(usize, &Field<'_>)) -> u64 {
        let cef = self.rules.iter().any(|(_, selector)| selector.format() == Format::Cef);
        let (mut labels, mut unread) = (LABELS, 0);
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
                    on_field(*rule, field);
                }
            }
        });
        passed_over + unread
    }
}

/// What a field rule took.
pub struct FieldValue<'t> {
    /// Its number among all that were taken of the text.
    pub number: usize,
    /// Where it stands in the text, escapes included.
    pub place: Range<usize>,
    /// Whether it stands there as it is.
    pub stands_as_it_is: bool,
    /// Without escapes.
    pub value: &'t [u8],
}

impl FieldValue<'_> {
    /// Where a part of the value stands in the text that these rules took it of.
    pub fn place_within(&self, rules: &FieldRules, text: &[u8], part: Range<usize>) -> Range<usize> {
        if self.stands_as_it_is {
            return self.place.start + part.start..self.place.start + part.end;
        }
        rules.place_within(text, self.number, part)
    }
}

impl FieldValues {
    /// What this rule took.
    pub fn of<'t>(&'t self, rule: usize, text: &'t [u8]) -> impl Iterator<Item = FieldValue<'t>> {
        let of_rule = self.values.iter().enumerate().filter(move |(_, one)| one.rule == rule);
        of_rule.map(|(number, one)| FieldValue {
            number,
            place: one.place.clone(),
            stands_as_it_is: one.undone.is_none(),
            value: match &one.undone {
                Some(undone) => &self.undone[undone.clone()],
                None => &text[one.place.clone()],
            },
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
