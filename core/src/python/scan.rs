//! What `auto` sees in a text, for Python.

use pyo3::prelude::*;
use pyo3::types::PyBytes;

use crate::matching::auto::{AutoScratch, observe_text};

type Seen<'py> = (&'static str, usize, usize, Bound<'py, PyBytes>);

#[pyfunction]
fn observables<'py>(py: Python<'py>, text: &[u8]) -> Vec<Seen<'py>> {
    let mut seen = Vec::new();
    observe_text(text, None, &mut AutoScratch::default(), &mut |observable| {
        if let Ok(normal_form) = observable.normal_form {
            let normal_form = PyBytes::new(py, normal_form);
            seen.push((observable.kind.name(), observable.start, observable.end, normal_form));
        }
    });
    seen
}

pub fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_function(wrap_pyfunction!(observables, module)?)
}
