//! Any regex over any text: with the cheap tests before it, it takes what PCRE2 alone takes.

#![no_main]

use libfuzzer_sys::fuzz_target;
use vedette_core::rules::{Rule, RuleSpec, RuleType};

const LIMIT: u32 = 1000;

fuzz_target!(|input: (bool, &str, &[u8])| {
    let (caseless, regex, text) = input;
    let rule_type = if caseless { RuleType::Hash } else { RuleType::Context };
    // The analysis understands no regex with a comment. One before `(*VERB)` would change what the regex means.
    let Some(filtered) = rule(rule_type, regex.into()).filter(|_| !regex.starts_with("(*")) else { return };
    let Some(alone) = rule(rule_type, format!("(?#){regex}")) else { return };

    if let (Some(filtered), Some(alone)) = (taken(&filtered, text), taken(&alone, text)) {
        assert_eq!(filtered, alone, "{regex:?} over {:?}", String::from_utf8_lossy(text));
    }
});

fn rule(rule_type: RuleType, regex: String) -> Option<Rule> {
    let name = "fuzzed".into();
    Rule::new(&RuleSpec { name, rule_type, first_only: false, regex: Some(regex), concatenate: None }).ok()
}

fn taken(rule: &Rule, text: &[u8]) -> Option<Vec<(usize, Vec<u8>)>> {
    let groups = rule.pattern.as_ref().map_or(0, |pattern| pattern.groups());
    let mut searcher = vedette_core::rules::pcre2::Searcher::new(groups, LIMIT);
    let mut taken = Vec::new();
    let done = rule.take(text, &mut searcher, &mut Vec::new(), |value| {
        taken.push((value.place.start, value.bytes.to_vec()));
        true
    });
    done.is_ok().then_some(taken)
}
