//! `Lists` for Python.

use std::collections::HashMap;

use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyTuple};

use super::index::{PyIndex, kind_named, raised};
use crate::lists::{Fragments, Lists, Regex};

/// (feed, list, how many entries, the first of them).
type RawOverlap<'py> = (String, String, u64, Vec<Bound<'py, PyBytes>>);

#[pyclass(name = "Lists", module = "vedette._core", frozen)]
pub struct PyLists {
    lists: Lists,
}

#[pymethods]
impl PyLists {
    #[new]
    #[pyo3(
        signature = (index, kinds = HashMap::new(), texts = Vec::new(), regexes = Vec::new()),
        text_signature = "(index, kinds=..., texts=(), regexes=())"
    )]
    fn new(
        index: &PyIndex,
        kinds: HashMap<String, Vec<String>>,
        texts: Vec<(String, String)>,
        regexes: Vec<(String, String, bool)>,
    ) -> PyResult<PyLists> {
        let named = |(list, words): (String, Vec<String>)| {
            let kinds = words.iter().map(|word| kind_named(word)).collect::<PyResult<Vec<_>>>()?;
            Ok((list, kinds))
        };
        let kinds = kinds.into_iter().map(named).collect::<PyResult<HashMap<_, _>>>()?;
        let regexes = regexes.into_iter().map(|(list, pattern, caseless)| Regex { list, pattern, caseless }).collect();
        let fragments = Fragments::new(texts, regexes).map_err(PyValueError::new_err)?;
        Ok(PyLists { lists: Lists::new(index.index.clone(), fragments, kinds) })
    }

    fn ask<'py>(&self, py: Python<'py>, kind: &str, normal_form: &[u8]) -> PyResult<Bound<'py, PyTuple>> {
        PyTuple::new(py, self.lists.ask(kind_named(kind)?, normal_form).map_err(raised)?)
    }

    #[pyo3(signature = (index, examples = 3))]
    fn overlaps<'py>(&self, py: Python<'py>, index: &PyIndex, examples: usize) -> PyResult<Vec<RawOverlap<'py>>> {
        let mut interrupted = None;
        let go_on = || {
            interrupted = Python::attach(|py| py.check_signals()).err();
            interrupted.is_none()
        };
        let overlaps = py.detach(|| self.lists.overlaps(&index.index, examples, go_on)).map_err(raised)?;
        if let Some(error) = interrupted {
            return Err(error);
        }
        let mut sorted: Vec<_> = overlaps.into_iter().collect();
        sorted.sort_by(|(one, _), (other, _)| one.cmp(other));
        let raw = |((feed, list), overlap): ((String, String), crate::lists::Overlap)| {
            let examples = overlap.examples.iter().map(|text| PyBytes::new(py, text)).collect();
            (feed, list, overlap.count, examples)
        };
        Ok(sorted.into_iter().map(raw).collect())
    }

    fn over_limit(&self) -> HashMap<&str, u64> {
        self.lists.over_limit()
    }
}
