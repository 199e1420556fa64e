//! What many rows of a block share: written once for each value that is another object.

use std::collections::HashMap;

use pyo3::prelude::*;
use pyo3::types::PyString;

/// What was written of each value; the values are held, so that no other comes to stand at their addresses.
#[derive(Default)]
pub(super) struct Shared<'py> {
    written: Vec<(Bound<'py, PyAny>, String)>,
    by_address: HashMap<usize, usize>,
    last: usize,
}

impl<'py> Shared<'py> {
    /// Write a value as this function does.
    pub(super) fn write(
        &mut self,
        value: Borrowed<'_, 'py, PyAny>,
        write: &Py<PyAny>,
        line: &mut String,
    ) -> PyResult<()> {
        if self.written.get(self.last).is_none_or(|(known, _)| !known.is(&*value)) {
            let address = value.as_ptr() as usize;
            self.last = match self.by_address.get(&address) {
                Some(place) => *place,
                None => {
                    let text = write.bind(value.py()).call1((&*value,))?;
                    let text = text.cast::<PyString>()?.to_str()?.to_owned();
                    self.by_address.insert(address, self.written.len());
                    self.written.push((value.to_owned(), text));
                    self.written.len() - 1
                }
            };
        }
        line.push_str(&self.written[self.last].1);
        Ok(())
    }
}
