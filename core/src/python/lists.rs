//! `Lists` for Python.

use std::borrow::Cow;
use std::collections::HashMap;

use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::pybacked::PyBackedStr;
use pyo3::types::{PyBytes, PyList, PyString, PyTuple};

use super::index::{PyIndex, kind_named, raised};
use crate::kind::Kind;
use crate::lists::{Fragments, Lists, Regex};
use crate::normalise::{guess_kind, normalise};

/// (feed, list, how many entries, the first of them).
type RawOverlap<'py> = (String, String, u64, Vec<Bound<'py, PyBytes>>);

#[pyclass(name = "Lists", module = "vedette._core", frozen)]
pub struct PyLists {
    pub(super) lists: Lists,
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

    fn ask_all<'py>(
        &self,
        py: Python<'py>,
        kinds: Vec<PyBackedStr>,
        normal_forms: &Bound<'py, PyList>,
    ) -> PyResult<Bound<'py, PyList>> {
        let nothing = PyTuple::empty(py);
        let answers = PyList::empty(py);
        for (kind, normal_form) in kinds.iter().zip(normal_forms) {
            let names = self.lists.ask(kind_named(kind)?, &bytes_of(&normal_form)?).map_err(raised)?;
            match names[..] {
                [] => answers.append(&nothing)?,
                _ => answers.append(PyTuple::new(py, names)?)?,
            }
        }
        Ok(answers)
    }

    fn holds_ends(&self, name: &str, ends: &Bound<'_, PyList>, longest: usize) -> PyResult<Vec<Option<bool>>> {
        let mut last: Option<(Bound<'_, PyAny>, Option<bool>)> = None;
        let mut held = Vec::with_capacity(ends.len());
        for end in ends {
            // The rows of one event have its ends in common.
            if let Some((_, known)) = last.as_ref().filter(|(known, _)| known.is(&end)) {
                held.push(*known);
                continue;
            }
            let holds = self.holds_end(name, &bytes_of(&end)?, longest)?;
            held.push(holds);
            last = Some((end, holds));
        }
        Ok(held)
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

impl PyLists {
    /// Whether the list of this name knows an end of a connection; none where it is no address and no name.
    fn holds_end(&self, name: &str, end: &[u8], longest: usize) -> PyResult<Option<bool>> {
        if end.is_empty() || (end.len() > longest && characters(end) > longest) {
            return Ok(None);
        }
        let Some(kind @ (Kind::Ipv4 | Kind::Ipv6 | Kind::Domain | Kind::IpPort)) = guess_kind(end) else {
            return Ok(None);
        };
        let mut normal_form = Vec::new();
        normalise(kind, end, &mut normal_form)?;
        Ok(Some(self.lists.ask(kind, &normal_form).map_err(raised)?.contains(&name)))
    }
}

/// How many characters there are in these bytes, which are UTF-8.
fn characters(text: &[u8]) -> usize {
    text.iter().filter(|byte| *byte & 0b1100_0000 != 0b1000_0000).count()
}

/// The bytes of a text; a lone surrogate stands for a byte that is not UTF-8.
fn bytes_of<'a>(text: &'a Bound<'_, PyAny>) -> PyResult<Cow<'a, [u8]>> {
    let text = text.cast::<PyString>()?;
    if let Ok(plain) = text.to_str() {
        return Ok(Cow::Borrowed(plain.as_bytes()));
    }
    let bytes = text.call_method1("encode", ("utf-8", "surrogateescape"))?;
    Ok(Cow::Owned(bytes.cast::<PyBytes>()?.as_bytes().to_vec()))
}
