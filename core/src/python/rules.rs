//! `Rules` and `check_regex`.

use std::sync::Arc;

use pyo3::exceptions::{PyIndexError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::PyTuple;

use crate::rules::{self, ProfileSpec, RuleSpec, RuleType};

type RuleArguments = (String, String, String, Option<String>, Option<String>);
type ProfileArguments =
    (String, Vec<String>, Vec<String>, Option<String>, Vec<(String, String)>, Vec<String>, Vec<RuleArguments>);

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
    #[pyo3(signature = (profiles, match_limit = 100_000))]
    fn new(profiles: Vec<ProfileArguments>, match_limit: u32) -> PyResult<Rules> {
        let specs = profiles.into_iter().map(profile_spec).collect::<Result<Vec<_>, _>>();
        let rules = specs.and_then(|specs| rules::Rules::new(&specs, match_limit)).map_err(PyValueError::new_err)?;
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
}

fn profile_spec(arguments: ProfileArguments) -> Result<ProfileSpec, String> {
    let (id, peers, host_names, event_regex, replaces, ignores, rules) = arguments;
    let rules = rules
        .into_iter()
        .map(|rule| rule_spec(rule).map_err(|error| format!("profile `{id}`, {error}")))
        .collect::<Result<_, _>>()?;
    Ok(ProfileSpec { id, peers, host_names, event_regex, replaces, ignores, rules })
}

fn rule_spec((name, rule_type, extract, regex, concatenate): RuleArguments) -> Result<RuleSpec, String> {
    let Some(rule_type) = RuleType::parse(&rule_type) else {
        let known = RuleType::ALL.map(|(name, _)| name).join(", ");
        return Err(format!("rule `{name}`: no type `{rule_type}`; there are: {known}"));
    };
    let first_only = match extract.as_str() {
        "first" => true,
        "all" => false,
        _ => return Err(format!("rule `{name}`: no extract `{extract}`; there are: all, first")),
    };
    Ok(RuleSpec { name, rule_type, first_only, regex, concatenate })
}
