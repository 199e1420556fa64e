//! `Matcher`, `Matches` and `Doubted`.

use std::collections::HashMap;
use std::net::IpAddr;
use std::ops::Range;
use std::sync::Arc;

use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDict, PyList, PyTuple};

use super::columns::{Columns, text};
use super::frame::Frames;
use super::index::PyIndex;
use super::lists::PyLists;
use super::rules::Rules;
use super::throttle::Throttle;
use crate::matching::{self, Doubts, Listens, Question, Row, Step};
use crate::rules::{self, peer::parse_peer};

type EndsTuple =
    (Option<(usize, usize)>, Option<(usize, usize)>, Option<(usize, usize)>, Option<(usize, usize)>, &'static str);

#[pyclass(module = "vedette._core")]
pub(super) struct Matches {
    matches: matching::Matches,
    frames: Arc<crate::frame::Frames>,
    rules: Arc<rules::Rules>,
}

#[pymethods]
impl Matches {
    #[getter]
    fn received(&self) -> usize {
        self.matches.received
    }

    #[getter]
    fn matched(&self) -> usize {
        self.matches.matched
    }

    #[getter]
    fn unmatched(&self) -> usize {
        self.matches.unmatched()
    }

    #[getter]
    fn ignored(&self) -> usize {
        self.matches.ignored
    }

    #[getter]
    fn rows<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyList>> {
        let rows = self.matches.rows.iter().map(|row| row_tuple(py, row, &self.rules)).collect::<PyResult<Vec<_>>>()?;
        PyList::new(py, rows)
    }

    #[getter]
    fn throttled(&self) -> usize {
        self.matches.throttled
    }

    #[pyo3(signature = (doubted = None))]
    fn columns(&self, py: Python<'_>, doubted: Option<&Doubted>) -> PyResult<Columns> {
        let all = &self.matches.rows;
        let rows: Vec<&Row> = match doubted {
            None => all.iter().collect(),
            Some(its) => its.0.asked.iter().filter_map(|position| all.get(*position)).collect(),
        };
        Columns::new(py, &self.matches, &rows, &self.frames, &self.rules)
    }

    fn values<'py>(&self, py: Python<'py>, event: usize) -> PyResult<Bound<'py, PyDict>> {
        let values = PyDict::new(py);
        for (rule, value) in self.matches.values(event) {
            values.set_item(&self.rules.rules[*rule].name, PyBytes::new(py, value))?;
        }
        Ok(values)
    }

    fn ends(&self, event: usize) -> EndsTuple {
        let Some(ends) = self.matches.ends(event) else { return EndsTuple::default() };
        let span = |place: &Option<Range<usize>>| place.as_ref().map(|place| (place.start, place.end));
        (span(&ends.near), span(&ends.far), span(&ends.host), span(&ends.user), ends.action.name())
    }
}

#[pyclass(frozen, module = "vedette._core")]
pub(super) struct Doubted(matching::Doubted);

#[pymethods]
impl Doubted {
    fn __len__(&self) -> usize {
        self.0.asked.len()
    }

    #[getter]
    fn times(&self) -> Vec<usize> {
        self.0.times.clone()
    }
}

#[pyclass(frozen, module = "vedette._core")]
pub(super) struct Matcher {
    matcher: matching::Matcher,
    rules: Arc<rules::Rules>,
}

#[pymethods]
impl Matcher {
    #[new]
    #[pyo3(
        signature = (index, rules, threads = 1, listens = Listens::new()),
        text_signature = "(index, rules, threads=1, listens=())"
    )]
    fn new(index: &PyIndex, rules: &Rules, threads: usize, listens: Listens) -> PyResult<Matcher> {
        if threads == 0 {
            return Err(PyValueError::new_err("threads: expected at least 1, got 0"));
        }
        let matcher = matching::Matcher::new(Arc::clone(&index.index), Arc::clone(&rules.0), threads, &listens);
        Ok(Matcher { matcher: matcher.map_err(PyValueError::new_err)?, rules: Arc::clone(&rules.0) })
    }

    #[pyo3(name = "match", signature = (frames, peer = None))]
    fn match_frames(&self, py: Python<'_>, frames: &Frames, peer: Option<&str>) -> PyResult<Matches> {
        let peer = address(peer)?;
        let matches = py.detach(|| self.matcher.match_frames(&frames.frames, peer));
        Ok(Matches { matches, frames: Arc::clone(&frames.frames), rules: Arc::clone(&self.rules) })
    }

    #[pyo3(signature = (matches, allowlist = None, by_ends = false, feeds = HashMap::new(), ended_ms = None))]
    #[pyo3(text_signature = "($self, matches, allowlist=None, by_ends=False, feeds=..., ended_ms=None)")]
    fn doubted(
        &self,
        py: Python<'_>,
        matches: &Matches,
        allowlist: Option<&PyLists>,
        by_ends: bool,
        feeds: HashMap<String, (i64, i64)>,
        ended_ms: Option<i64>,
    ) -> Doubted {
        let doubts = Doubts { allowlist: allowlist.map(|its| &its.lists), by_ends, feeds, ended_ms };
        Doubted(py.detach(|| self.matcher.doubted(&matches.matches, &matches.frames, &doubts)))
    }

    #[pyo3(signature = (matches, doubted, is_held, throttle, peer = None, now_ms = 0))]
    #[allow(
        clippy::too_many_arguments,
        reason = "what was matched, how it was judged, and what a throttle is asked by"
    )]
    fn throttle(
        &self,
        py: Python<'_>,
        matches: &mut Matches,
        doubted: &Doubted,
        is_held: Vec<bool>,
        throttle: &Throttle,
        peer: Option<&str>,
        now_ms: i64,
    ) -> PyResult<()> {
        let peer = address(peer)?;
        let judged = (&doubted.0, &is_held[..]);
        if judged.0.of.len() != matches.matches.rows.len() || judged.0.asked.len() != is_held.len() {
            return Err(PyValueError::new_err(
                "expected what was told of these matches, and a word on each row in doubt",
            ));
        }
        let Matches { matches, frames, .. } = matches;
        let (throttle, parts) = (&throttle.throttle, &throttle.parts[..]);
        py.detach(|| self.matcher.throttle(matches, judged, frames, peer, throttle, parts, now_ms));
        Ok(())
    }

    #[pyo3(signature = (event, peer = None))]
    fn explain<'py>(&self, py: Python<'py>, event: &[u8], peer: Option<&str>) -> PyResult<Vec<Bound<'py, PyTuple>>> {
        let peer = address(peer)?;
        let steps = py.detach(|| self.matcher.explain(event, peer));
        steps.iter().map(|step| step_tuple(py, step)).collect()
    }

    #[pyo3(signature = (event, peer = None))]
    fn ends<'py>(&self, py: Python<'py>, event: &[u8], peer: Option<&str>) -> PyResult<Bound<'py, PyTuple>> {
        let peer = address(peer)?;
        let ends = py.detach(|| self.matcher.ends(event, peer));
        let of = |place: Option<Range<usize>>| text(py, place.map_or(&b""[..], |place| &event[place]));
        (of(ends.near)?, of(ends.far)?, ends.action.name()).into_pyobject(py)
    }

    fn over_limit(&self) -> HashMap<(&str, &str), u64> {
        self.matcher.rules().over_limit().map(|(profile, rule, count)| ((profile, rule), count)).collect()
    }
}

fn address(peer: Option<&str>) -> PyResult<Option<IpAddr>> {
    peer.map(parse_peer).transpose().map_err(PyValueError::new_err)
}

fn row_tuple<'py>(py: Python<'py>, row: &Row, rules: &rules::Rules) -> PyResult<Bound<'py, PyTuple>> {
    let columns = (
        row.event,
        row.profile,
        rules.rules[row.rule].name.as_str(),
        row.observed_kind.name(),
        row.start,
        row.end,
        PyBytes::new(py, &row.observed),
        PyBytes::new(py, &row.normal_form),
        row.kind.name(),
        row.entry,
        row.scope.name(),
        (row.variant, row.obfuscation.to_string(), &*row.field),
    );
    columns.into_pyobject(py)
}

fn step_tuple<'py>(py: Python<'py>, step: &Step) -> PyResult<Bound<'py, PyTuple>> {
    let questions = step.questions.iter().map(|question| question_tuple(py, question)).collect::<PyResult<Vec<_>>>()?;
    let columns = (
        step.profile.as_str(),
        step.rule.as_str(),
        step.rule_type,
        step.place.start,
        step.place.end,
        PyBytes::new(py, &step.observed),
        step.normal_form.as_ref().map(|normal_form| PyBytes::new(py, normal_form)),
        step.kind.map(|kind| kind.name()),
        step.note.as_str(),
        questions,
        step.obfuscation.to_string(),
    );
    columns.into_pyobject(py)
}

fn question_tuple<'py>(py: Python<'py>, question: &Question) -> PyResult<Bound<'py, PyTuple>> {
    let found: Vec<_> = question.found.iter().map(|found| (found.entry, found.scope.name())).collect();
    (question.kind.name(), PyBytes::new(py, &question.key), found).into_pyobject(py)
}
