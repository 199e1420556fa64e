//! One rule, compiled: it takes values out of a text.

use std::ops::Range;

use super::pattern::{Along, Pattern, after};
use super::pcre2::{Outcome, Searcher};
use super::spec::{RuleSpec, RuleType};
use super::template::Template;
use crate::fields::{Format, Selector};

/// A compiled rule.
pub struct Rule {
    /// Its name.
    pub name: String,
    /// What its values are.
    pub rule_type: RuleType,
    /// Whether the first value is enough.
    pub first_only: bool,
    /// Whether `auto` reads Base64 as well.
    pub base64: bool,
    /// What takes the values; `auto` has none.
    pub pattern: Option<Pattern>,
    /// The field whose value is taken instead.
    pub field: Option<Selector>,
    template: Option<Template>,
    pattern_groups: usize,
}

/// A value that a rule took.
#[derive(Debug, PartialEq, Eq)]
pub struct Value<'a> {
    /// Where in the text; for a concatenated value, from its first group to its last.
    pub place: Range<usize>,
    /// The value itself.
    pub bytes: &'a [u8],
}

/// A search was stopped at a limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OverLimit;

impl Rule {
    /// Compile; the error says what is wrong with the rule.
    pub fn new(spec: &RuleSpec) -> Result<Rule, String> {
        let field = spec.field.as_ref().map(|(format, path)| selector(format, path)).transpose()?;
        if field.is_some() && (spec.regex.is_some() || spec.concatenate.is_some()) {
            return Err("takes the value of a field: it has no regex and no `concatenate`".into());
        }
        let pattern = match (&spec.regex, spec.rule_type) {
            (None, RuleType::Auto) => None,
            (None, _) if field.is_some() => None,
            (Some(_), RuleType::Auto) => return Err("a rule of type `auto` takes no regex".into()),
            (None, other) => return Err(format!("a rule of type `{}` needs a regex or a field", other.name())),
            (Some(regex), other) => Some(Pattern::new(regex, other.caseless())?),
        };
        let pattern_groups = pattern.as_ref().map_or(0, Pattern::groups);
        let template = spec.concatenate.as_ref().map(|text| Template::new(text, pattern_groups)).transpose()?;
        Ok(Rule {
            name: spec.name.clone(),
            rule_type: spec.rule_type,
            first_only: spec.first_only,
            base64: false,
            pattern,
            field,
            template,
            pattern_groups,
        })
    }

    /// Whether a search may take far longer than its text is long.
    pub fn may_stall(&self) -> bool {
        self.pattern.as_ref().is_some_and(Pattern::may_stall)
    }

    /// Give each value in `text` to `on_value`, until that says stop; `joined` is working memory.
    pub fn take(
        &self,
        text: &[u8],
        searcher: &mut Searcher,
        joined: &mut Vec<u8>,
        on_value: impl FnMut(Value<'_>) -> bool,
    ) -> Result<(), OverLimit> {
        self.take_along(text, None, searcher, joined, on_value)
    }

    /// As `take`; where `along` is given, it knows where the pattern's needle stands.
    pub fn take_along(
        &self,
        text: &[u8],
        along: Option<Along<'_>>,
        searcher: &mut Searcher,
        joined: &mut Vec<u8>,
        mut on_value: impl FnMut(Value<'_>) -> bool,
    ) -> Result<(), OverLimit> {
        let Some(pattern) = &self.pattern else { return Ok(()) };
        let mut hunt = along.map_or_else(|| pattern.hunt(text), |along| pattern.hunt_along(text, along));
        let mut from = 0;
        loop {
            match hunt.find(from, searcher) {
                Outcome::Match => {}
                Outcome::NoMatch | Outcome::Partial(_) => return Ok(()),
                Outcome::OverLimit => return Err(OverLimit),
            }
            if let Some(value) = self.value(text, searcher, joined)
                && !on_value(value)
            {
                return Ok(());
            }
            from = after(text, from, searcher.group(0).map_or(from, |whole| whole.end));
        }
    }

    /// The value of the last match: the template's text, group 1, or all of it; nothing where that is empty.
    fn value<'a>(&self, text: &'a [u8], searcher: &Searcher, joined: &'a mut Vec<u8>) -> Option<Value<'a>> {
        let Some(template) = &self.template else {
            let place = searcher.group(self.pattern_groups.min(1)).filter(|place| !place.is_empty())?;
            return Some(Value { bytes: &text[place.clone()], place });
        };
        joined.clear();
        template.write(text, searcher, joined);
        let place = template.place(searcher)?;
        (!joined.is_empty()).then_some(Value { place, bytes: joined })
    }
}

fn selector(format: &str, path: &str) -> Result<Selector, String> {
    let known = || Format::ALL.map(Format::name).join(", ");
    let found = Format::parse(format).ok_or_else(|| format!("no format `{format}`; there are: {}", known()))?;
    Selector::new(found, path).map_err(|error| format!("{format}: {error}"))
}
