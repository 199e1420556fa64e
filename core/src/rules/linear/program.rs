//! What the linear engine runs: a regex as a list of steps.

use super::first::Starts;
use super::names::Names;
use super::numbers::Numbers;
use super::set::Set;
use crate::rules::syntax::Anchor;

/// A step's position among the steps.
pub type Place = usize;

/// One step. Where it says nothing else, the next step comes after it.
pub enum Step {
    /// These bytes.
    Literal(Box<[u8]>),
    /// One character of a set.
    One(usize),
    /// As many characters of a set as there are, and none is given back.
    Run(Repeated),
    /// As many characters of a set as there are, given back one by one.
    GiveBack(Repeated, Behind),
    /// As few characters of a set as will do.
    Extend(Repeated, Behind),
    /// The longest run of `all` that begins and ends with a character of `ends`.
    Label {
        /// What the run is made of.
        all: usize,
        /// What it begins and ends with.
        ends: usize,
    },
    /// A name of several labels.
    Names(Names),
    /// Numbers with a separator between them.
    Numbers(Numbers),
    /// The next step, or the other where that comes to nothing.
    Either {
        /// Tried second.
        other: Place,
        /// Where the next step can begin.
        next_starts: Starts,
        /// Where the other can begin.
        other_starts: Starts,
        /// Its number among the steps at which ways part; none within what is atomic.
        choice: Option<usize>,
    },
    /// Up to `Commit` has one way only; where that fails, the other step comes after this one.
    Try {
        /// Where it goes on then.
        other: Place,
        /// Where what is tried can begin.
        starts: Starts,
        /// Its number among the steps at which ways part; none within what is atomic.
        choice: Option<usize>,
    },
    /// What was tried stays.
    Commit,
    /// To another step.
    Jump(Place),
    /// Remember the place.
    Save(usize),
    /// Only here.
    Anchor(Anchor),
    /// All is matched.
    Match,
}

/// Characters of a set, several times.
pub struct Repeated {
    /// Which set.
    pub set: usize,
    /// At least so often.
    pub min: usize,
    /// At most so often.
    pub max: usize,
    /// The number of the step among those that keep the last run.
    pub memory: usize,
}

/// What must stand behind a run of which there may be more or less.
pub struct Behind {
    /// Where it can begin.
    pub starts: Starts,
    /// The bytes that it can begin with, where they are few.
    pub few: Option<Vec<u8>>,
    /// A byte that must stand behind as well, within what the run could take.
    pub must: Option<u8>,
    /// The step's number among those at which ways part.
    pub choice: usize,
}

/// A regex for the linear engine.
pub struct Program {
    /// In their order.
    pub steps: Vec<Step>,
    /// What they name by number.
    pub sets: Vec<Set>,
    /// Two for each group and for the whole.
    pub slots: usize,
    /// How many steps there are at which ways part.
    pub choices: usize,
    /// How many steps keep the last run.
    pub memories: usize,
    /// With what a match begins.
    pub starts: Starts,
}
