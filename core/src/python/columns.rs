//! The rows of a block as columns, one list each: a thousand detections are then built without a step of Python's own.

use std::collections::HashMap;
use std::hash::Hash;
use std::ops::Range;

use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDict, PyList, PyString};

use crate::fields::Ends;
use crate::frame::Frames;
use crate::matching::{Matches, Row};
use crate::rules::Rules;

#[pyclass(frozen, get_all, module = "vedette._core")]
pub(super) struct Columns {
    numbers: Py<PyList>,
    events: Py<PyList>,
    profiles: Py<PyList>,
    rules: Py<PyList>,
    kinds: Py<PyList>,
    observed: Py<PyList>,
    spans: Py<PyList>,
    normal_forms: Py<PyList>,
    scopes: Py<PyList>,
    entries: Py<PyList>,
    values: Py<PyList>,
    variants: Py<PyList>,
    obfuscations: Py<PyList>,
    fields: Py<PyList>,
    tickets: Py<PyList>,
    counts: Py<PyList>,
    since: Py<PyList>,
    doubts: Py<PyList>,
    near: Py<PyList>,
    far: Py<PyList>,
    actions: Py<PyList>,
}

impl Columns {
    pub(super) fn new(
        py: Python<'_>,
        matches: &Matches,
        rows: &[&Row],
        frames: &Frames,
        rules: &Rules,
    ) -> PyResult<Columns> {
        let updates = &matches.updates;
        let mut words = Words::default();
        let ends: Vec<Option<&Ends>> = by_event(rows, &matches.ends).collect();
        let (events, values) = shared_by_event(py, rows, matches, frames, rules, &mut words)?;
        let observed = texts(py, rows.iter().map(|row| &*row.observed))?;
        Ok(Columns {
            numbers: PyList::new(py, rows.iter().map(|row| row.event))?.unbind(),
            events,
            profiles: words.column(py, rows, |row| &rules.profiles[row.profile].id)?,
            rules: words.column(py, rows, |row| &rules.rules[row.rule].name)?,
            kinds: words.column(py, rows, |row| row.observed_kind.name())?,
            spans: PyList::new(py, rows.iter().map(|row| (row.start, row.end)))?.unbind(),
            normal_forms: normal_forms(py, rows, &observed)?,
            scopes: words.column(py, rows, |row| row.scope.name())?,
            entries: PyList::new(py, rows.iter().map(|row| row.entry))?.unbind(),
            observed: PyList::new(py, observed)?.unbind(),
            values,
            variants: words.column(py, rows, |row| row.variant)?,
            obfuscations: obfuscations(py, rows)?,
            tickets: PyList::new(py, updates.iter().map(|update| update.ticket))?.unbind(),
            counts: PyList::new(py, updates.iter().map(|update| update.count))?.unbind(),
            since: PyList::new(py, updates.iter().map(|update| update.since))?.unbind(),
            doubts: PyList::new(py, &matches.doubts)?.unbind(),
            fields: names(py, rows)?,
            near: end_texts(py, rows, frames, &ends, |ends| ends.near.as_ref())?,
            far: end_texts(py, rows, frames, &ends, |ends| ends.far.as_ref())?,
            actions: words.words(py, ends.iter().map(|ends| ends.map_or("", |ends| ends.action.name())))?,
        })
    }
}

type Column = PyResult<Py<PyList>>;

/// Words that stand in many rows: one string each.
#[derive(Default)]
pub(super) struct Words<'a, 'py>(HashMap<&'a str, Bound<'py, PyString>>);

impl<'a, 'py> Words<'a, 'py> {
    fn column(&mut self, py: Python<'py>, rows: &[&'a Row], word: impl Fn(&'a Row) -> &'a str) -> Column {
        self.words(py, rows.iter().map(|row| word(row)))
    }

    fn words(&mut self, py: Python<'py>, words: impl Iterator<Item = &'a str>) -> Column {
        let mut last: Option<(&str, Bound<'py, PyString>)> = None;
        let words = words.map(|word| match &last {
            // Most rows say what the one before said, and in the same place.
            Some((known, string)) if std::ptr::eq(*known, word) => string.clone(),
            _ => last.insert((word, self.get(py, word))).1.clone(),
        });
        Ok(PyList::new(py, words.collect::<Vec<_>>())?.unbind())
    }

    pub(super) fn get(&mut self, py: Python<'py>, word: &'a str) -> Bound<'py, PyString> {
        self.0.entry(word).or_insert_with(|| PyString::intern(py, word)).clone()
    }
}

/// What stands in the rows, made once for each that differs from the row before and has not been seen.
fn remembered<'py, K: Copy + Eq + Hash>(
    py: Python<'py>,
    keys: impl Iterator<Item = K>,
    make: impl Fn(K) -> Bound<'py, PyString>,
) -> Column {
    let mut made: HashMap<K, Bound<'py, PyString>> = HashMap::new();
    let mut last: Option<(K, Bound<'py, PyString>)> = None;
    let strings = keys.map(|key| match &last {
        Some((known, string)) if *known == key => string.clone(),
        _ => last.insert((key, made.entry(key).or_insert_with(|| make(key)).clone())).1.clone(),
    });
    Ok(PyList::new(py, strings.collect::<Vec<_>>())?.unbind())
}

/// How each value was disguised: few ways, and each in words once.
fn obfuscations(py: Python<'_>, rows: &[&Row]) -> Column {
    remembered(py, rows.iter().map(|row| row.obfuscation), |way| PyString::new(py, &way.to_string()))
}

/// Names of fields, one string each for a block: they come from events, so nothing may hold them for ever.
fn names(py: Python<'_>, rows: &[&Row]) -> Column {
    remembered(py, rows.iter().map(|row| &*row.field), |name| PyString::new(py, name))
}

/// For each row what there is of its event; both are in the order of the events.
fn by_event<'a, T>(rows: &'a [&Row], of_events: &'a [(usize, T)]) -> impl Iterator<Item = Option<&'a T>> {
    let mut rest = of_events;
    rows.iter().map(move |row| {
        while rest.first().is_some_and(|(event, _)| *event < row.event) {
            rest = &rest[1..];
        }
        rest.first().filter(|(event, _)| *event == row.event).map(|(_, its)| its)
    })
}

/// For each row one end of its event; empty where the event names none.
fn end_texts<'a>(
    py: Python<'_>,
    rows: &[&Row],
    frames: &Frames,
    ends: &[Option<&'a Ends>],
    end: impl Fn(&'a Ends) -> Option<&'a Range<usize>>,
) -> Column {
    let mut last: Option<(usize, Bound<'_, PyString>)> = None;
    let mut texts = Vec::with_capacity(ends.len());
    for (row, ends) in rows.iter().zip(ends) {
        let known = match last.take().filter(|(event, _)| *event == row.event) {
            Some(known) => known,
            None => {
                let bytes = ends.and_then(&end).map_or(&b""[..], |place| &frames.frame(row.event)[place.clone()]);
                (row.event, text(py, bytes)?)
            }
        };
        texts.push(known.1.clone());
        last = Some(known);
    }
    Ok(PyList::new(py, texts)?.unbind())
}

/// For each row its event's bytes, and the first value of each rule.
fn shared_by_event<'a, 'py>(
    py: Python<'py>,
    rows: &[&Row],
    matches: &'a Matches,
    frames: &Frames,
    rules: &'a Rules,
    words: &mut Words<'a, 'py>,
) -> PyResult<(Py<PyList>, Py<PyList>)> {
    let (mut events, mut values) = (Vec::with_capacity(rows.len()), Vec::with_capacity(rows.len()));
    let mut last: Option<(usize, Bound<'py, PyBytes>, Bound<'py, PyDict>)> = None;
    for (row, of_event) in rows.iter().zip(by_event(rows, &matches.values)) {
        let known = match last.take().filter(|(event, ..)| *event == row.event) {
            Some(known) => known,
            None => {
                let first_values = PyDict::new(py);
                for (rule, value) in of_event.into_iter().flatten() {
                    first_values.set_item(words.get(py, &rules.rules[*rule].name), text(py, value)?)?;
                }
                (row.event, PyBytes::new(py, frames.frame(row.event)), first_values)
            }
        };
        events.push(known.1.clone());
        values.push(known.2.clone());
        last = Some(known);
    }
    Ok((PyList::new(py, events)?.unbind(), PyList::new(py, values)?.unbind()))
}

fn texts<'a, 'py>(py: Python<'py>, values: impl Iterator<Item = &'a [u8]>) -> PyResult<Vec<Bound<'py, PyString>>> {
    values.map(|value| text(py, value)).collect()
}

/// The normal form of each row: the same text where that is what was observed.
fn normal_forms(py: Python<'_>, rows: &[&Row], observed: &[Bound<'_, PyString>]) -> Column {
    let texts = rows.iter().zip(observed).map(|(row, observed)| {
        if row.normal_form == row.observed { Ok(observed.clone()) } else { text(py, &row.normal_form) }
    });
    Ok(PyList::new(py, texts.collect::<PyResult<Vec<_>>>()?)?.unbind())
}

/// Bytes of an event as text for people, as `vedette.indicators.text` makes it.
pub(super) fn text<'py>(py: Python<'py>, bytes: &[u8]) -> PyResult<Bound<'py, PyString>> {
    match std::str::from_utf8(bytes) {
        Ok(text) => Ok(PyString::new(py, text)),
        Err(_) => PyString::from_encoded_object(&PyBytes::new(py, bytes), Some(c"utf-8"), Some(c"backslashreplace")),
    }
}
