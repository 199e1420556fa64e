//! Pairs of a row that come instead of a line's own `key=value` texts of the same keys, or behind all of them.

use std::collections::HashMap;
use std::ops::Range;

use pyo3::prelude::*;
use pyo3::types::PyTuple;

use super::super::escape::Escape;
use super::path::{Path, Rows};
use super::shared::Shared;
use super::text::Spelled;

/// Which parts of a line have keys, and how a row's own pairs are written.
#[pyclass(frozen, module = "vedette._core")]
pub(in super::super) struct Overriding {
    path: Path,
    key: Py<PyAny>,
    /// For each part with a key: that, and the label behind its value.
    parts: Vec<Option<Keyed>>,
    /// The part of a key, or of a label's key.
    places: HashMap<String, Place>,
    limits: HashMap<String, usize>,
    limit: usize,
    escape: Py<Escape>,
}

/// A key as Python gives it, with (the label's key, the whole text behind the value) where it has a label.
type GivenKeyed = (String, Option<(String, String)>);

struct Keyed {
    key: String,
    label: Option<Label>,
}

struct Label {
    key: String,
    /// The whole label as it stands behind a value.
    text: String,
}

#[derive(Clone, Copy)]
enum Place {
    Key(usize),
    Label(usize),
}

#[pymethods]
impl Overriding {
    #[new]
    #[pyo3(signature = (path, parts, *, key, limits, limit, escape))]
    fn new(
        path: (usize, usize),
        parts: Vec<Option<GivenKeyed>>,
        key: Py<PyAny>,
        limits: HashMap<String, usize>,
        limit: usize,
        escape: Py<Escape>,
    ) -> Overriding {
        let keyed = |(key, label): GivenKeyed| Keyed { key, label: label.map(|(key, text)| Label { key, text }) };
        let parts: Vec<_> = parts.into_iter().map(|part| part.map(keyed)).collect();
        let mut places = HashMap::new();
        for (number, part) in parts.iter().enumerate() {
            let Some(part) = part else { continue };
            places.insert(part.key.clone(), Place::Key(number));
            places.extend(part.label.iter().map(|label| (label.key.clone(), Place::Label(number))));
        }
        Overriding { path: path.into(), key, parts, places, limits, limit, escape }
    }
}

/// What was written of a part.
pub(super) struct Written {
    pub(super) place: Range<usize>,
    /// Whether its key keeps its place though there is no value.
    pub(super) applies: bool,
}

/// A row's own value, and what it comes instead of.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Instead {
    Nothing,
    Left,
    Pair(usize),
}

impl Overriding {
    /// How many parts a line has.
    pub(super) fn count(&self) -> usize {
        self.parts.len()
    }

    /// The row's own pairs, where it has any.
    pub(super) fn pairs<'py>(&self, rows: &Rows<'py>) -> PyResult<Option<Bound<'py, PyTuple>>> {
        let pairs = self.path.read(rows)?;
        let pairs = pairs.cast::<PyTuple>()?;
        Ok((!pairs.is_empty()).then(|| pairs.to_owned()))
    }

    /// Write a line anew, with the row's own pairs.
    pub(super) fn write<'py>(
        &self,
        pairs: &Bound<'py, PyTuple>,
        keys: &mut Shared<'py>,
        line: &str,
        written: &[Written],
        anew: &mut String,
    ) -> PyResult<()> {
        let mut named = Vec::with_capacity(pairs.len());
        for pair in pairs {
            let (name, value): (Bound<'py, PyAny>, Bound<'py, PyAny>) = pair.extract()?;
            let mut key = String::new();
            keys.write(name.as_borrowed(), &self.key, &mut key)?;
            named.push((key, value));
        }
        let mut values = vec![Instead::Nothing; self.parts.len()];
        let mut labels = values.clone();
        let mut behind: Vec<(&str, usize)> = Vec::new();
        for (number, (key, _)) in named.iter().enumerate() {
            // A value of the row's own has no label of ours.
            let label = format!("{key}Label");
            match self.places.get(&label) {
                Some(Place::Label(part)) if labels[*part] != Instead::Left && !written[*part].place.is_empty() => {
                    labels[*part] = Instead::Left;
                }
                _ => behind.retain(|(known, _)| *known != label),
            }
            let place = self.places.get(key).copied();
            match place {
                Some(Place::Key(part)) if self.keeps_its_place(part, written) => values[part] = Instead::Pair(number),
                Some(Place::Label(part)) if labels[part] != Instead::Left && !written[part].place.is_empty() => {
                    labels[part] = Instead::Pair(number);
                }
                _ => match behind.iter_mut().find(|(known, _)| known == key) {
                    Some((_, last)) => *last = number,
                    None => behind.push((key, number)),
                },
            }
        }
        let mut writer = Writer { overriding: self, named: &named, start: 0, anew };
        for (number, part) in self.parts.iter().enumerate() {
            let text = &line[written[number].place.clone()];
            match part {
                None => {
                    writer.anew.push_str(text);
                    writer.start = writer.anew.len();
                }
                Some(part) => writer.part(part, text, values[number], labels[number])?,
            }
        }
        behind.iter().try_for_each(|(key, number)| writer.pair(key, *number))
    }

    /// A key with a label has a place only where it has a value.
    fn keeps_its_place(&self, part: usize, written: &[Written]) -> bool {
        let has_label = self.parts[part].as_ref().is_some_and(|part| part.label.is_some());
        !written[part].place.is_empty() || (!has_label && written[part].applies)
    }
}

struct Writer<'a, 'py> {
    overriding: &'a Overriding,
    named: &'a [(String, Bound<'py, PyAny>)],
    /// Where the first pair stands.
    start: usize,
    anew: &'a mut String,
}

impl Writer<'_, '_> {
    fn part(&mut self, part: &Keyed, text: &str, value: Instead, label: Instead) -> PyResult<()> {
        if let Instead::Pair(number) = value {
            return self.pair(&part.key, number);
        }
        let text = text.strip_prefix(' ').unwrap_or(text);
        match (label, &part.label) {
            (Instead::Pair(number), Some(label)) => {
                self.text(text.strip_suffix(&*label.text).unwrap_or(text));
                self.pair(&label.key, number)
            }
            _ => {
                self.text(text);
                Ok(())
            }
        }
    }

    fn text(&mut self, text: &str) {
        if !text.is_empty() {
            self.part_from_before();
            self.anew.push_str(text);
        }
    }

    fn pair(&mut self, key: &str, number: usize) -> PyResult<()> {
        let limit = self.overriding.limits.get(key).copied().unwrap_or(self.overriding.limit);
        let text = Spelled::of(&self.named[number].1, limit)?.text;
        if !text.is_empty() {
            self.part_from_before();
            self.anew.push_str(key);
            self.anew.push('=');
            self.overriding.escape.get().0.append(&text, self.anew);
        }
        Ok(())
    }

    fn part_from_before(&mut self) {
        if self.anew.len() > self.start {
            self.anew.push(' ');
        }
    }
}
