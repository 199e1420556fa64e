//! Values as Python gives them: bytes, or text that is read as UTF-8.

use pyo3::prelude::*;
use pyo3::pybacked::{PyBackedBytes, PyBackedStr};

/// A value's bytes, borrowed from the Python object.
#[derive(FromPyObject)]
pub enum Value {
    Bytes(PyBackedBytes),
    Text(PyBackedStr),
}

impl Value {
    /// The bytes of the value.
    pub fn bytes(&self) -> &[u8] {
        match self {
            Value::Bytes(bytes) => bytes,
            Value::Text(text) => text.as_bytes(),
        }
    }
}
