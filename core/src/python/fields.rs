//! `fields` and `ends`: what a structured event holds.

use std::collections::HashMap;

use pyo3::prelude::*;
use pyo3::types::PyBytes;

use crate::fields::ends::{ACTION, FAR, HOST, NEAR, USER};
use crate::fields::outcome::{ALLOWED, BLOCKED, DOUBTFUL};
use crate::fields::{self, Csv, Role};

type Seen<'py> = (String, usize, usize, Bound<'py, PyBytes>);

/// Every field of an event, and how often a bound kept something from being read.
#[pyfunction]
#[pyo3(signature = (event, csv = false))]
fn fields_of<'py>(py: Python<'py>, event: &[u8], csv: bool) -> (Vec<Seen<'py>>, u64) {
    let (mut seen, mut undone) = (Vec::new(), Vec::new());
    let csv = if csv { Csv::Asked } else { Csv::Guessed };
    let passed_over = fields::walk(event, csv, &mut |field| {
        let place = field.place();
        seen.push((field.path.shown(), place.start, place.end, PyBytes::new(py, field.value(&mut undone))));
    });
    (seen, passed_over)
}

pub(super) fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    let names = [NEAR, FAR, HOST, USER, ACTION];
    let names: HashMap<_, _> = Role::ALL.iter().map(|(word, _)| *word).zip(names).collect();
    module.add("END_NAMES", names)?;
    let words = [("allowed", &ALLOWED[..]), ("blocked", &BLOCKED), ("doubtful", &DOUBTFUL)];
    module.add("ACTION_WORDS", HashMap::from(words))?;
    module.add_function(wrap_pyfunction!(fields_of, module)?)
}
