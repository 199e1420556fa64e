//! `IndexBuilder` and `Index` for Python.

use std::path::PathBuf;
use std::sync::Arc;

use pyo3::exceptions::{PyIndexError, PyOSError, PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDict, PyString, PyTuple};

use super::entries;
use crate::index::{EntryView, Facts, Found, Index, IndexBuilder, IndexError, Prepared, Row, RowKind, RowScope};
use crate::kind::{Kind, Scope};
use crate::matching::variant_of;
use crate::normalise::normalise;

pub fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_class::<PyIndexBuilder>()?;
    module.add_class::<PyIndex>()
}

pub fn raised(error: IndexError) -> PyErr {
    match error {
        IndexError::Io(path, error) => match error.raw_os_error() {
            Some(number) => PyOSError::new_err((number, error.to_string(), path)),
            None if error.kind() == std::io::ErrorKind::AlreadyExists => {
                pyo3::exceptions::PyFileExistsError::new_err(format!("{}: it exists already", path.display()))
            }
            None => PyOSError::new_err(format!("{}: {error}", path.display())),
        },
        IndexError::NoEntry(_) => PyIndexError::new_err(error.to_string()),
        IndexError::Damaged { .. } => PyValueError::new_err(error.to_string()),
    }
}

/// A `str` or `bytes` as bytes; None for a `str` that is no Unicode text (lone surrogates).
fn bytes_of<'a>(value: &'a Bound<'_, PyAny>) -> PyResult<Option<&'a [u8]>> {
    if let Ok(text) = value.cast::<PyString>() {
        return Ok(text.to_str().ok().map(str::as_bytes));
    }
    match value.cast::<PyBytes>() {
        Ok(bytes) => Ok(Some(bytes.as_bytes())),
        Err(_) => Err(PyTypeError::new_err("a value must be str or bytes")),
    }
}

/// What a scope begins with that a record says of itself.
const SAID: &str = "said ";

/// Rows taken out of Python's hands, so that the work can go on without the GIL.
#[derive(Default)]
struct HeldRows {
    bytes: Vec<u8>,
    rows: Vec<HeldRow>,
    refused: Vec<(usize, String)>,
}

struct HeldRow {
    position: usize,
    kind: RowKind,
    scope: RowScope,
    facts: u64,
    times: [Option<i64>; 3],
    value: (usize, usize),
    context: (usize, usize),
}

impl HeldRows {
    fn of(rows: &Bound<'_, PyAny>) -> PyResult<HeldRows> {
        let mut held = HeldRows::default();
        for (position, row) in rows.try_iter()?.enumerate() {
            if let Err(why) = held.hold(position, row?.cast::<PyTuple>()?)? {
                held.refused.push((position, why));
            }
        }
        Ok(held)
    }

    /// The outer error is a row of another shape; the inner one a value that is refused.
    fn hold(&mut self, position: usize, row: &Bound<'_, PyTuple>) -> PyResult<Result<(), String>> {
        if row.len() != 8 {
            return Err(PyTypeError::new_err(format!("a row has 8 fields, not {}", row.len())));
        }
        let (kind, scope) = (row.get_item(0)?, row.get_item(2)?);
        let (kind, scope) = match (kind_word(&kind)?, scope_word(&scope)?) {
            (Ok(kind), Ok(scope)) => (kind, scope),
            (Err(why), _) | (_, Err(why)) => return Ok(Err(why)),
        };
        let value = row.get_item(1)?;
        let Some(value) = bytes_of(&value)? else {
            return Ok(Err("the value is no Unicode text: it has a lone surrogate".to_owned()));
        };
        let value = self.put(value);
        let facts = row.get_item(3)?.extract::<u64>()?;
        let times = [row.get_item(4)?.extract()?, row.get_item(5)?.extract()?, row.get_item(6)?.extract()?];
        let context = self.put_context(&row.get_item(7)?)?;
        self.rows.push(HeldRow { position, kind, scope, facts, times, value, context });
        Ok(Ok(()))
    }

    fn put(&mut self, bytes: &[u8]) -> (usize, usize) {
        let start = self.bytes.len();
        self.bytes.extend_from_slice(bytes);
        (start, self.bytes.len())
    }

    /// Rows of one record follow one another and share its context.
    fn put_context(&mut self, context: &Bound<'_, PyAny>) -> PyResult<(usize, usize)> {
        if context.is_none() {
            return Ok((0, 0));
        }
        let context = context.cast::<PyBytes>()?.as_bytes();
        match self.rows.last().map(|row| row.context) {
            Some((start, end)) if self.bytes[start..end] == *context => Ok((start, end)),
            _ => Ok(self.put(context)),
        }
    }

    fn rows(&self) -> impl Iterator<Item = Row<'_>> {
        self.rows.iter().map(|row| Row {
            kind: row.kind,
            value: &self.bytes[row.value.0..row.value.1],
            scope: row.scope,
            facts: row.facts,
            first_seen: row.times[0],
            last_seen: row.times[1],
            valid_until: row.times[2],
            context: &self.bytes[row.context.0..row.context.1],
        })
    }
}

fn word_of<'a>(word: &'a Bound<'_, PyAny>) -> PyResult<Option<&'a str>> {
    if word.is_none() { Ok(None) } else { Ok(Some(word.cast::<PyString>()?.to_str()?)) }
}

pub fn kind_named(kind: &str) -> PyResult<Kind> {
    let unknown =
        || PyValueError::new_err(format!("there is no kind {kind:?}; there are: {}", names(Kind::ALL.map(Kind::name))));
    Kind::parse(kind).ok_or_else(unknown)
}

/// The kind that a word, or None, means; the inner error says which there are.
pub fn kind_word(word: &Bound<'_, PyAny>) -> PyResult<Result<RowKind, String>> {
    let kind = RowKind::parse(word_of(word)?);
    let unknown = || format!("there is no kind {word:?}; there are: {}, ip, hash", names(Kind::ALL.map(Kind::name)));
    Ok(kind.ok_or_else(unknown))
}

/// The scope that a word, or None, means; the inner error says which there are.
///
/// A word behind `SAID` is the record's own.
pub fn scope_word(word: &Bound<'_, PyAny>) -> PyResult<Result<RowScope, String>> {
    let Some(word) = word_of(word)? else { return Ok(Ok(RowScope::Unsaid)) };
    if let Some(word) = word.strip_prefix(SAID) {
        return Ok(RowScope::of_record(word));
    }
    let unknown = || format!("there is no scope {word:?}; there are: {}", names(Scope::ALL.map(Scope::name)));
    Ok(Scope::parse(word).map(RowScope::IfFits).ok_or_else(unknown))
}

fn names<const N: usize>(names: [&str; N]) -> String {
    names.join(", ")
}

#[pyclass(name = "IndexBuilder", module = "vedette._core")]
struct PyIndexBuilder {
    builder: Option<IndexBuilder>,
}

impl PyIndexBuilder {
    fn open(&mut self) -> PyResult<&mut IndexBuilder> {
        self.builder.as_mut().ok_or_else(|| PyValueError::new_err("this builder has finished"))
    }
}

#[pymethods]
impl PyIndexBuilder {
    #[new]
    #[pyo3(signature = (path, memory_bytes = 268_435_456))]
    fn new(path: PathBuf, memory_bytes: usize) -> PyResult<PyIndexBuilder> {
        Ok(PyIndexBuilder { builder: Some(IndexBuilder::new(&path, memory_bytes).map_err(raised)?) })
    }

    #[pyo3(
        signature = (feed, category, confidence = 50, tags = Vec::new(), tlp = None),
        text_signature = "(self, feed, category, confidence=50, tags=(), tlp=None)"
    )]
    fn facts(
        &mut self,
        feed: String,
        category: String,
        confidence: i64,
        tags: Vec<String>,
        tlp: Option<String>,
    ) -> PyResult<u64> {
        let confidence = u8::try_from(confidence).ok().filter(|confidence| *confidence <= 100);
        let confidence = confidence.ok_or_else(|| PyValueError::new_err("a confidence is 0 to 100"))?;
        Ok(self.open()?.facts(Facts { feed, category, confidence, tags, tlp: tlp.unwrap_or_default() }))
    }

    fn add(&mut self, py: Python<'_>, rows: &Bound<'_, PyAny>) -> PyResult<Vec<(usize, String)>> {
        let builder = self.open()?;
        let held = HeldRows::of(rows)?;
        let refused = py.detach(|| builder.add(&held.rows().collect::<Vec<_>>())).map_err(raised)?;
        let refused = refused.into_iter().map(|(row, why)| (held.rows[row].position, why));
        let mut all: Vec<(usize, String)> = held.refused.iter().cloned().chain(refused).collect();
        all.sort_by_key(|(position, _)| *position);
        Ok(all)
    }

    fn add_prepared(
        &mut self,
        py: Python<'_>,
        rows: &mut super::feed::PreparedRows,
    ) -> PyResult<(usize, Vec<(usize, String)>)> {
        let builder = self.open()?;
        let all = std::mem::take(&mut rows.prepared);
        let taken: usize = all.iter().map(Prepared::taken).sum();
        let before: usize = all.iter().map(Prepared::refused).sum();
        let refused = py.detach(|| builder.take(all)).map_err(raised)?;
        Ok((taken + before - refused.len(), refused))
    }

    fn finish<'py>(&mut self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        self.open()?;
        let builder = self.builder.take();
        let index = py.detach(|| match builder {
            Some(builder) => builder.finish().and_then(|path| Index::open(&path, 0, false)),
            None => Err(IndexError::NoEntry(0)),
        });
        stats_of(py, &index.map_err(raised)?)
    }
}

fn stats_of<'py>(py: Python<'py>, index: &Index) -> PyResult<Bound<'py, PyDict>> {
    let stats = PyDict::new(py);
    for (name, number) in index.stats() {
        stats.set_item(name, number)?;
    }
    Ok(stats)
}

/// The index, shared with matchers.
#[pyclass(name = "Index", module = "vedette._core", frozen)]
pub struct PyIndex {
    pub index: Arc<Index>,
}

#[pymethods]
impl PyIndex {
    #[new]
    #[pyo3(signature = (path, generation = 0, verify = true))]
    fn new(py: Python<'_>, path: PathBuf, generation: u64, verify: bool) -> PyResult<PyIndex> {
        let index = py.detach(|| Index::open(&path, generation, verify)).map_err(raised)?;
        Ok(PyIndex { index: Arc::new(index) })
    }

    #[getter]
    fn generation(&self) -> u64 {
        self.index.generation()
    }

    fn look_up(&self, kind: &str, value: &Bound<'_, PyAny>) -> PyResult<Vec<(u64, &'static str)>> {
        let kind = kind_named(kind)?;
        let value = bytes_of(value)?.ok_or_else(|| PyValueError::new_err("the value has a lone surrogate"))?;
        let mut normal_form = Vec::new();
        normalise(kind, value, &mut normal_form).map_err(|refusal| PyValueError::new_err(refusal.0))?;
        let mut found = Vec::new();
        match kind {
            Kind::Url => self.index.look_up_seen_url(&normal_form, value, &mut found),
            _ => self.index.look_up(kind, &normal_form, &mut found),
        }
        Ok(found.iter().map(|Found { entry, scope }| (*entry, scope.name())).collect())
    }

    fn variant(&self, kind: &str, normal_form: &[u8], entry: u64) -> PyResult<&'static str> {
        let kind = Kind::parse(kind).ok_or_else(|| PyValueError::new_err(format!("there is no kind {kind:?}")))?;
        Ok(variant_of(kind, normal_form, &self.index.entry(entry).map_err(raised)?))
    }

    fn entry<'py>(&self, py: Python<'py>, entry: u64) -> PyResult<Bound<'py, PyTuple>> {
        raw_entry(py, &self.index.entry(entry).map_err(raised)?)
    }

    fn entry_columns<'py>(&self, py: Python<'py>, numbers: Vec<u64>) -> PyResult<Bound<'py, PyTuple>> {
        entries::columns(py, &self.index, &numbers)
    }

    #[pyo3(signature = (after = 0, limit = 1000))]
    fn entries<'py>(&self, py: Python<'py>, after: u64, limit: usize) -> PyResult<Vec<(u64, Bound<'py, PyTuple>)>> {
        let listed = self.index.entries(after, limit).map_err(raised)?;
        listed.iter().map(|(number, entry)| Ok((*number, raw_entry(py, entry)?))).collect()
    }

    fn stats<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        stats_of(py, &self.index)
    }

    fn feeds<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let feeds = PyDict::new(py);
        for (name, entries) in self.index.feeds() {
            feeds.set_item(name, entries)?;
        }
        Ok(feeds)
    }
}

fn raw_entry<'py>(py: Python<'py>, entry: &EntryView) -> PyResult<Bound<'py, PyTuple>> {
    let facts = entry.facts();
    let tlp = (!facts.tlp.is_empty()).then_some(facts.tlp.as_str());
    let fields: [Bound<'py, PyAny>; 13] = [
        entry.kind().name().into_pyobject(py)?.into_any(),
        PyBytes::new(py, entry.indicator()).into_any(),
        PyBytes::new(py, entry.normal_form()).into_any(),
        entry.scope().name().into_pyobject(py)?.into_any(),
        facts.feed.as_str().into_pyobject(py)?.into_any(),
        facts.category.as_str().into_pyobject(py)?.into_any(),
        facts.confidence.into_pyobject(py)?.into_any(),
        entry.first_seen().into_pyobject(py)?.into_any(),
        entry.last_seen().into_pyobject(py)?.into_any(),
        entry.valid_until().into_pyobject(py)?.into_any(),
        PyTuple::new(py, &facts.tags)?.into_any(),
        tlp.into_pyobject(py)?.into_any(),
        PyBytes::new(py, entry.context()).into_any(),
    ];
    PyTuple::new(py, fields)
}
