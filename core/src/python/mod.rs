//! The bindings: each file turns one part of the core into its Python object, and nothing else.

mod columns;
mod entries;
mod escape;
mod feed;
mod fields;
mod frame;
mod index;
mod lines;
mod lists;
mod matcher;
mod normalise;
mod rules;
mod scan;
mod throttle;
mod value;

use pyo3::prelude::*;

use crate::kind::{Kind, Scope};

#[pymodule]
fn _core(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add("__version__", env!("CARGO_PKG_VERSION"))?;
    module.add("KINDS", pyo3::types::PyTuple::new(module.py(), Kind::ALL.map(Kind::name))?)?;
    module.add("SCOPES", pyo3::types::PyTuple::new(module.py(), Scope::ALL.map(Scope::name))?)?;
    index::register(module)?;
    module.add_class::<escape::Escape>()?;
    module.add_class::<lines::Part>()?;
    module.add_class::<lines::Overriding>()?;
    module.add_class::<lines::LineWriter>()?;
    feed::register(module)?;
    module.add_class::<lists::PyLists>()?;
    module.add_class::<frame::Frames>()?;
    module.add_class::<frame::Framer>()?;
    module.add_class::<rules::Rules>()?;
    module.add_class::<columns::Columns>()?;
    module.add_class::<matcher::Matches>()?;
    module.add_class::<matcher::Doubted>()?;
    module.add_class::<matcher::Matcher>()?;
    module.add_class::<throttle::Throttle>()?;
    module.add_function(wrap_pyfunction!(rules::check_regex, module)?)?;
    normalise::register(module)?;
    fields::register(module)?;
    scan::register(module)?;
    Ok(())
}
