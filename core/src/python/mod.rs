//! The bindings: each file turns one part of the core into its Python object, and nothing else.

use pyo3::prelude::*;

use crate::kind::{Kind, Scope};

#[pymodule]
fn _core(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add("__version__", env!("CARGO_PKG_VERSION"))?;
    module.add("KINDS", pyo3::types::PyTuple::new(module.py(), Kind::ALL.map(Kind::name))?)?;
    module.add("SCOPES", pyo3::types::PyTuple::new(module.py(), Scope::ALL.map(Scope::name))?)?;
    Ok(())
}
