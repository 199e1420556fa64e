//! The second reading: values in disguise, undone in the neighbourhood where they stand, and read as plain ones are.
//!
//! Escapes are everywhere and nearly all are ordinary, so the text is first searched for notable ones alone. What the
//! plain reading sees as well is not reported again.

use std::ops::Range;

use super::url::head_end;
use super::{AutoMatch, AutoScratch, match_plainly};
use crate::disguise::{Decoded, Forms, Notable, Obfuscation, each_base64_run, notables, place_in_url};
use crate::index::{Found, Index};
use crate::kind::Kind;

/// How far before a disguise and behind it a value is looked for.
const FAR_BEFORE: usize = 2048;
const FAR_BEHIND: usize = 4096;
/// The longest neighbourhood: more disguises make a further one.
const LONGEST: usize = 16384;
/// So many bytes undone are read together.
const TOGETHER: usize = 1 << 15;
/// How many times what was undone is undone again.
const DEEPEST: usize = 3;

/// No more entries are remembered as told of the values that reach over one place.
const MOST_TOLD: usize = 256;

/// How many bytes of Base64 are read of one text.
const MOST_BASE64: usize = 1 << 20;

/// How a text is read.
#[derive(Clone, Copy, Debug, Default)]
pub struct Reading {
    /// It is one event, line breaks and all; else each line is one.
    pub one_event: bool,
    /// Base64 is read as well.
    pub base64: bool,
    /// What is disguised is left so.
    pub plainly: bool,
}

/// A disguised observable that entries know, in places of the text as it came.
pub struct Disguised {
    pub kind: Kind,
    pub start: usize,
    pub end: usize,
    pub normal_form: Vec<u8>,
    pub obfuscation: Obfuscation,
    pub found: Vec<Found>,
}

/// Working memory for some neighbourhoods at a time.
#[derive(Default)]
pub struct Disguises {
    notables: Vec<Notable>,
    neighbourhoods: Vec<Neighbourhood>,
    decoded: Decoded,
    again: Decoded,
    plain: AutoScratch,
    passed_over: u64,
}

/// A part of a text around some disguises.
#[derive(Clone, Copy, Default)]
struct Neighbourhood {
    start: usize,
    end: usize,
    forms: Forms,
    /// Whether it begins and ends where no value does.
    cut: (bool, bool),
}

impl Disguises {
    /// How many values or places were passed over.
    pub fn passed_over(&self) -> u64 {
        self.passed_over + self.plain.passed_over()
    }

    /// Read each neighbourhood of a notable disguise once undone, twice undone, and so on.
    pub fn each_reading(&mut self, text: &[u8], reading: Reading, mut read: impl FnMut(&mut AutoScratch, Undone<'_>)) {
        if reading.plainly {
            return;
        }
        self.notables.clear();
        notables(text, reading.one_event, &mut self.notables);
        let found = std::mem::take(&mut self.notables);
        let mut rest = found.as_slice();
        while !rest.is_empty() {
            let taken = self.gather(text, rest, reading);
            rest = &rest[taken..];
            self.read_gathered(text, &mut read);
        }
        self.notables = found;
        if reading.base64 {
            self.read_base64(text, &mut read);
        }
    }

    /// What Base64 says stands by itself: nothing of the text around it belongs to it.
    fn read_base64(&mut self, text: &[u8], read: &mut impl FnMut(&mut AutoScratch, Undone<'_>)) {
        let Disguises { decoded, plain, passed_over, .. } = self;
        *passed_over += each_base64_run(text, MOST_BASE64, decoded, |decoded| {
            let whole = Neighbourhood { end: decoded.bytes.len(), ..Neighbourhood::default() };
            read(plain, Undone { text, decoded, neighbourhoods: &[whole] });
        });
    }

    /// Undo these disguises, neighbourhood by neighbourhood, until enough are to be read together; how many is returned.
    fn gather(&mut self, text: &[u8], all: &[Notable], reading: Reading) -> usize {
        self.decoded.clear();
        self.neighbourhoods.clear();
        let mut taken = 0;
        while taken < all.len() && self.decoded.bytes.len() < TOGETHER {
            let (Neighbourhood { start, end, forms, cut }, in_it) = around(text, &all[taken..], reading);
            let Range { start, end } = self.decoded.push(text, start, end, forms);
            self.neighbourhoods.push(Neighbourhood { start, end, forms, cut });
            // A value that goes on beyond it is not read.
            self.passed_over += u64::from(cut.0 || cut.1);
            taken += in_it;
        }
        taken
    }

    fn read_gathered(&mut self, text: &[u8], read: &mut impl FnMut(&mut AutoScratch, Undone<'_>)) {
        for depth in 0.. {
            let undone = Undone { text, decoded: &self.decoded, neighbourhoods: &self.neighbourhoods };
            read(&mut self.plain, undone);
            self.drop_plain();
            if self.neighbourhoods.is_empty() {
                return;
            }
            if depth + 1 == DEEPEST {
                self.passed_over += self.neighbourhoods.len() as u64;
                return;
            }
            self.again.clear();
            for one in &mut self.neighbourhoods {
                let Range { start, end } = self.again.push_again(&self.decoded, one.start, one.end, one.forms);
                (one.start, one.end) = (start, end);
            }
            std::mem::swap(&mut self.decoded, &mut self.again);
        }
    }

    /// Keep the neighbourhoods that are still disguised, and say how.
    fn drop_plain(&mut self) {
        self.notables.clear();
        notables(&self.decoded.bytes, true, &mut self.notables);
        let mut rest = self.notables.iter().peekable();
        self.neighbourhoods.retain_mut(|one| {
            one.forms = Forms::default();
            while let Some(notable) = rest.next_if(|notable| notable.start < one.end) {
                one.forms = one.forms.and(notable.form);
            }
            one.forms != Forms::default()
        });
    }
}

/// The neighbourhood of the first of these disguises, and how many of them stand in it.
fn around(text: &[u8], all: &[Notable], reading: Reading) -> (Neighbourhood, usize) {
    let first = all[0];
    let floor = first.start.saturating_sub(FAR_BEFORE);
    let start = start_of_word(text, floor, first.start, reading);
    let mut end = first.end;
    let mut forms = Forms::default();
    let mut taken = 0;
    let mut ceiling = end;
    for notable in all {
        let beyond = notable.start > end || notable.end > start + LONGEST;
        if taken > 0 && beyond {
            break;
        }
        forms = forms.and(notable.form);
        if notable.end >= end {
            ceiling = text.len().min(notable.end + FAR_BEHIND);
            end = end_of_word(text, notable.end, ceiling, reading);
        }
        taken += 1;
    }
    let cut = (start == floor && floor > 0, end == ceiling && end < text.len());
    (Neighbourhood { start, end, forms, cut }, taken)
}

fn start_of_word(text: &[u8], floor: usize, from: usize, reading: Reading) -> usize {
    let mut at = from;
    while at > floor {
        let soft = reading.one_event && (text[at..].starts_with(b"\n") || text[at - 1] == b'\n');
        if is_boundary(text[at - 1]) && !(soft && soft_break_before(text, at)) {
            break;
        }
        at -= 1;
    }
    at
}

fn end_of_word(text: &[u8], from: usize, ceiling: usize, reading: Reading) -> usize {
    let mut at = from;
    while at < ceiling {
        if is_boundary(text[at]) && !(reading.one_event && is_in_soft_break(text, at)) {
            break;
        }
        at += 1;
    }
    at
}

/// Whether the byte before `at` belongs to a soft line break.
fn soft_break_before(text: &[u8], at: usize) -> bool {
    is_in_soft_break(text, at - 1)
}

/// Whether the byte at `at` belongs to a line break behind `=`.
fn is_in_soft_break(text: &[u8], at: usize) -> bool {
    match text[at] {
        b'\n' => text[..at].ends_with(b"=") || text[..at].ends_with(b"=\r"),
        b'\r' => text[..at].ends_with(b"=") && text.get(at + 1) == Some(&b'\n'),
        _ => false,
    }
}

/// No value reaches over such a byte.
fn is_boundary(byte: u8) -> bool {
    byte <= b' ' || matches!(byte, 0x7f | b'"' | b'<' | b'>')
}

/// Neighbourhoods, undone.
#[derive(Clone, Copy)]
pub struct Undone<'a> {
    text: &'a [u8],
    decoded: &'a Decoded,
    /// Where they stand in what was undone, ascending.
    neighbourhoods: &'a [Neighbourhood],
}

/// Where a value stands in the text as it came, and how it was disguised.
pub struct Origin {
    pub start: usize,
    pub end: usize,
    pub obfuscation: Obfuscation,
}

impl Undone<'_> {
    /// What is read.
    pub fn bytes(&self) -> &[u8] {
        &self.decoded.bytes
    }

    /// Where the value `start..end` came from, unless the plain reading sees it as well or it is cut.
    pub fn origin(&self, kind: Kind, start: usize, end: usize) -> Option<Origin> {
        let around = self.decoded.how_around(start, end);
        if around.is_none() || self.is_cut(start, end) || self.is_plain(kind, start, end, around) {
            return None;
        }
        let within = self.decoded.how(start, end);
        let (start, end) = self.decoded.origin(start, end);
        Some(Origin { start, end, obfuscation: if within.is_none() { around } else { within } })
    }

    /// Whether the value may go on beyond its neighbourhood.
    fn is_cut(&self, start: usize, end: usize) -> bool {
        let around = self.neighbourhoods.partition_point(|one| one.end <= start);
        let is_cut = |one: &Neighbourhood| (one.cut.0 && start == one.start) || (one.cut.1 && end == one.end);
        self.neighbourhoods.get(around).is_some_and(is_cut)
    }

    /// Percent escapes belong to the URL in which they stand: it is read with them, and bare values in it are not.
    fn is_plain(&self, kind: Kind, start: usize, end: usize, around: Obfuscation) -> bool {
        if !Obfuscation::PERCENT.includes(around) {
            return false;
        }
        match kind {
            Kind::Url => self.decoded.how_around(start, head_end(&self.decoded.bytes, start, end)).is_none(),
            _ => place_in_url(self.text, self.decoded.origin(start, end).0).is_some(),
        }
    }
}

impl AutoScratch {
    /// The disguised observables of a text that the index knows, in ascending order of their starts.
    pub(super) fn find_disguised(&mut self, text: &[u8], reading: Reading, index: &Index) -> Vec<Disguised> {
        let mut all = Vec::new();
        let disguises = self.disguises.get_or_insert_default();
        disguises.each_reading(text, reading, |plain, undone| {
            match_plainly(undone.bytes(), index, plain, &mut |known| {
                let Some(origin) = undone.origin(known.kind, known.start, known.end) else { return };
                all.push(Disguised {
                    kind: known.kind,
                    start: origin.start,
                    end: origin.end,
                    normal_form: known.normal_form.to_vec(),
                    obfuscation: origin.obfuscation.and(known.obfuscation),
                    found: known.found.to_vec(),
                });
            });
        });
        all.sort_by_key(|one| one.start);
        all
    }
}

/// Plain and disguised matches in ascending order; of one entry in one place, that is told which begins first.
pub struct Merge {
    disguised: std::iter::Peekable<std::vec::IntoIter<Disguised>>,
    /// Where entries that were told end.
    told: Vec<(usize, u64)>,
    found: Vec<Found>,
}

impl Merge {
    pub fn of(disguised: Vec<Disguised>) -> Merge {
        Merge { disguised: disguised.into_iter().peekable(), told: Vec::new(), found: Vec::new() }
    }

    /// Tell a plain match, and the disguised ones that begin before it.
    pub fn pass(&mut self, plain: AutoMatch<'_>, on_match: &mut impl FnMut(AutoMatch<'_>)) {
        self.pass_until(plain.start, on_match);
        self.tell(plain, on_match);
    }

    /// Tell the disguised matches that begin before `start`.
    pub fn pass_until(&mut self, start: usize, on_match: &mut impl FnMut(AutoMatch<'_>)) {
        while let Some(one) = self.disguised.next_if(|one| one.start < start) {
            let Disguised { kind, start, end, ref normal_form, obfuscation, ref found } = one;
            self.tell(AutoMatch { kind, start, end, normal_form, obfuscation, found }, on_match);
        }
    }

    fn tell(&mut self, one: AutoMatch<'_>, on_match: &mut impl FnMut(AutoMatch<'_>)) {
        self.told.retain(|(end, _)| *end > one.start);
        self.told.drain(..self.told.len().saturating_sub(MOST_TOLD));
        self.found.clear();
        self.found.extend(one.found.iter().filter(|found| !self.told.iter().any(|(_, told)| *told == found.entry)));
        self.told.extend(self.found.iter().map(|found| (one.end, found.entry)));
        if !self.found.is_empty() {
            on_match(AutoMatch { found: &self.found, ..one });
        }
    }
}
