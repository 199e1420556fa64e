//! The rows of a block as columns, one list each: a thousand detections are then built without a step of Python's own.

use std::collections::HashMap;
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
    near: Py<PyList>,
    far: Py<PyList>,
    actions: Py<PyList>,
}

impl Columns {
    pub(super) fn new(py: Python<'_>, matches: &Matches, frames: &Frames, rules: &Rules) -> PyResult<Columns> {
        let (rows, updates) = (&matches.rows, &matches.updates);
        let mut words = Words::default();
        let (events, values) = shared_by_event(py, matches, frames, rules)?;
        Ok(Columns {
            numbers: PyList::new(py, rows.iter().map(|row| row.event))?.unbind(),
            events,
            profiles: words.column(py, rows, |row| &rules.profiles[row.profile].id)?,
            rules: words.column(py, rows, |row| &rules.rules[row.rule].name)?,
            kinds: words.column(py, rows, |row| row.observed_kind.name())?,
            observed: texts(py, rows, |row| &row.observed)?,
            spans: PyList::new(py, rows.iter().map(|row| (row.start, row.end)))?.unbind(),
            normal_forms: texts(py, rows, |row| &row.normal_form)?,
            scopes: words.column(py, rows, |row| row.scope.name())?,
            entries: PyList::new(py, rows.iter().map(|row| row.entry))?.unbind(),
            values,
            variants: words.column(py, rows, |row| row.variant)?,
            obfuscations: obfuscations(py, rows)?,
            tickets: PyList::new(py, updates.iter().map(|update| update.ticket))?.unbind(),
            counts: PyList::new(py, updates.iter().map(|update| update.count))?.unbind(),
            since: PyList::new(py, updates.iter().map(|update| update.since))?.unbind(),
            fields: names(py, rows)?,
            near: ends(py, matches, frames, |ends| ends.near.as_ref())?,
            far: ends(py, matches, frames, |ends| ends.far.as_ref())?,
            actions: words.column(py, rows, |row| matches.ends(row.event).map_or("", |ends| ends.action.name()))?,
        })
    }
}

type Column = PyResult<Py<PyList>>;

/// Words that stand in many rows: one string each.
#[derive(Default)]
struct Words<'a, 'py>(HashMap<&'a str, Bound<'py, PyString>>);

impl<'a, 'py> Words<'a, 'py> {
    fn column(&mut self, py: Python<'py>, rows: &'a [Row], word: impl Fn(&'a Row) -> &'a str) -> Column {
        Ok(PyList::new(py, rows.iter().map(|row| self.get(py, word(row))))?.unbind())
    }

    fn get(&mut self, py: Python<'py>, word: &'a str) -> Bound<'py, PyString> {
        self.0.entry(word).or_insert_with(|| PyString::intern(py, word)).clone()
    }
}

/// How each value was disguised: few ways, and each in words once.
fn obfuscations(py: Python<'_>, rows: &[Row]) -> Column {
    let mut written = HashMap::new();
    let mut words = |row: &Row| -> Bound<'_, PyString> {
        written.entry(row.obfuscation).or_insert_with(|| PyString::new(py, &row.obfuscation.to_string())).clone()
    };
    Ok(PyList::new(py, rows.iter().map(&mut words))?.unbind())
}

/// Names of fields, one string each for a block: they come from events, so nothing may hold them for ever.
fn names(py: Python<'_>, rows: &[Row]) -> Column {
    let mut known: HashMap<&str, Bound<'_, PyString>> = HashMap::new();
    let names = rows.iter().map(|row| known.entry(&row.field).or_insert_with(|| PyString::new(py, &row.field)).clone());
    Ok(PyList::new(py, names.collect::<Vec<_>>())?.unbind())
}

/// For each row one end of its event; empty where the event names none.
fn ends(py: Python<'_>, matches: &Matches, frames: &Frames, end: impl Fn(&Ends) -> Option<&Range<usize>>) -> Column {
    let mut last: Option<(usize, Bound<'_, PyString>)> = None;
    let texts = PyList::empty(py);
    for row in &matches.rows {
        let known = last.take().filter(|(event, _)| *event == row.event);
        let known = match known {
            Some(known) => known,
            None => {
                let place = matches.ends(row.event).and_then(&end);
                let bytes = place.map_or(&b""[..], |place| &frames.frame(row.event)[place.clone()]);
                (row.event, text(py, bytes)?)
            }
        };
        texts.append(&known.1)?;
        last = Some(known);
    }
    Ok(texts.unbind())
}

/// For each row its event's bytes, and the first value of each rule.
fn shared_by_event<'py>(
    py: Python<'py>,
    matches: &Matches,
    frames: &Frames,
    rules: &Rules,
) -> PyResult<(Py<PyList>, Py<PyList>)> {
    let (events, values) = (PyList::empty(py), PyList::empty(py));
    let mut last: Option<(usize, Bound<'py, PyBytes>, Bound<'py, PyDict>)> = None;
    for row in &matches.rows {
        if last.as_ref().is_none_or(|(event, ..)| *event != row.event) {
            let event = PyBytes::new(py, frames.frame(row.event));
            last = Some((row.event, event, values_of(py, matches, row.event, rules)?));
        }
        if let Some((_, event, first_values)) = &last {
            events.append(event)?;
            values.append(first_values)?;
        }
    }
    Ok((events.unbind(), values.unbind()))
}

fn values_of<'py>(py: Python<'py>, matches: &Matches, event: usize, rules: &Rules) -> PyResult<Bound<'py, PyDict>> {
    let values = PyDict::new(py);
    for (rule, value) in matches.values(event) {
        values.set_item(PyString::intern(py, &rules.rules[*rule].name), text(py, value)?)?;
    }
    Ok(values)
}

fn texts<'a>(py: Python<'_>, rows: &'a [Row], value: impl Fn(&'a Row) -> &'a [u8]) -> Column {
    let texts = rows.iter().map(|row| text(py, value(row))).collect::<PyResult<Vec<_>>>()?;
    Ok(PyList::new(py, texts)?.unbind())
}

/// Bytes of an event as text for people, as `vedette.indicators.text` makes it.
pub(super) fn text<'py>(py: Python<'py>, bytes: &[u8]) -> PyResult<Bound<'py, PyString>> {
    match std::str::from_utf8(bytes) {
        Ok(text) => Ok(PyString::new(py, text)),
        Err(_) => PyString::from_encoded_object(&PyBytes::new(py, bytes), Some(c"utf-8"), Some(c"backslashreplace")),
    }
}
