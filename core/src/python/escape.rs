//! `Escape`.

use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDict, PyString};

use crate::escape;

#[pyclass(frozen, module = "vedette._core")]
pub(super) struct Escape(pub(super) escape::Escape);

#[pymethods]
impl Escape {
    #[new]
    fn new(replacements: &Bound<'_, PyDict>) -> PyResult<Escape> {
        let one = |(one, replacement): (Bound<'_, PyAny>, Bound<'_, PyAny>)| {
            let replaced: char = one.extract()?;
            Ok((replaced, replacement.extract::<String>()?.into_boxed_str()))
        };
        let replacements = replacements.iter().map(one).collect::<PyResult<Vec<_>>>()?;
        if replacements.is_empty() {
            return Err(PyValueError::new_err("expected at least one character to replace"));
        }
        Ok(Escape(escape::Escape::new(replacements)))
    }

    fn escape<'py>(&self, text: &Bound<'py, PyString>) -> PyResult<Bound<'py, PyString>> {
        let py = text.py();
        if let Ok(plain) = text.to_str() {
            return Ok(self.0.escaped(plain).map_or_else(|| text.clone(), |escaped| PyString::new(py, &escaped)));
        }
        // Lone surrogates, which no UTF-8 can carry.
        let bytes = text.call_method1("encode", ("utf-8", "backslashreplace"))?;
        let spelled = PyString::from_encoded_object(bytes.cast::<PyBytes>()?, Some(c"utf-8"), None)?;
        self.escape(&spelled)
    }
}
