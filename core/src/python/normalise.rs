//! Normal forms for Python.

use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::PyBytes;

use super::value::Value;
use crate::kind::Kind;
use crate::normalise::{self as core, Refusal};

impl From<Refusal> for PyErr {
    fn from(refusal: Refusal) -> PyErr {
        PyValueError::new_err(refusal.0)
    }
}

#[pyfunction]
fn normalise<'py>(py: Python<'py>, kind: &str, value: Value) -> PyResult<Bound<'py, PyBytes>> {
    let mut out = Vec::new();
    core::normalise(core::resolve_kind(kind, value.bytes())?, value.bytes(), &mut out)?;
    Ok(PyBytes::new(py, &out))
}

#[pyfunction]
fn normalise_mask<'py>(py: Python<'py>, value: Value) -> PyResult<Bound<'py, PyBytes>> {
    let mut out = Vec::new();
    core::normalise_mask(value.bytes(), &mut out)?;
    Ok(PyBytes::new(py, &out))
}

#[pyfunction]
fn guess_kind(value: Value) -> Option<&'static str> {
    core::guess_kind(value.bytes()).map(|kind| kind.name())
}

#[pyfunction]
fn refang<'py>(py: Python<'py>, value: Value) -> Bound<'py, PyBytes> {
    let mut out = Vec::new();
    core::refang(value.bytes(), &mut out);
    PyBytes::new(py, &out)
}

/// The networks that an address range is, addresses among them.
#[pyfunction]
fn range_networks<'py>(py: Python<'py>, value: Value) -> PyResult<Option<Vec<Bound<'py, PyBytes>>>> {
    let Some(range) = core::AddressRange::parse(value.bytes()) else { return Ok(None) };
    let mut networks = Vec::new();
    range?.for_each_network(|_, network| networks.push(PyBytes::new(py, network)));
    Ok(Some(networks))
}

#[pyfunction]
fn is_range(value: Value) -> bool {
    core::AddressRange::parse(value.bytes()).is_some()
}

#[pyfunction]
fn is_shared(value: Value) -> PyResult<bool> {
    let mut name = Vec::new();
    core::normalise(Kind::Domain, value.bytes(), &mut name)?;
    Ok(core::is_shared(&name))
}

pub fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_function(wrap_pyfunction!(normalise, module)?)?;
    module.add_function(wrap_pyfunction!(normalise_mask, module)?)?;
    module.add_function(wrap_pyfunction!(guess_kind, module)?)?;
    module.add_function(wrap_pyfunction!(range_networks, module)?)?;
    module.add_function(wrap_pyfunction!(is_range, module)?)?;
    module.add_function(wrap_pyfunction!(is_shared, module)?)?;
    module.add_function(wrap_pyfunction!(refang, module)?)
}
