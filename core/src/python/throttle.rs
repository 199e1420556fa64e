//! `Throttle`.

use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::PyDict;

use crate::matching::KeyPart;
use crate::throttle;

const MOST_KEYS: usize = 1 << 30;

#[pyclass(frozen, module = "vedette._core")]
pub(super) struct Throttle {
    pub(super) throttle: throttle::Throttle,
    pub(super) parts: Vec<KeyPart>,
}

#[pymethods]
impl Throttle {
    #[new]
    #[pyo3(
        signature = (intervals_ms, keys = 1_000_000, parts = vec!["near".to_owned(), "far".to_owned()]),
        text_signature = "(intervals_ms, keys=1000000, parts=('near', 'far'))"
    )]
    fn new(intervals_ms: Vec<i64>, keys: usize, parts: Vec<String>) -> PyResult<Throttle> {
        if intervals_ms.is_empty() || intervals_ms.iter().any(|interval| *interval <= 0) {
            return Err(PyValueError::new_err("intervals_ms: expected at least one, each more than 0"));
        }
        if !(1..=MOST_KEYS).contains(&keys) {
            return Err(PyValueError::new_err(format!("keys: expected 1 to {MOST_KEYS}, got {keys}")));
        }
        let unknown = |word: &str| {
            let words = KeyPart::ALL.map(|(word, _)| word).join(", ");
            PyValueError::new_err(format!("there is no part {word:?}; there are: {words}"))
        };
        let parts =
            parts.iter().map(|word| KeyPart::parse(word).ok_or_else(|| unknown(word))).collect::<PyResult<_>>()?;
        Ok(Throttle { throttle: throttle::Throttle::new(&intervals_ms, keys), parts })
    }

    fn take_pending(&self, py: Python<'_>, limit: usize) -> Vec<(u64, u64, i64)> {
        let taken = py.detach(|| self.throttle.take_pending(limit));
        taken.iter().map(|pending| (pending.ticket, pending.count, pending.since)).collect()
    }

    fn stats<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let stats = self.throttle.stats();
        let named = [
            ("keys", stats.keys),
            ("sent", stats.sent),
            ("held", stats.held),
            ("evicted", stats.evicted),
            ("untold", stats.untold),
        ];
        let dict = PyDict::new(py);
        for (name, number) in named {
            dict.set_item(name, number)?;
        }
        Ok(dict)
    }
}
