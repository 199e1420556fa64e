//! `Part`: one part of a line.

use std::ops::Range;

use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::PyString;

use super::super::escape::Escape;
use super::json;
use super::path::{Path, Rows};
use super::shared::Shared;
use super::taken::Taken;
use super::text::{Only, Piece, Text};

/// What is shorter is sooner written anew than remembered.
const SHORT: usize = 48;

#[pyclass(frozen, module = "vedette._core")]
pub(in super::super) struct Part(Kind);

enum Kind {
    Fixed(String),
    Shared(Path, Py<PyAny>),
    Text(Text),
    Json(Path, Py<Escape>),
    Taken(Taken),
}

/// What was written of a part for the rows before.
#[derive(Default)]
pub(super) struct Memory<'py> {
    shared: Shared<'py>,
    /// The last value, and where it stands in the line before.
    last: Option<(Bound<'py, PyAny>, Range<usize>)>,
}

/// A piece as Python gives it: fixed text, or a value's place with what stands before and behind it.
#[derive(FromPyObject)]
enum GivenPiece {
    Fixed(String),
    Value(String, (usize, usize), String),
}

#[pymethods]
impl Part {
    #[staticmethod]
    fn fixed(text: String) -> Part {
        Part(Kind::Fixed(text))
    }

    #[staticmethod]
    fn shared(path: (usize, usize), write: Py<PyAny>) -> Part {
        Part(Kind::Shared(path.into(), write))
    }

    #[staticmethod]
    fn json(path: (usize, usize), escape: Py<Escape>) -> Part {
        Part(Kind::Json(path.into(), escape))
    }

    #[staticmethod]
    #[pyo3(signature = (before, pieces, after, *, limit, escape, when = None))]
    fn text(
        before: String,
        pieces: Vec<GivenPiece>,
        after: String,
        limit: usize,
        escape: Py<Escape>,
        when: Option<((usize, usize), Vec<String>)>,
    ) -> PyResult<Part> {
        let pieces: Vec<Piece> = pieces.into_iter().map(Piece::from).collect();
        if pieces.is_empty() || limit == 0 {
            return Err(PyValueError::new_err("expected at least one piece, and a limit of at least 1"));
        }
        let when = when.map(|(path, words)| (path.into(), words));
        Ok(Part(Kind::Text(Text { before, pieces, after, limit, escape, when, only: Only::Any })))
    }

    #[staticmethod]
    #[pyo3(signature = (name, *, rule, observed, values, otherwise, escape))]
    fn taken(
        name: &Bound<'_, PyString>,
        rule: (usize, usize),
        observed: (usize, usize),
        values: (usize, usize),
        otherwise: String,
        escape: Py<Escape>,
    ) -> PyResult<Part> {
        // Interned, as the names of rules in rows are: the same name is then the same object.
        let name = PyString::intern(name.py(), name.to_str()?).unbind();
        let (rule, observed, values) = (rule.into(), observed.into(), values.into());
        Ok(Part(Kind::Taken(Taken { name, rule, observed, values, otherwise, escape })))
    }

    #[staticmethod]
    #[pyo3(signature = (before, path, after, *, limit, escape, ipv6 = None))]
    fn address(
        before: String,
        path: (usize, usize),
        after: String,
        limit: usize,
        escape: Py<Escape>,
        ipv6: Option<Py<PyAny>>,
    ) -> Part {
        let pieces = vec![Piece::Value(String::new(), path.into(), String::new())];
        let only = ipv6.map_or(Only::Ipv4, Only::Ipv6);
        Part(Kind::Text(Text { before, pieces, after, limit, escape, when: None, only }))
    }
}

impl From<GivenPiece> for Piece {
    fn from(given: GivenPiece) -> Piece {
        match given {
            GivenPiece::Fixed(text) => Piece::Fixed(text),
            GivenPiece::Value(before, path, after) => Piece::Value(before, path.into(), after),
        }
    }
}

impl Part {
    /// Whether it has a place in the line of this row, be it empty.
    pub(super) fn applies(&self, rows: &Rows<'_>) -> PyResult<bool> {
        match &self.0 {
            Kind::Text(text) => text.applies(rows),
            _ => Ok(true),
        }
    }

    /// Write it for a row of each table.
    pub(super) fn write<'py>(
        &self,
        rows: &Rows<'py>,
        memory: &mut Memory<'py>,
        line_before: &str,
        line: &mut String,
    ) -> PyResult<()> {
        match &self.0 {
            Kind::Fixed(text) => line.push_str(text),
            Kind::Shared(path, write) => memory.shared.write(path.read(rows)?, write, line)?,
            Kind::Json(path, escape) => memory
                .write(path.read(rows)?, line_before, line, |value, line| json::write(value, &escape.get().0, line))?,
            Kind::Text(text) => match text.sole() {
                Some(path) => {
                    memory.write(path.read(rows)?, line_before, line, |value, line| text.write_sole(value, line))?
                }
                None => text.write(rows, line)?,
            },
            Kind::Taken(taken) => taken.write(rows, line)?,
        }
        Ok(())
    }
}

impl<'py> Memory<'py> {
    /// Write a value, or copy what was written of it for the row before.
    fn write(
        &mut self,
        value: Borrowed<'_, 'py, PyAny>,
        line_before: &str,
        line: &mut String,
        write: impl FnOnce(&Bound<'py, PyAny>, &mut String) -> PyResult<()>,
    ) -> PyResult<()> {
        let start = line.len();
        match self.last.take().filter(|(last, _)| last.is(&*value)) {
            Some((_, range)) => line.push_str(&line_before[range]),
            None => write(&value, line)?,
        }
        if line.len() - start > SHORT {
            self.last = Some((value.to_owned(), start..line.len()));
        }
        Ok(())
    }
}
