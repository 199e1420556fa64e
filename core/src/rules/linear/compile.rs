//! From the parts of a regex to the steps of the linear engine, where all of them are understood.

use super::super::syntax::{Anchor, Class, Greed, GroupKind, Node};
use super::first::First;
use super::names::Names;
use super::numbers::{LONGEST, Numbers};
use super::program::{Behind, Place, Program, Repeated, Step};
use super::set::Set;

/// A longer program is not worth its memory.
const MOST_STEPS: usize = 1000;
/// A name's first label, its further ones, its last.
const NAMES_PARTS: usize = 3;

/// What a regex means to the linear engine; `None` where it holds something that the engine does not know.
pub fn compile(pattern: &str, node: &Node, caseless: bool) -> Option<Program> {
    if may_take_nothing(node) {
        return None;
    }
    let mut compiler = Compiler {
        pattern,
        caseless,
        steps: Vec::new(),
        sets: Vec::new(),
        texts: Vec::new(),
        groups: 0,
        choices: 0,
        memories: 0,
        atomic: 0,
        must: None,
    };
    compiler.anchored_at_start(node)?;
    compiler.push(Step::Match)?;
    let Compiler { steps, sets, groups, choices, memories, .. } = compiler;
    let starts = match node {
        Node::Concat(parts) if begins_with_anchor(parts) => {
            First::of_node(&Node::Concat(parts[1..].to_vec()), First::ALWAYS, caseless)
        }
        _ => First::of_node(node, First::ALWAYS, caseless),
    };
    Some(Program { steps, sets, slots: 2 * (groups + 1), choices, memories, starts: starts.table() })
}

fn begins_with_anchor(parts: &[Node]) -> bool {
    parts.first() == Some(&Node::Anchor(Anchor::Start))
}

/// Whether it can match without taking a character.
fn may_take_nothing(node: &Node) -> bool {
    match node {
        Node::Nothing | Node::Anchor(_) => true,
        Node::Char(_) | Node::Class { .. } => false,
        Node::Concat(parts) => parts.iter().all(may_take_nothing),
        Node::Alternate(parts) => parts.iter().any(may_take_nothing),
        Node::Group { node, .. } => may_take_nothing(node),
        Node::Repeat { node, min, .. } => *min == 0 || may_take_nothing(node),
    }
}

struct Compiler<'a> {
    pattern: &'a str,
    caseless: bool,
    steps: Vec<Step>,
    sets: Vec<Set>,
    /// The text of each set, so that none is made twice.
    texts: Vec<String>,
    groups: usize,
    choices: usize,
    memories: usize,
    /// How many atomic parts are under way.
    atomic: usize,
    /// Of the part under way: a byte that must stand behind it, within what it could take.
    must: Option<u8>,
}

/// A part that takes one character.
#[derive(Clone, Debug, PartialEq, Eq)]
struct One {
    text: String,
    class: Class,
}

impl Compiler<'_> {
    /// An anchor at the text's beginning is understood as the regex's first part only.
    fn anchored_at_start(&mut self, node: &Node) -> Option<()> {
        match node {
            Node::Concat(parts) if begins_with_anchor(parts) => {
                self.push(Step::Anchor(Anchor::Start))?;
                self.concat(&parts[1..], First::ALWAYS)
            }
            _ => self.part(node, First::ALWAYS),
        }
    }

    fn push(&mut self, step: Step) -> Option<Place> {
        self.steps.push(step);
        (self.steps.len() <= MOST_STEPS).then_some(self.steps.len() - 1)
    }

    fn first(&self, node: &Node, behind: First) -> First {
        First::of_node(node, behind, self.caseless)
    }

    fn first_of_all(&mut self, parts: &[Node], behind: First) -> First {
        parts.iter().rev().fold(behind, |behind, part| match part {
            Node::Repeat { node, min: 0, max: Some(1), greed: Greed::Possessive, .. }
                if self.leads_nowhere(node, behind) && self.first(node, behind).excludes(behind) =>
            {
                behind
            }
            _ => self.first(part, behind),
        })
    }

    /// Whether nothing can come behind a possessive part once that is taken: it ends with all there is of a set, and
    /// what must come behind it begins with a character of that set.
    fn leads_nowhere(&mut self, node: &Node, behind: First) -> bool {
        let Node::Concat(parts) = plain(node) else { return false };
        let Some(Node::Repeat { node, max: None, greed: Greed::Greedy | Greed::Possessive, .. }) = parts.last() else {
            return false;
        };
        let set = self.one(plain(node)).and_then(|one| self.set(&one));
        behind.is_ascii() && set.is_some_and(|set| self.sets[set].holds_all(|byte| behind.holds(byte)))
    }

    fn part(&mut self, node: &Node, behind: First) -> Option<()> {
        match node {
            Node::Nothing | Node::Anchor(Anchor::Start) => None,
            Node::Anchor(anchor) => self.push(Step::Anchor(*anchor)).map(|_| ()),
            Node::Char(_) | Node::Class { .. } => match self.plain_char(node) {
                Some(char) => self.push(Step::Literal(char.to_string().into_bytes().into())).map(|_| ()),
                None => {
                    let set = self.set(&self.one(node)?)?;
                    self.push(Step::One(set)).map(|_| ())
                }
            },
            Node::Concat(parts) => self.concat(parts, behind),
            Node::Alternate(branches) => self.alternate(branches, behind),
            Node::Group { kind, node } => self.group(*kind, node, behind),
            Node::Repeat { node, min, max, greed, .. } => self.repeat(node, *min, *max, *greed, behind),
        }
    }

    fn concat(&mut self, parts: &[Node], behind: First) -> Option<()> {
        let mut place = 0;
        while place < parts.len() {
            if let Some(names) = self.names(&parts[place..], behind) {
                self.push(Step::Names(names))?;
                place += NAMES_PARTS;
                continue;
            }
            if let Some((numbers, taken)) = self.numbers(&parts[place..], behind) {
                self.push(Step::Numbers(numbers))?;
                place += taken;
                continue;
            }
            if let Some((ends, all)) = self.label(&parts[place..])
                && let after = self.first_of_all(&parts[place + 2..], behind)
                && (after.always || self.excludes(&all, after))
            {
                let (all, ends) = (self.set(&all)?, self.set(&ends)?);
                self.push(Step::Label { all, ends })?;
                place += 2;
                continue;
            }
            let literal: Vec<char> = parts[place..].iter().map_while(|part| self.plain_char(part)).collect();
            if !literal.is_empty() {
                let bytes: String = literal.iter().collect();
                self.push(Step::Literal(bytes.into_bytes().into()))?;
                place += literal.len();
                continue;
            }
            let behind = self.first_of_all(&parts[place + 1..], behind);
            self.must = self.must_of(&parts[place], &parts[place + 1..]);
            self.part(&parts[place], behind)?;
            place += 1;
        }
        Some(())
    }

    /// A byte that every match of what is behind a repeated part holds, and before it nothing that the part could not
    /// take: wherever the part gives back to, that byte stands in what it took first. Of a part that takes so many at
    /// most this is not so: there is more behind it that it could take.
    fn must_of(&mut self, part: &Node, behind: &[Node]) -> Option<u8> {
        let Node::Repeat { node, max: None, .. } = part else { return None };
        let one = self.one(plain(node))?;
        let set = self.set(&one)?;
        for node in behind {
            match self.plain_char(node).and_then(|char| u8::try_from(char).ok()).filter(u8::is_ascii) {
                Some(byte) => return self.sets[set].holds_all(|asked| asked == byte).then_some(byte),
                None if self.is_within(node, &one, set) => {}
                None => return None,
            }
        }
        None
    }

    /// Whether everything that a part can match is made of characters of a set.
    fn is_within(&self, node: &Node, one: &One, set: usize) -> bool {
        match node {
            Node::Nothing | Node::Anchor(_) => false,
            Node::Char(_) | Node::Class { .. } => self.one(node).is_some_and(|other| {
                other == *one || (!other.class.beyond && self.sets[set].holds_all(|byte| other.class.holds(byte)))
            }),
            Node::Concat(parts) | Node::Alternate(parts) => parts.iter().all(|part| self.is_within(part, one, set)),
            Node::Group { node, .. } | Node::Repeat { node, .. } => self.is_within(node, one, set),
        }
    }

    /// The character that this part is, if that has one form only.
    fn plain_char(&self, node: &Node) -> Option<char> {
        match node {
            Node::Char(char) if !(self.caseless && (char.is_ascii_alphabetic() || !char.is_ascii())) => Some(*char),
            _ => None,
        }
    }

    fn excludes(&self, one: &One, behind: First) -> bool {
        let class = Node::Class { class: one.class, place: 0..0 };
        self.first(&class, First::ALWAYS).excludes(behind)
    }

    /// `(?:[a]-*)*[a]+`, where no character is in both classes: what runs are made of it is what begins and ends
    /// with the first class. (Its end, and both.)
    fn label(&self, parts: &[Node]) -> Option<(One, One)> {
        let [Node::Repeat { node: each, min: 0, max: None, greed: Greed::Greedy, .. }, last, ..] = parts else {
            return None;
        };
        let Node::Repeat { node: end, min: 1, max: None, greed: Greed::Greedy, .. } = last else { return None };
        let Node::Concat(two) = plain(each) else { return None };
        let [begin, Node::Repeat { node: further, min: 0, max: None, greed: Greed::Greedy, .. }] = two.as_slice()
        else {
            return None;
        };
        let (begin, further, end) = (self.one(plain(begin))?, self.one(plain(further))?, self.one(plain(end))?);
        let apart =
            self.excludes(&begin, self.first(&Node::Class { class: further.class, place: 0..0 }, First::ALWAYS));
        let all = One { text: format!("(?:{}|{})", begin.text, further.text), class: begin.class.with(further.class) };
        (begin == end && apart).then_some((end, all))
    }

    /// A label, further ones behind a separator, and such a last one, with nothing behind them that could fail.
    fn names(&mut self, parts: &[Node], behind: First) -> Option<Names> {
        let [first, Node::Repeat { node: further, min: 0, max: None, greed: Greed::Greedy, .. }, last, rest @ ..] =
            parts
        else {
            return None;
        };
        let (Node::Concat(first), Node::Concat(further), Node::Concat(last)) =
            (plain(first), plain(further), plain(last))
        else {
            return None;
        };
        let ([separator, further @ ..], [again, last]) = (further.as_slice(), last.as_slice()) else { return None };
        let Node::Repeat { node: end, min, max: None, greed: Greed::Greedy | Greed::Possessive, .. } = plain(last)
        else {
            return None;
        };
        let separator = u8::try_from(self.plain_char(separator)?).ok().filter(u8::is_ascii)?;
        let (ends, all) = self.label(first).filter(|_| first.len() == 2 && further.len() == 2)?;
        let is_alike = self.label(further) == Some((ends.clone(), all.clone())) && self.one(plain(end))? == ends;
        if !is_alike || self.plain_char(again) != Some(separator.into()) || !self.first_of_all(rest, behind).always {
            return None;
        }
        let (all, ends) = (self.set(&all)?, self.set(&ends)?);
        if self.sets[all].holds_all(|asked| asked == separator) {
            return None;
        }
        self.memories += 1;
        Some(Names { all, ends, separator, min: *min as usize, memory: self.memories - 1 })
    }

    /// Runs of one ASCII class with a separator between them, each as short or long as the others, and how many parts
    /// these are.
    fn numbers(&mut self, parts: &[Node], behind: First) -> Option<(Numbers, usize)> {
        let (one, min, max) = self.number(parts.first()?)?;
        let separator = u8::try_from(self.plain_char(parts.get(1)?)?).ok().filter(u8::is_ascii)?;
        let goes_on = |pair: &&[Node]| {
            self.plain_char(&pair[0]) == Some(separator.into())
                && self.number(&pair[1]) == Some((one.clone(), min, max))
        };
        let times = 1 + parts[1..].chunks_exact(2).take_while(goes_on).count();
        let taken = 2 * times - 1;
        let after = self.first_of_all(&parts[taken..], behind);
        let one_way = min == max || after.always || self.excludes(&one, after);
        let set = self.set(&one)?;
        let is_apart = !one.class.beyond && !self.sets[set].holds_all(|asked| asked == separator);
        let is_meant = times > 1 && one_way && is_apart && times * (max + 1) <= LONGEST;
        is_meant.then_some((Numbers { set, separator, times, min, max }, taken))
    }

    /// A run of so many characters at least, so many at most.
    fn number(&self, node: &Node) -> Option<(One, usize, usize)> {
        let Node::Repeat { node, min, max: Some(max), greed: Greed::Greedy | Greed::Possessive, .. } = node else {
            return None;
        };
        (1..=*max).contains(min).then_some((self.one(plain(node))?, *min as usize, *max as usize))
    }

    /// This part, if it takes one character and remembers nothing.
    fn one(&self, node: &Node) -> Option<One> {
        match node {
            Node::Char(char) => {
                let class = Class::NONE.with_range(*char, *char);
                let class = if self.caseless { class.with_both_cases().with_third_cases() } else { class };
                Some(One { text: format!(r"\x{{{:x}}}", u32::from(*char)), class })
            }
            Node::Class { class, place } => Some(One { text: self.pattern[place.clone()].to_owned(), class: *class }),
            _ => None,
        }
    }

    fn set(&mut self, one: &One) -> Option<usize> {
        if let Some(known) = self.texts.iter().position(|text| *text == one.text) {
            return Some(known);
        }
        self.sets.push(Set::new(&one.text, self.caseless, one.class.beyond)?);
        self.texts.push(one.text.clone());
        Some(self.sets.len() - 1)
    }

    fn group(&mut self, kind: GroupKind, node: &Node, behind: First) -> Option<()> {
        match kind {
            GroupKind::Plain => self.part(node, behind),
            GroupKind::Captures => {
                self.groups += 1;
                let slot = 2 * self.groups;
                self.push(Step::Save(slot))?;
                self.part(node, behind)?;
                self.push(Step::Save(slot + 1)).map(|_| ())
            }
            GroupKind::Atomic => {
                self.atomic += 1;
                let done = self.part(node, First::ALWAYS);
                self.atomic -= 1;
                done
            }
        }
    }

    fn alternate(&mut self, branches: &[Node], behind: First) -> Option<()> {
        let mut ends = Vec::new();
        for (number, branch) in branches.iter().enumerate() {
            let rest = &branches[number + 1..];
            let others = rest.iter().map(|other| self.first(other, behind)).reduce(First::or);
            let Some(others) = others else {
                self.part(branch, behind)?;
                break;
            };
            let either = self.either(self.first(branch, behind), others)?;
            self.part(branch, behind)?;
            ends.push(self.push(Step::Jump(0))?);
            self.send(either);
        }
        ends.into_iter().for_each(|end| self.send(end));
        Some(())
    }

    /// A place at which ways part; where the second goes is told later.
    fn either(&mut self, next: First, other: First) -> Option<Place> {
        if self.atomic > 0 && !next.excludes(other) {
            return None;
        }
        let choice = self.choice();
        self.push(Step::Either { other: 0, next_starts: next.table(), other_starts: other.table(), choice })
    }

    fn choice(&mut self) -> Option<usize> {
        (self.atomic == 0).then(|| {
            self.choices += 1;
            self.choices - 1
        })
    }

    /// Let a step go on here.
    fn send(&mut self, step: Place) {
        let here = self.steps.len();
        if let Step::Either { other, .. } | Step::Try { other, .. } | Step::Jump(other) = &mut self.steps[step] {
            *other = here;
        }
    }

    fn repeat(&mut self, node: &Node, min: u32, max: Option<u32>, greed: Greed, behind: First) -> Option<()> {
        if let Some(one) = self.one(plain(node)) {
            return self.repeat_one(&one, min, max, greed, behind);
        }
        self.must = None;
        if may_take_nothing(node) || max == Some(0) {
            return None;
        }
        if greed == Greed::Possessive {
            self.atomic += 1;
            let done = self.repeat_group(node, min, max, greed, First::ALWAYS);
            self.atomic -= 1;
            return done;
        }
        self.repeat_group(node, min, max, greed, behind)
    }

    fn repeat_one(&mut self, one: &One, min: u32, max: Option<u32>, greed: Greed, behind: First) -> Option<()> {
        let set = self.set(one)?;
        let must = self.must.take();
        let (min, max) = (min as usize, max.map_or(usize::MAX, |max| max as usize));
        if min > max {
            return None;
        }
        self.memories += 1;
        let repeated = Repeated { set, min, max, memory: self.memories - 1 };
        let one_way = min == max || self.excludes(one, behind);
        let step = match greed {
            _ if one_way => Step::Run(repeated),
            Greed::Possessive => Step::Run(repeated),
            Greed::Greedy if behind.always => Step::Run(repeated),
            _ if self.atomic > 0 => return None,
            Greed::Greedy => {
                let starts = behind.table();
                let few = starts.few();
                self.choices += 1;
                Step::GiveBack(repeated, Behind { starts, few, must, choice: self.choices - 1 })
            }
            Greed::Lazy => {
                self.choices += 1;
                Step::Extend(
                    repeated,
                    Behind { starts: behind.table(), few: None, must: None, choice: self.choices - 1 },
                )
            }
        };
        self.push(step).map(|_| ())
    }

    fn repeat_group(&mut self, node: &Node, min: u32, max: Option<u32>, greed: Greed, behind: First) -> Option<()> {
        let groups = self.groups;
        let again = self.first(node, behind);
        let further = max != Some(min);
        for number in 0..min {
            self.groups = groups;
            let last = number + 1 == min;
            let behind = match (last, further) {
                (false, _) => again,
                (true, true) => again.or(behind),
                (true, false) => behind,
            };
            self.part(node, behind)?;
        }
        match max {
            None => {
                self.groups = groups;
                let start = self.option(node, greed, again, behind, again.or(behind))?;
                self.push(Step::Jump(start))?;
                self.send(start);
            }
            Some(max) => {
                let mut options = Vec::new();
                for number in min..max {
                    self.groups = groups;
                    let last = number + 1 == max;
                    options.push(self.option(
                        node,
                        greed,
                        again,
                        behind,
                        if last { behind } else { again.or(behind) },
                    )?);
                }
                options.into_iter().for_each(|option| self.send(option));
            }
        }
        Some(())
    }

    /// The part, or nothing; `within` is what comes behind the part. Where nothing leads is told later.
    fn option(&mut self, node: &Node, greed: Greed, again: First, behind: First, within: First) -> Option<Place> {
        match greed {
            Greed::Greedy => {
                let either = self.either(again, behind)?;
                self.part(node, within)?;
                Some(either)
            }
            Greed::Possessive => {
                self.atomic -= 1;
                let choice = self.choice();
                self.atomic += 1;
                let attempt = self.push(Step::Try { other: 0, starts: again.table(), choice })?;
                self.part(node, within)?;
                self.push(Step::Commit)?;
                Some(attempt)
            }
            // Which way is tried first is told by the order of the steps: a lazy part would need another.
            Greed::Lazy => None,
        }
    }
}

/// This part, out of the groups that do nothing.
fn plain(node: &Node) -> &Node {
    match node {
        Node::Group { kind: GroupKind::Plain, node } => plain(node),
        _ => node,
    }
}
