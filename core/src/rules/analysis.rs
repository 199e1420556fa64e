//! What every match of a regex must hold: the literals that it begins with, others within it, a run of some class.

use std::ops::Range;

use super::syntax::{Class, Node};

/// More literals, or longer ones, are no cheap test.
const MOST_LITERALS: usize = 8;
const LONGEST_LITERAL: usize = 16;
/// A shorter run is too frequent to go by.
const SHORTEST_RUN: u32 = 8;

/// Literals of which one must stand there.
pub type Literals = Vec<Vec<u8>>;

/// So many bytes in a row, all of an ASCII class.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Run {
    /// The class.
    pub class: Class,
    /// At least so many.
    pub min: usize,
}

impl Run {
    fn of(node: &Node) -> Option<Run> {
        let Node::Repeat { node, min, .. } = node else { return None };
        match node.bare() {
            Node::Class { class, .. } if *min >= SHORTEST_RUN && !class.beyond => {
                Some(Run { class: *class, min: usize::try_from(*min).ok()? })
            }
            _ => None,
        }
    }

    /// A run that each of these holds.
    fn of_all(mut runs: impl Iterator<Item = Option<Run>>) -> Option<Run> {
        let first = runs.next()??;
        runs.try_fold(first, |all, run| {
            let run = run?;
            Some(Run { class: all.class.with(run.class), min: all.min.min(run.min) })
        })
    }
}

/// The literals with one of which every match begins; an empty one where that is not known.
pub fn prefixes(node: &Node) -> Literals {
    if let Some(literals) = exact(node) {
        return literals;
    }
    match node {
        Node::Group { node, .. } => prefixes(node),
        Node::Repeat { node, min: 1.., .. } => prefixes(node),
        Node::Alternate(branches) => bounded(branches.iter().flat_map(prefixes).collect()),
        Node::Concat(parts) => {
            let mut all = vec![Vec::new()];
            for part in parts {
                let Some(literals) = exact(part).and_then(|literals| product(&all, &literals)) else {
                    return product(&all, &prefixes(part)).unwrap_or(all);
                };
                all = literals;
            }
            all
        }
        _ => vec![Vec::new()],
    }
}

/// The longest literals of which every match holds one.
pub fn required(node: &Node) -> Option<Literals> {
    if let Some(literals) = exact(node) {
        return Some(literals).filter(|literals| shortest(literals) > 0);
    }
    match node {
        Node::Group { node, .. } => required(node),
        Node::Repeat { node, min: 1.., .. } => required(node),
        Node::Alternate(branches) => {
            let all: Option<Vec<Literals>> = branches.iter().map(required).collect();
            Some(all?.concat()).filter(|literals| literals.len() <= MOST_LITERALS)
        }
        Node::Concat(parts) => {
            let within = parts.iter().filter_map(required);
            within.chain(stretches(parts)).max_by_key(|literals| (shortest(literals), usize::MAX - literals.len()))
        }
        _ => None,
    }
}

/// The literals that neighbouring parts make together.
fn stretches(parts: &[Node]) -> Vec<Literals> {
    let mut found = Vec::new();
    let mut stretch = vec![Vec::new()];
    for part in parts {
        let longer = exact(part).and_then(|literals| product(&stretch, &literals));
        let ended = longer.is_none();
        stretch = longer.unwrap_or_else(|| exact(part).unwrap_or_else(|| vec![Vec::new()]));
        if ended || shortest(&stretch) > 0 {
            found.push(stretch.clone());
        }
    }
    found.retain(|literals| shortest(literals) > 0);
    found
}

/// All the texts that this part can match, if they are few.
fn exact(node: &Node) -> Option<Literals> {
    match node {
        Node::Nothing | Node::Anchor(_) => Some(vec![Vec::new()]),
        Node::Char(char) => Some(vec![char.to_string().into_bytes()]),
        Node::Group { node, .. } => exact(node),
        Node::Concat(parts) => parts.iter().try_fold(vec![Vec::new()], |all, part| product(&all, &exact(part)?)),
        Node::Alternate(branches) => {
            let all: Option<Vec<Literals>> = branches.iter().map(exact).collect();
            Some(all?.concat()).filter(|literals| literals.len() <= MOST_LITERALS)
        }
        Node::Class { .. } | Node::Repeat { .. } => None,
    }
}

fn product(heads: &Literals, tails: &Literals) -> Option<Literals> {
    let longest = |literals: &Literals| literals.iter().map(Vec::len).max().unwrap_or(0);
    if heads.len() * tails.len() > MOST_LITERALS || longest(heads) + longest(tails) > LONGEST_LITERAL {
        return None;
    }
    Some(heads.iter().flat_map(|head| tails.iter().map(|tail| [head.as_slice(), tail].concat())).collect())
}

fn bounded(literals: Literals) -> Literals {
    if literals.len() > MOST_LITERALS { vec![Vec::new()] } else { literals }
}

/// The length of the shortest literal: how much is known.
pub fn shortest(literals: &Literals) -> usize {
    literals.iter().map(Vec::len).min().unwrap_or(0)
}

/// The run with which every match begins.
pub fn first_run(node: &Node) -> Option<Run> {
    match node {
        Node::Group { node, .. } => first_run(node),
        Node::Alternate(branches) => Run::of_all(branches.iter().map(first_run)),
        Node::Concat(parts) => first_run(parts.iter().find(|part| !takes_nothing(part))?),
        _ => Run::of(node),
    }
}

fn takes_nothing(node: &Node) -> bool {
    match node {
        Node::Nothing | Node::Anchor(_) => true,
        Node::Char(_) | Node::Class { .. } => false,
        Node::Concat(parts) | Node::Alternate(parts) => parts.iter().all(takes_nothing),
        Node::Group { node, .. } | Node::Repeat { node, .. } => takes_nothing(node),
    }
}

/// A run that every match holds somewhere.
pub fn any_run(node: &Node) -> Option<Run> {
    match node {
        Node::Group { node, .. } => any_run(node),
        Node::Alternate(branches) => Run::of_all(branches.iter().map(any_run)),
        Node::Concat(parts) => parts.iter().filter_map(any_run).max_by_key(|run| run.min),
        Node::Repeat { node: inner, min: 1.., .. } => Run::of(node).or_else(|| any_run(inner)),
        _ => None,
    }
}

/// An optional part, straight behind the literal with which every match begins, that can only match where a byte ends
/// a stretch of some class. Where no such byte stands, the regex is the same without the part, and far cheaper.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OptionalPart {
    /// Where it stands in the regex's text.
    pub place: Range<usize>,
    /// How many bytes the literal before it has.
    pub offset: usize,
    /// What the stretch may hold.
    pub class: Class,
    /// The byte that ends it.
    pub end: u8,
}

/// The optional part of this regex, if it has one.
pub fn optional_part(node: &Node) -> Option<OptionalPart> {
    let mut offset = 0;
    find_optional(node, &mut offset)
}

fn find_optional(node: &Node, offset: &mut usize) -> Option<OptionalPart> {
    match node {
        Node::Group { node, .. } => find_optional(node, offset),
        Node::Concat(parts) => {
            for part in parts {
                match exact(part).as_deref() {
                    Some([literal]) => *offset += literal.len(),
                    Some(_) => return None,
                    None => return find_optional(part, offset),
                }
            }
            None
        }
        Node::Repeat { node, min: 0, max: Some(1), place, .. } if !node.captures() => {
            let (class, end) = stretch_and_end(node.bare())?;
            Some(OptionalPart { place: place.clone(), offset: *offset, class, end })
        }
        _ => None,
    }
}

fn stretch_and_end(node: &Node) -> Option<(Class, u8)> {
    let Node::Concat(parts) = node else { return None };
    match parts.split_last()? {
        (Node::Char(end), before) if end.is_ascii() && !end.is_ascii_alphabetic() => {
            let class = before.iter().try_fold(Class::NONE, |class, part| Some(class.with(taken(part)?)))?;
            Some((class, *end as u8))
        }
        _ => None,
    }
}

/// The characters of which everything is made that this part matches.
fn taken(node: &Node) -> Option<Class> {
    match node {
        Node::Nothing | Node::Anchor(_) => Some(Class::NONE),
        // In either case, where case is ignored.
        Node::Char(char) => Some(Class::NONE.with_range(*char, *char).with_both_cases().with_third_cases()),
        Node::Class { class, .. } => Some(*class),
        Node::Group { node, .. } | Node::Repeat { node, .. } => taken(node),
        Node::Concat(parts) | Node::Alternate(parts) => {
            parts.iter().try_fold(Class::NONE, |class, part| Some(class.with(taken(part)?)))
        }
    }
}
