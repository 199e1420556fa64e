//! The rules of all profiles, compiled once and shared by every thread.

mod analysis;
mod finder;
mod header;
mod linear;
#[cfg(target_arch = "x86_64")]
mod members;
#[cfg(target_arch = "x86_64")]
mod pairs;
mod pattern;
pub mod pcre2;
pub mod peer;
mod profile;
mod replace;
mod rule;
mod spec;
pub mod sweep;
mod syntax;
mod template;

use std::collections::BTreeSet;
use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::fields::{EndNames, FieldRules};
pub use pattern::Along;
use pcre2::{Options, Regex, Searcher};
pub use profile::{DEFAULT, Profile, Rewriting, Step, Test};
use replace::Replace;
pub use replace::Rewritten;
pub use rule::{OverLimit, Rule, Value};
pub use spec::{ProfileSpec, RuleSpec, RuleType};
use sweep::Sweep;

/// What PCRE2 has against this pattern, or nothing.
pub fn check_regex(pattern: &str, caseless: bool) -> Option<String> {
    Regex::new(pattern, Options { caseless, ..Options::default() }).err()
}

/// Compiled profiles and their rules.
pub struct Rules {
    /// In the order given.
    pub profiles: Vec<Profile>,
    /// Of all profiles.
    pub rules: Vec<Rule>,
    /// (profile, rule) of what may go over a limit: the rules in their order, then the other regexes.
    pub counted: Vec<(String, String)>,
    /// How often each of those was stopped, by whatever matcher.
    over_limit: Vec<AtomicU64>,
    default: Option<usize>,
    groups: usize,
    match_limit: u32,
}

impl Rules {
    /// Compile; the error names the profile and the rule.
    pub fn new(specs: &[ProfileSpec], match_limit: u32) -> Result<Rules, String> {
        let mut compiler = Compiler::default();
        for spec in specs {
            compiler.add_rules(spec)?;
        }
        for spec in specs {
            compiler.add_profile(spec).map_err(|error| format!("profile `{}`: {error}", spec.id))?;
        }
        let default = compiler.profiles.iter().position(|profile| profile.id == DEFAULT);
        if let Some(default) = default {
            compiler.let_default_fall_in(default);
        }
        compiler.prepare_sweeps();
        compiler.gather_field_rules();
        let Compiler { profiles, rules, counted, groups } = compiler;
        let over_limit = counted.iter().map(|_| AtomicU64::new(0)).collect();
        Ok(Rules { profiles, rules, counted, over_limit, default, groups, match_limit })
    }

    /// How often each rule was stopped at a limit: (profile, rule, count), those that never were left out.
    ///
    /// Matchers of every generation count here, so that what the last block of an old one adds is not lost.
    pub fn over_limit(&self) -> impl Iterator<Item = (&str, &str, u64)> {
        let counts = self.over_limit.iter().map(|count| count.load(Ordering::Relaxed));
        self.counted
            .iter()
            .zip(counts)
            .filter(|(_, count)| *count > 0)
            .map(|((profile, rule), count)| (profile.as_str(), rule.as_str(), count))
    }

    /// Count how often the one of this position was stopped.
    pub fn count_over_limit(&self, position: usize, times: u64) {
        if times > 0 {
            self.over_limit[position].fetch_add(times, Ordering::Relaxed);
        }
    }

    /// Let a rule of type `auto` read Base64 as well; the error says why it cannot be.
    pub fn read_base64(&mut self, profile: &str, name: &str) -> Result<(), String> {
        let place = |why: &str| format!("profile `{profile}`, rule `{name}`: {why}");
        let position = self.counted[..self.rules.len()].iter().position(|(id, rule)| id == profile && rule == name);
        let rule = &mut self.rules[position.ok_or_else(|| place("there is no such rule"))?];
        if rule.rule_type != RuleType::Auto {
            return Err(place("only a rule of type `auto` reads base64"));
        }
        rule.base64 = true;
        Ok(())
    }

    /// Working memory for searches with these rules.
    pub fn searcher(&self) -> Searcher {
        Searcher::new(self.groups, self.match_limit)
    }

    /// The first profile that takes every event of this peer, unless one before it reads the events themselves.
    pub fn profile_of_peer(&self, peer: Option<IpAddr>) -> PeerChoice {
        for (position, profile) in self.profiles.iter().enumerate() {
            if Some(position) != self.default && profile.takes_peer(peer) {
                return PeerChoice { readers: self.readers(position), otherwise: Some(position) };
            }
        }
        PeerChoice { readers: self.readers(self.profiles.len()), otherwise: self.default }
    }

    fn readers(&self, end: usize) -> Vec<usize> {
        (0..end).filter(|place| Some(*place) != self.default && self.profiles[*place].reads_events()).collect()
    }

    /// Names of the rules that serve a profile's events, each once.
    pub fn names(&self, profile: usize) -> Vec<&str> {
        let steps = self.profiles[profile].steps.iter().filter(|step| step.unless.is_none());
        steps.map(|step| self.rules[step.rule].name.as_str()).collect()
    }

    /// (profile, rule) of each regex that is tried on every event.
    pub fn unfiltered(&self) -> Vec<(String, String)> {
        let rules = self.rules.iter().zip(&self.counted);
        rules
            .filter(|(rule, _)| rule.rule_type != RuleType::Context)
            .filter(|(rule, _)| rule.pattern.as_ref().is_some_and(|pattern| !pattern.is_filtered()))
            .map(|(_, name)| name.clone())
            .collect()
    }

    /// (profile, rule) of each regex that may be stopped at a limit: PCRE2 alone can match it, and it may backtrack.
    pub fn stoppable(&self) -> Vec<(String, String)> {
        let rules = self.rules.iter().enumerate().filter(|(_, rule)| rule.may_stall()).map(|(place, _)| place);
        let profiles = self.profiles.iter().flat_map(|profile| {
            let replaces = profile.replaces.iter().filter(|one| one.replace.may_stall()).map(|one| one.counter);
            let tests = profile.ignores.iter().map(|test| &**test).chain(profile.event_test());
            replaces.chain(tests.filter(|test| test.pattern.may_stall()).map(|test| test.counter))
        });
        // What is `default`'s serves other profiles too.
        let places: BTreeSet<usize> = rules.chain(profiles).collect();
        places.into_iter().map(|place| self.counted[place].clone()).collect()
    }
}

/// How the profile of an event is chosen once its peer is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PeerChoice {
    /// Profiles to ask, in order, whether the event is theirs.
    pub readers: Vec<usize>,
    /// The profile of the events that none of them takes.
    pub otherwise: Option<usize>,
}

#[derive(Default)]
struct Compiler {
    profiles: Vec<Profile>,
    rules: Vec<Rule>,
    counted: Vec<(String, String)>,
    groups: usize,
}

impl Compiler {
    fn add_rules(&mut self, spec: &ProfileSpec) -> Result<(), String> {
        for (position, rule) in spec.rules.iter().enumerate() {
            let place = |error: String| format!("profile `{}`, rule `{}`: {error}", spec.id, rule.name);
            if spec.rules[..position].iter().any(|other| other.name == rule.name) {
                return Err(place("the name stands twice".into()));
            }
            let compiled = Rule::new(rule).map_err(place)?;
            self.groups = self.groups.max(compiled.pattern.as_ref().map_or(0, pattern::Pattern::groups));
            self.rules.push(compiled);
            self.counted.push((spec.id.clone(), rule.name.clone()));
        }
        Ok(())
    }

    fn add_profile(&mut self, spec: &ProfileSpec) -> Result<(), String> {
        if self.profiles.iter().any(|other| other.id == spec.id) {
            return Err("the id stands twice".into());
        }
        let event = spec.event_regex.as_ref().map(|regex| self.test(spec, regex, "event regex".into())).transpose()?;
        let mut profile = Profile::new(spec, event)?;
        for (position, (input, output)) in spec.replaces.iter().enumerate() {
            let name = format!("replace {}", position + 1);
            let replace = Replace::new(input, output).map_err(|error| format!("{name}: {error}"))?;
            self.groups = self.groups.max(replace.groups());
            profile.replaces.push(Arc::new(Rewriting { replace, counter: self.counter(spec, name) }));
        }
        for (position, regex) in spec.ignores.iter().enumerate() {
            let test = self.test(spec, regex, format!("ignore {}", position + 1))?;
            profile.ignores.push(Arc::new(test));
        }
        let before: usize = self.rules_before(self.profiles.len());
        profile.steps =
            (before..before + spec.rules.len()).map(|rule| Step { rule, unless: None, trail: None }).collect();
        profile.unread = self.counter(spec, "structure".into());
        if !spec.ends.is_empty() {
            profile.ends = Arc::new(EndNames::new(&spec.ends));
        }
        self.profiles.push(profile);
        Ok(())
    }

    fn rules_before(&self, profile: usize) -> usize {
        self.profiles[..profile].iter().map(|profile| profile.steps.len()).sum()
    }

    fn test(&mut self, spec: &ProfileSpec, regex: &str, name: String) -> Result<Test, String> {
        let pattern = pattern::Pattern::new(regex, false).map_err(|error| format!("{name}: {error}"))?;
        self.groups = self.groups.max(pattern.groups());
        Ok(Test { pattern, counter: self.counter(spec, name) })
    }

    fn counter(&mut self, spec: &ProfileSpec, name: String) -> usize {
        self.counted.push((spec.id.clone(), name));
        self.counted.len() - 1
    }

    fn prepare_sweeps(&mut self) {
        for profile in &mut self.profiles {
            let looked_up = |step: &Step| {
                let rule = &self.rules[step.rule];
                rule.pattern.as_ref().filter(|_| rule.rule_type != RuleType::Context)
            };
            let (sweep, trails) = Sweep::new(profile.steps.iter().map(looked_up));
            profile.sweep = sweep;
            profile.steps.iter_mut().zip(trails).for_each(|(step, trail)| step.trail = trail);
        }
    }

    fn gather_field_rules(&mut self) {
        for profile in &mut self.profiles {
            let steps = profile.steps.iter().map(|step| step.rule);
            let fields = steps.filter_map(|rule| Some((rule, self.rules[rule].field.clone()?)));
            profile.fields = FieldRules::new(fields.collect());
        }
    }

    /// The rules, replaces and ignores of `default` come after each other profile's own.
    fn let_default_fall_in(&mut self, default: usize) {
        let steps = self.profiles[default].steps.clone();
        let replaces = self.profiles[default].replaces.clone();
        let ignores = self.profiles[default].ignores.clone();
        let others = self.profiles.iter_mut().enumerate().filter(|(position, _)| *position != default);
        for (_, profile) in others {
            let own = profile.steps.clone();
            let named = |name: &str| own.iter().find(|step| self.rules[step.rule].name == name).map(|step| step.rule);
            profile.steps.extend(steps.iter().map(|step| Step { unless: named(&self.rules[step.rule].name), ..*step }));
            profile.replaces.extend(replaces.iter().cloned());
            profile.ignores.extend(ignores.iter().cloned());
        }
    }
}
