//! Entries as columns, one list for each of their fields: what many share, their facts, becomes Python's once.

use std::collections::HashMap;

use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyList, PyTuple};

use super::columns::{Words, text};
use super::index::raised;
use crate::index::{EntryView, Facts, Index};

const FIELDS: usize = 13;

type Field<'py> = Bound<'py, PyAny>;

/// The fields of these entries, in the order of a raw entry, with text instead of bytes.
pub(super) fn columns<'py>(py: Python<'py>, index: &Index, numbers: &[u64]) -> PyResult<Bound<'py, PyTuple>> {
    let mut columns: [Vec<Field<'py>>; FIELDS] = std::array::from_fn(|_| Vec::with_capacity(numbers.len()));
    let (mut shared, mut words) = (HashMap::new(), Words::default());
    for number in numbers {
        let entry = index.entry(*number).map_err(raised)?;
        for (column, field) in columns.iter_mut().zip(fields(py, &entry, &mut shared, &mut words)?) {
            column.push(field);
        }
    }
    let lists = columns.into_iter().map(|column| PyList::new(py, column)).collect::<PyResult<Vec<_>>>()?;
    PyTuple::new(py, lists)
}

fn fields<'py>(
    py: Python<'py>,
    entry: &EntryView,
    shared: &mut HashMap<*const Facts, Shared<'py>>,
    words: &mut Words<'static, 'py>,
) -> PyResult<[Field<'py>; FIELDS]> {
    let facts = entry.facts();
    let known = match shared.get(&std::ptr::from_ref(facts)) {
        Some(known) => known,
        None => {
            let new = Shared::new(py, facts)?;
            shared.entry(std::ptr::from_ref(facts)).or_insert(new)
        }
    };
    let normal_form = text(py, entry.normal_form())?;
    let is_its_own = entry.indicator() == entry.normal_form();
    let indicator = if is_its_own { normal_form.clone() } else { text(py, entry.indicator())? };
    Ok([
        words.get(py, entry.kind().name()).into_any(),
        indicator.into_any(),
        normal_form.into_any(),
        words.get(py, entry.scope().name()).into_any(),
        known.feed.clone(),
        known.category.clone(),
        known.confidence.clone(),
        entry.first_seen().into_pyobject(py)?.into_any(),
        entry.last_seen().into_pyobject(py)?.into_any(),
        entry.valid_until().into_pyobject(py)?.into_any(),
        known.tags.clone(),
        known.tlp.clone(),
        PyBytes::new(py, entry.context()).into_any(),
    ])
}

/// Facts as Python has them.
struct Shared<'py> {
    feed: Field<'py>,
    category: Field<'py>,
    confidence: Field<'py>,
    tags: Field<'py>,
    tlp: Field<'py>,
}

impl<'py> Shared<'py> {
    fn new(py: Python<'py>, facts: &Facts) -> PyResult<Shared<'py>> {
        let tlp = (!facts.tlp.is_empty()).then_some(facts.tlp.as_str());
        Ok(Shared {
            feed: facts.feed.as_str().into_pyobject(py)?.into_any(),
            category: facts.category.as_str().into_pyobject(py)?.into_any(),
            confidence: facts.confidence.into_pyobject(py)?.into_any(),
            tags: PyTuple::new(py, &facts.tags)?.into_any(),
            tlp: tlp.into_pyobject(py)?.into_any(),
        })
    }
}
