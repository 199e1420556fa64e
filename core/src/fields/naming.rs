//! In which field each span of an event stands, and the event's ends: one walk for both.

use super::ends::{EndNames, Ends, Finding};
use super::walk::{Csv, walk};

/// A span of the event, and the innermost field that holds it.
pub struct Span {
    /// Where it begins.
    pub start: usize,
    /// Where it ends.
    pub end: usize,
    /// The field's name; empty where no field holds it.
    pub field: String,
    length: usize,
}

impl Span {
    /// A span whose field is not known yet.
    pub fn new(start: usize, end: usize) -> Span {
        Span { start, end, field: String::new(), length: usize::MAX }
    }
}

/// Name the field of each span, and find the ends of the event.
pub fn name_fields(event: &[u8], names: &EndNames, csv: Csv, spans: &mut [Span]) -> Ends {
    let mut finding = Finding::default();
    walk(event, csv, &mut |field| {
        finding.look_at(names, field);
        if spans.is_empty() {
            return;
        }
        let place = field.place();
        for span in spans.iter_mut() {
            // What fits as tightly and comes later is further in; what holds other fields comes before or around them.
            if place.start <= span.start && span.end <= place.end && place.len() < span.length.saturating_add(1) {
                let is_outer = place.len() == span.length && field.holds_others();
                if !is_outer {
                    span.length = place.len();
                    field.path.show(&mut span.field);
                }
            }
        }
    });
    finding.ends
}
