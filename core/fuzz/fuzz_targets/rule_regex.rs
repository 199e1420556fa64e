//! Any regex over any text: with the cheap tests before it, and with the linear engine in PCRE2's place, it takes what
//! PCRE2 alone takes.

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

    let Some(alone) = taken(&alone, text, LIMIT) else { return };
    // At the lower limit PCRE2 gives up at once, and the linear engine takes over where it knows all of the regex.
    for limit in [LIMIT, 1] {
        if let Some(filtered) = taken(&filtered, text, limit) {
            assert_eq!(filtered, alone, "{regex:?} over {:?}", String::from_utf8_lossy(text));
        }
    }
});

fn rule(rule_type: RuleType, regex: String) -> Option<Rule> {
    let name = "fuzzed".into();
    Rule::new(&RuleSpec { name, rule_type, first_only: false, regex: Some(regex), field: None, concatenate: None }).ok()
}

fn taken(rule: &Rule, text: &[u8], limit: u32) -> Option<Vec<(usize, Vec<u8>)>> {
    let groups = rule.pattern.as_ref().map_or(0, |pattern| pattern.groups());
    let mut searcher = vedette_core::rules::pcre2::Searcher::new(groups, limit);
    let mut taken = Vec::new();
    let done = rule.take(text, &mut searcher, &mut Vec::new(), |value| {
        taken.push((value.place.start, value.bytes.to_vec()));
        true
    });
    done.is_ok().then_some(taken)
}
