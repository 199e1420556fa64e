//! What a rule took in a row: of the rule that detected, what it observed; of another, its first value in the event.

use pyo3::prelude::*;
use pyo3::types::{PyDict, PyString};

use super::super::escape::Escape;
use super::path::{Path, Rows};
use super::text::Spelled;

/// The value of one rule, escaped.
pub(super) struct Taken {
    /// The rule's name.
    pub(super) name: Py<PyString>,
    /// Where a row has the rule that detected, what that observed, and the first value of every rule.
    pub(super) rule: Path,
    pub(super) observed: Path,
    pub(super) values: Path,
    /// What is written where it took nothing.
    pub(super) otherwise: String,
    pub(super) escape: Py<Escape>,
}

impl Taken {
    pub(super) fn write(&self, rows: &Rows<'_>, line: &mut String) -> PyResult<()> {
        let rule = self.rule.read(rows)?;
        let name = self.name.bind(rule.py());
        if rule.is(name) || rule.eq(name)? {
            let observed = self.observed.read(rows)?;
            return self.write_value(&observed, line);
        }
        match self.values.read(rows)?.cast::<PyDict>()?.get_item(name)? {
            Some(value) => self.write_value(&value, line),
            None => {
                line.push_str(&self.otherwise);
                Ok(())
            }
        }
    }

    fn write_value(&self, value: &Bound<'_, PyAny>, line: &mut String) -> PyResult<()> {
        let text = Spelled::of(value, usize::MAX)?.text;
        if text.is_empty() {
            line.push_str(&self.otherwise);
        } else {
            self.escape.get().0.append(&text, line);
        }
        Ok(())
    }
}
