//! What the device did about what it saw, as its own word says: let through or stopped.

/// What the device did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Action {
    /// It let it through, or only watched.
    Allowed,
    /// It stopped it.
    Blocked,
    /// It does not say, or in words that are not known.
    #[default]
    Unknown,
}

/// Words for what was let through or only watched.
pub const ALLOWED: [&str; 34] = [
    "accept",
    "accepted",
    "alert",
    "alerted",
    "allow",
    "allowed",
    "allows",
    "bypass",
    "bypassed",
    "detect",
    "detected",
    "detection",
    "forward",
    "forwarded",
    "log",
    "logged",
    "monitor",
    "monitored",
    "notified",
    "notify",
    "ok",
    "pass",
    "passed",
    "passthrough",
    "permit",
    "permitted",
    "redirect",
    "redirected",
    "succeeded",
    "success",
    "successful",
    "trust",
    "trusted",
    "warned",
];

/// Words for what was stopped. `delete` and the like are none: people do that, too.
pub const BLOCKED: [&str; 44] = [
    "ban",
    "banned",
    "block",
    "blocked",
    "blocking",
    "blocks",
    "cleaned",
    "contained",
    "deleted",
    "denied",
    "denies",
    "deny",
    "disallowed",
    "discard",
    "discarded",
    "drop",
    "dropped",
    "drops",
    "filtered",
    "forbidden",
    "isolated",
    "killed",
    "mitigated",
    "prevent",
    "prevented",
    "prohibited",
    "quarantine",
    "quarantined",
    "refused",
    "reject",
    "rejected",
    "rejects",
    "remediated",
    "reset",
    "resets",
    "rst",
    "sanitized",
    "shun",
    "shunned",
    "sinkhole",
    "sinkholed",
    "stopped",
    "terminate",
    "terminated",
];

/// Words that turn the others round, so that nothing is known.
pub const DOUBTFUL: [&str; 8] = ["cannot", "failed", "failure", "no", "non", "not", "unable", "without"];

/// Only so much of a value is read.
const READ_BYTES: usize = 64;
const LONGEST_WORD: usize = 12;

impl Action {
    /// The word that users read.
    pub fn name(self) -> &'static str {
        match self {
            Action::Allowed => "allowed",
            Action::Blocked => "blocked",
            Action::Unknown => "",
        }
    }

    /// What a device's own word means. One word of a stop outweighs those of letting through: `TCP_DENIED/200`.
    pub fn of(value: &[u8]) -> Action {
        let mut action = Action::Unknown;
        let words = value[..value.len().min(READ_BYTES)].split(|byte| !byte.is_ascii_alphabetic());
        for word in words.filter(|word| (2..=LONGEST_WORD).contains(&word.len())) {
            let mut lower = [0; LONGEST_WORD];
            let lower = &mut lower[..word.len()];
            lower.copy_from_slice(word);
            lower.make_ascii_lowercase();
            let known = |words: &[&str]| words.binary_search_by(|known| known.as_bytes().cmp(lower)).is_ok();
            if known(&DOUBTFUL) {
                return Action::Unknown;
            }
            if known(&BLOCKED) {
                action = Action::Blocked;
            } else if action == Action::Unknown && known(&ALLOWED) {
                action = Action::Allowed;
            }
        }
        action
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_devices_word_is_sorted() {
        let cases = [
            (Action::Allowed, "allowed|ACCEPT|passthrough|alert|Detected|TCP_MISS_ALLOWED"),
            (
                Action::Blocked,
                "Blocked|DROP|reset-both|TCP_DENIED/403|Access Denied|blocked a \\=|allowed then dropped",
            ),
            (Action::Unknown, "|-|N/A|perf-stats|not blocked|Unable to block|unblocked|failure|Retrieve password"),
        ];
        for (action, words) in cases {
            for word in words.split('|') {
                assert_eq!(Action::of(word.as_bytes()), action, "{word}");
            }
        }
    }

    #[test]
    fn the_lists_are_sorted_lower_case_and_apart() {
        for words in [&ALLOWED[..], &BLOCKED, &DOUBTFUL] {
            assert!(words.is_sorted());
            assert!(words.iter().all(|word| (2..=LONGEST_WORD).contains(&word.len()) && *word == word.to_lowercase()));
        }
        assert!(ALLOWED.iter().all(|word| !BLOCKED.contains(word) && !DOUBTFUL.contains(word)));
    }
}
