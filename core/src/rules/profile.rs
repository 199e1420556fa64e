//! One profile, compiled: which events are its own, and what is done to them before its rules run.

use std::net::IpAddr;

use super::header::host_name;
use super::pattern::Pattern;
use super::pcre2::{Outcome, Searcher};
use super::peer::Network;
use super::replace::Replace;
use super::spec::ProfileSpec;
use super::sweep::Sweep;
use crate::fields::{Csv, EndNames, FieldRules};

/// The id of the profile that serves the events of no other.
pub const DEFAULT: &str = "default";

/// A regex that is only asked whether the event holds it; where it stands among the things counted over their limit.
pub struct Test {
    /// What is asked.
    pub pattern: Pattern,
    /// Its place among all that is counted.
    pub counter: usize,
}

/// A Replace rule, and its place among all that is counted.
pub struct Rewriting {
    /// What is done.
    pub replace: Replace,
    /// Its place among all that is counted.
    pub counter: usize,
}

/// A rule that serves a profile's events.
#[derive(Clone, Copy, Debug)]
pub struct Step {
    /// Its position among all rules.
    pub rule: usize,
    /// A rule of `default` runs only if this one, of the profile's own and of the same name, took nothing.
    pub unless: Option<usize>,
    /// The trail of the sweep that says where it may match; none where it must be asked of every event.
    pub trail: Option<usize>,
}

/// A compiled profile.
pub struct Profile {
    /// Its name.
    pub id: String,
    peers: Vec<Network>,
    host_names: Vec<Vec<u8>>,
    event: Option<Test>,
    /// Rewritings, its own before those of `default`.
    pub replaces: Vec<std::sync::Arc<Rewriting>>,
    /// What makes an event be passed over, its own before those of `default`.
    pub ignores: Vec<std::sync::Arc<Test>>,
    /// The rules that serve its events, its own before those of `default`.
    pub steps: Vec<Step>,
    /// Finds what its rules go by; the rules for the output alone are not among them.
    pub sweep: Sweep,
    /// Those of its rules that take fields.
    pub fields: FieldRules,
    /// The names by which its events' ends are known.
    pub ends: std::sync::Arc<EndNames>,
    /// Where it is counted that a bound kept a part of an event's structure from being read.
    pub unread: usize,
}

impl Profile {
    /// Compile all but rules, replaces and ignores, which the caller shares among profiles.
    pub fn new(spec: &ProfileSpec, event: Option<Test>) -> Result<Profile, String> {
        let peers = spec.peers.iter().map(|peer| Network::parse(peer)).collect::<Result<_, _>>()?;
        let host_names = spec.host_names.iter().map(|name| name.to_ascii_lowercase().into_bytes()).collect();
        Ok(Profile {
            id: spec.id.clone(),
            peers,
            host_names,
            event,
            replaces: Vec::new(),
            ignores: Vec::new(),
            steps: Vec::new(),
            sweep: Sweep::default(),
            fields: FieldRules::default(),
            ends: EndNames::built_in(),
            unread: 0,
        })
    }

    /// How columns are told in its events.
    pub fn csv(&self) -> Csv {
        if self.fields.csv() == Csv::Asked { Csv::Asked } else { self.ends.csv() }
    }

    /// Whether all events of this peer are its own.
    pub fn takes_peer(&self, peer: Option<IpAddr>) -> bool {
        peer.is_some_and(|peer| self.peers.iter().any(|network| network.holds(peer)))
    }

    /// Whether it may take single events, by what stands in them.
    pub fn reads_events(&self) -> bool {
        self.event.is_some() || !self.host_names.is_empty()
    }

    /// Whether this event is its own by its host name.
    pub fn takes_host(&self, event: &[u8]) -> bool {
        !self.host_names.is_empty()
            && host_name(event).is_some_and(|name| self.host_names.iter().any(|known| known.eq_ignore_ascii_case(name)))
    }

    /// The regex that its events hold.
    pub fn event_test(&self) -> Option<&Test> {
        self.event.as_ref()
    }
}

impl Test {
    /// Whether the text holds it. `Err`: it took too long; the counter to count that on.
    pub fn holds(&self, text: &[u8], searcher: &mut Searcher) -> Result<bool, usize> {
        match self.pattern.hunt(text).find(0, searcher) {
            Outcome::Match => Ok(true),
            Outcome::NoMatch | Outcome::Partial(_) => Ok(false),
            Outcome::OverLimit => Err(self.counter),
        }
    }
}
