//! Values as JSON: what a row holds, with no more within it than one list or object.

use std::fmt::Write;

use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyBytes, PyDict, PyInt, PyString, PyTuple};

use super::text::Spelled;
use crate::escape::Escape;

/// Write text, bytes, a number, a truth, nothing, a tuple or a dictionary of these.
pub(super) fn write(value: &Bound<'_, PyAny>, escape: &Escape, line: &mut String) -> PyResult<()> {
    if let Ok(items) = value.cast::<PyTuple>() {
        line.push('[');
        for (number, item) in items.iter().enumerate() {
            if number > 0 {
                line.push(',');
            }
            write_scalar(&item, escape, line)?;
        }
        line.push(']');
        return Ok(());
    }
    let Ok(items) = value.cast::<PyDict>() else { return write_scalar(value, escape, line) };
    line.push('{');
    for (number, (name, item)) in items.iter().enumerate() {
        if number > 0 {
            line.push(',');
        }
        write_text(&name, escape, line)?;
        line.push(':');
        write_scalar(&item, escape, line)?;
    }
    line.push('}');
    Ok(())
}

fn write_scalar(value: &Bound<'_, PyAny>, escape: &Escape, line: &mut String) -> PyResult<()> {
    if value.is_instance_of::<PyString>() || value.is_instance_of::<PyBytes>() {
        return write_text(value, escape, line);
    }
    if value.is_none() {
        line.push_str("null");
    } else if let Ok(truth) = value.cast::<PyBool>() {
        line.push_str(if truth.is_true() { "true" } else { "false" });
    } else if value.is_instance_of::<PyInt>() {
        match value.extract::<i64>() {
            Ok(number) => drop(write!(line, "{number}")),
            Err(_) => line.push_str(value.str()?.to_str()?),
        }
    } else {
        return Err(PyTypeError::new_err(format!("cannot be written as JSON: {}", value.get_type())));
    }
    Ok(())
}

fn write_text(value: &Bound<'_, PyAny>, escape: &Escape, line: &mut String) -> PyResult<()> {
    line.push('"');
    escape.append(&Spelled::of(value, usize::MAX)?.text, line);
    line.push('"');
    Ok(())
}
