//! `Rules` and `check_regex`.

use std::collections::HashMap;
use std::sync::Arc;

use pyo3::exceptions::{PyIndexError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::PyTuple;

use crate::fields::Role;
use crate::rules::{self, ProfileSpec, RuleSpec, RuleType};

type RuleArguments = (String, String, String, Option<Taken>, Option<String>);
/// By profile: (role, name of a field).
type EndArguments = HashMap<String, Vec<(String, String)>>;
type ProfileArguments =
    (String, Vec<String>, Vec<String>, Option<String>, Vec<(String, String)>, Vec<String>, Vec<RuleArguments>);

/// What takes a rule's values: a regex, or a field as a format's name and a path within it.
#[derive(FromPyObject)]
enum Taken {
    Regex(String),
    Field((String, String)),
}

/// What PCRE2 has against this pattern, or None.
#[pyfunction]
#[pyo3(signature = (pattern, caseless = false))]
pub(super) fn check_regex(pattern: &str, caseless: bool) -> Option<String> {
    rules::check_regex(pattern, caseless)
}

#[pyclass(frozen, module = "vedette._core")]
pub(super) struct Rules(pub(super) Arc<rules::Rules>);

#[pymethods]
impl Rules {
    #[new]
    #[pyo3(signature = (profiles, match_limit = 100_000, ends = None, base64 = Vec::new()))]
    fn new(
        profiles: Vec<ProfileArguments>,
        match_limit: u32,
        ends: Option<EndArguments>,
        base64: Vec<(String, String)>,
    ) -> PyResult<Rules> {
        let mut ends = ends.unwrap_or_default();
        let specs = profiles.into_iter().map(|profile| {
            let ends = ends.remove(&profile.0).unwrap_or_default();
            profile_spec(profile, &ends)
        });
        let specs = specs.collect::<Result<Vec<_>, _>>();
        let rules = specs.and_then(|specs| rules::Rules::new(&specs, match_limit));
        let mut rules = rules.map_err(PyValueError::new_err)?;
        let read = base64.iter().try_for_each(|(profile, rule)| rules.read_base64(profile, rule));
        read.map_err(PyValueError::new_err)?;
        Ok(Rules(Arc::new(rules)))
    }

    #[getter]
    fn profiles<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        PyTuple::new(py, self.0.profiles.iter().map(|profile| profile.id.as_str()))
    }

    fn names<'py>(&self, py: Python<'py>, profile: usize) -> PyResult<Bound<'py, PyTuple>> {
        let count = self.0.profiles.len();
        if profile >= count {
            return Err(PyIndexError::new_err(format!("there are {count} profiles, no number {profile}")));
        }
        PyTuple::new(py, self.0.names(profile))
    }

    fn unfiltered(&self) -> Vec<(String, String)> {
        self.0.unfiltered()
    }

    fn stoppable(&self) -> Vec<(String, String)> {
        self.0.stoppable()
    }
}

fn profile_spec(arguments: ProfileArguments, ends: &[(String, String)]) -> Result<ProfileSpec, String> {
    let (id, peers, host_names, event_regex, replaces, ignores, rules) = arguments;
    let rules = rules
        .into_iter()
        .map(|rule| rule_spec(rule).map_err(|error| format!("profile `{id}`, {error}")))
        .collect::<Result<_, _>>()?;
    let ends = ends.iter().map(|(role, name)| end_name(role, name)).collect::<Result<_, _>>();
    let ends = ends.map_err(|error| format!("profile `{id}`, {error}"))?;
    Ok(ProfileSpec { id, peers, host_names, event_regex, replaces, ignores, rules, ends })
}

fn end_name(role: &str, name: &str) -> Result<(Role, String), String> {
    let known = Role::ALL.iter().find(|(word, _)| *word == role);
    let (_, role) = known.ok_or_else(|| format!("ends: no role `{role}`"))?;
    Ok((*role, name.into()))
}

fn rule_spec((name, rule_type, extract, taken, concatenate): RuleArguments) -> Result<RuleSpec, String> {
    let Some(rule_type) = RuleType::parse(&rule_type) else {
        let known = RuleType::ALL.map(|(name, _)| name).join(", ");
        return Err(format!("rule `{name}`: no type `{rule_type}`; there are: {known}"));
    };
    let first_only = match extract.as_str() {
        "first" => true,
        "all" => false,
        _ => return Err(format!("rule `{name}`: no extract `{extract}`; there are: all, first")),
    };
    let (regex, field) = match taken {
        None => (None, None),
        Some(Taken::Regex(regex)) => (Some(regex), None),
        Some(Taken::Field(field)) => (None, Some(field)),
    };
    Ok(RuleSpec { name, rule_type, first_only, regex, field, concatenate })
}
