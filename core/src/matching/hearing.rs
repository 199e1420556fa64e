//! Which rules each feed listens to: an entry whose feed does not hear a rule raises nothing for what that rule took.

use std::collections::{HashMap, HashSet};

use crate::index::{EntryView, Index};
use crate::rules::Rules;

/// (feed, category, the rules that it listens to); a feed's category that is not named hears every rule.
pub type Listens = Vec<(String, String, Vec<String>)>;

/// For each of an index's facts, the rules that are heard.
#[derive(Default)]
pub struct Hearing {
    /// By the number of the facts: for each rule whether it is heard, None if all are. Empty where all hear all.
    by_facts: Vec<Option<Box<[bool]>>>,
}

impl Hearing {
    pub fn new(index: &Index, rules: &Rules, listens: &Listens) -> Hearing {
        if listens.is_empty() {
            return Hearing::default();
        }
        let named: HashMap<(&str, &str), HashSet<&str>> = listens
            .iter()
            .map(|(feed, category, rules)| {
                ((feed.as_str(), category.as_str()), rules.iter().map(String::as_str).collect())
            })
            .collect();
        let by_facts = index.facts().iter().map(|facts| {
            let heard = named.get(&(facts.feed.as_str(), facts.category.as_str()))?;
            Some(rules.rules.iter().map(|rule| heard.contains(rule.name.as_str())).collect())
        });
        Hearing { by_facts: by_facts.collect() }
    }

    /// Whether this entry's feed listens to this rule.
    pub fn hears(&self, entry: &EntryView<'_>, rule: usize) -> bool {
        match self.by_facts.get(entry.facts_number()) {
            Some(Some(heard)) => heard[rule],
            _ => true,
        }
    }
}
