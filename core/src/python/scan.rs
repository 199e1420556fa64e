//! What `auto` sees in a text, for Python.

use pyo3::prelude::*;
use pyo3::types::PyBytes;

use crate::matching::auto::{AutoScratch, Reading, observe_text};

type Seen<'py> = (&'static str, usize, usize, Bound<'py, PyBytes>, String);

#[pyfunction]
#[pyo3(signature = (text, disguised = true))]
fn observables<'py>(py: Python<'py>, text: &[u8], disguised: bool) -> Vec<Seen<'py>> {
    let reading = Reading { one_event: true, plainly: !disguised, base64: false };
    let seen = observe_text(text, reading, None, &mut AutoScratch::default());
    let named = seen.into_iter().filter_map(|one| {
        let normal_form = PyBytes::new(py, &one.normal_form.ok()?);
        Some((one.kind.name(), one.start, one.end, normal_form, one.obfuscation.to_string()))
    });
    named.collect()
}

pub fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_function(wrap_pyfunction!(observables, module)?)
}
