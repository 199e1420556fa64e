//! The thin safe wrapper over PCRE2: patterns compiled with JIT, matched within limits.

use std::ffi::c_void;
use std::ops::Range;
use std::ptr::{self, NonNull};
use std::time::{Duration, Instant};

use pcre2_sys::*;

use super::linear::{Answer, Linear, Machine};

/// The stack that a JIT-compiled pattern begins with, and the one that it may not outgrow.
const JIT_STACK_BYTES: (usize, usize) = (32 * 1024, 1024 * 1024);
/// For patterns that JIT cannot compile: how deep the interpreter may nest, and what it may hold.
const DEPTH_LIMIT: u32 = 10_000;
const HEAP_LIMIT_KIB: u32 = 8 * 1024;

/// How a pattern is compiled.
#[derive(Clone, Copy, Debug, Default)]
pub struct Options {
    /// Letters match in either case.
    pub caseless: bool,
    /// The pattern sees single bytes; otherwise UTF-8, in which invalid bytes match nothing and stop nothing.
    pub bytes: bool,
    /// A match may begin only where the search begins.
    pub anchored: bool,
    /// The pattern is also asked whether more text could make a match.
    pub partial: bool,
}

/// A compiled pattern.
pub struct Regex {
    code: NonNull<pcre2_code_8>,
    groups: usize,
    look_behind: usize,
}

// SAFETY: PCRE2 never writes to a pattern once `pcre2_jit_compile` is done with it; threads may share one.
unsafe impl Send for Regex {}
// SAFETY: as above.
unsafe impl Sync for Regex {}

impl Regex {
    /// Compile; the error says what PCRE2 has against the pattern, and at which offset.
    pub fn new(pattern: &str, options: Options) -> Result<Regex, String> {
        let (mut error, mut offset) = (0, 0);
        // SAFETY: pointer and length are of one live slice; the out-pointers are live locals; no context is given.
        let code = unsafe {
            pcre2_compile_8(pattern.as_ptr(), pattern.len(), flags(options), &mut error, &mut offset, ptr::null_mut())
        };
        let code = NonNull::new(code).ok_or_else(|| format!("{} at offset {offset}", message(error)))?;
        let partial = if options.partial { PCRE2_JIT_PARTIAL_HARD } else { 0 };
        // SAFETY: `code` was just made and nobody shares it yet. Where JIT fails the interpreter serves, so its
        // answer tells us nothing.
        unsafe { pcre2_jit_compile_8(code.as_ptr(), PCRE2_JIT_COMPLETE | partial) };
        let groups = number(code, PCRE2_INFO_CAPTURECOUNT);
        let look_behind = number(code, PCRE2_INFO_MAXLOOKBEHIND);
        Ok(Regex { code, groups, look_behind })
    }

    /// How many capture groups the pattern has.
    pub fn groups(&self) -> usize {
        self.groups
    }

    /// How many characters before a match the pattern may look at.
    pub fn look_behind(&self) -> usize {
        self.look_behind
    }
}

impl Drop for Regex {
    fn drop(&mut self) {
        // SAFETY: we own the code, and it is freed once.
        unsafe { pcre2_code_free_8(self.code.as_ptr()) }
    }
}

fn flags(options: Options) -> u32 {
    let text = if options.bytes { 0 } else { PCRE2_UTF | PCRE2_MATCH_INVALID_UTF };
    let caseless = if options.caseless { PCRE2_CASELESS } else { 0 };
    let anchored = if options.anchored { PCRE2_ANCHORED } else { 0 };
    // PCRE2 takes it that a regex that begins with `.*` matches from a line's start or not at all, which is not so
    // behind bytes that are not UTF-8.
    text | caseless | anchored | PCRE2_NEVER_BACKSLASH_C | PCRE2_NO_DOTSTAR_ANCHOR
}

fn number(code: NonNull<pcre2_code_8>, what: u32) -> usize {
    let mut value: u32 = 0;
    // SAFETY: both numbers asked for are written as one u32, and `value` is one.
    unsafe { pcre2_pattern_info_8(code.as_ptr(), what, (&raw mut value).cast::<c_void>()) };
    value as usize
}

fn message(error: i32) -> String {
    let mut text = [0u8; 256];
    // SAFETY: pointer and length are of one live array; PCRE2 ends what it writes within it.
    let length = unsafe { pcre2_get_error_message_8(error, text.as_mut_ptr(), text.len()) };
    String::from_utf8_lossy(&text[..usize::try_from(length).unwrap_or(0)]).into_owned()
}

/// What a search came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Found; `Searcher::group` tells where.
    Match,
    /// Not there.
    NoMatch,
    /// From this offset on, more text could make a match (only where asked for).
    Partial(usize),
    /// Stopped by a limit: not known.
    OverLimit,
}

/// How long searches have taken, and may take.
#[derive(Clone, Copy, Debug)]
struct Clock {
    spent: Duration,
    most: Duration,
}

/// One thread's working memory for searches.
pub struct Searcher {
    context: NonNull<pcre2_match_context_8>,
    stack: Option<NonNull<pcre2_jit_stack_8>>,
    found: NonNull<pcre2_match_data_8>,
    pairs: usize,
    match_limit: u32,
    clock: Option<Clock>,
    machine: Machine,
    /// Whether the last match is the machine's.
    is_linear: bool,
}

// SAFETY: nothing in it belongs to a thread; it is only ever used through `&mut`.
unsafe impl Send for Searcher {}
// SAFETY: through `&` it is only read.
unsafe impl Sync for Searcher {}

impl Searcher {
    /// Memory for patterns of up to so many groups, whose searches stop after so many steps.
    pub fn new(groups: usize, match_limit: u32) -> Searcher {
        let pairs = u32::try_from(groups + 1).expect("PCRE2 allows 65535 groups");
        // SAFETY: the constructors take no pointer but null; each result is checked. The stack stays alive as long as
        // the context that it is assigned to: `drop` frees both together.
        unsafe {
            let context = NonNull::new(pcre2_match_context_create_8(ptr::null_mut())).expect("memory for a context");
            let found = NonNull::new(pcre2_match_data_create_8(pairs, ptr::null_mut())).expect("memory for groups");
            pcre2_set_match_limit_8(context.as_ptr(), match_limit);
            pcre2_set_depth_limit_8(context.as_ptr(), DEPTH_LIMIT);
            pcre2_set_heap_limit_8(context.as_ptr(), HEAP_LIMIT_KIB);
            let stack = NonNull::new(pcre2_jit_stack_create_8(JIT_STACK_BYTES.0, JIT_STACK_BYTES.1, ptr::null_mut()));
            if let Some(stack) = stack {
                pcre2_jit_stack_assign_8(context.as_ptr(), None, stack.as_ptr().cast::<c_void>());
            }
            Searcher {
                context,
                stack,
                found,
                pairs: 0,
                match_limit,
                clock: None,
                machine: Machine::default(),
                is_linear: false,
            }
        }
    }

    /// Searches by PCRE2 stop after so many steps, until told otherwise.
    pub fn limit(&mut self, match_limit: u32) {
        if self.match_limit != match_limit {
            self.match_limit = match_limit;
            // SAFETY: the context is alive, and ours alone.
            unsafe { pcre2_set_match_limit_8(self.context.as_ptr(), match_limit) };
        }
    }

    /// After how many steps a search by PCRE2 stops.
    pub fn match_limit(&self) -> u32 {
        self.match_limit
    }

    /// From now on searches by PCRE2 are timed. Once they have taken longer than this together, none is begun.
    pub fn start_clock(&mut self, most: Duration) {
        self.clock = Some(Clock { spent: Duration::ZERO, most });
    }

    /// Time no longer; returns how long the searches took.
    pub fn stop_clock(&mut self) -> Duration {
        self.clock.take().map_or(Duration::ZERO, |clock| clock.spent)
    }

    /// Searches by the linear engine are for this regex and text from now on.
    pub fn begin_linear(&mut self, linear: &Linear, text: &[u8]) {
        linear.begin(text, &mut self.machine);
    }

    /// As `find`, but only a match that begins at `start`, and without PCRE2.
    pub fn match_linear(&mut self, linear: &Linear, text: &[u8], start: usize) -> Outcome {
        self.is_linear = true;
        outcome(linear.match_at(text, start, &mut self.machine))
    }

    /// As `find`, without PCRE2.
    pub fn find_linear(&mut self, linear: &Linear, text: &[u8], from: usize) -> Outcome {
        self.is_linear = true;
        outcome(linear.find(text, from, &mut self.machine))
    }

    /// The first match that begins at `from` or later; what stands before may be looked at.
    pub fn find(&mut self, regex: &Regex, text: &[u8], from: usize) -> Outcome {
        self.search(regex, text, from, 0)
    }

    /// As `find`, but a match that more text could change is not one yet: `Partial`.
    ///
    /// `line_start`: whether the text's first byte is where `^` holds.
    pub fn find_stable(&mut self, regex: &Regex, text: &[u8], from: usize, line_start: bool) -> Outcome {
        self.search(regex, text, from, PCRE2_PARTIAL_HARD | not_line_start(line_start))
    }

    /// As `find`; `line_start`: whether the text's first byte is where `^` holds.
    pub fn find_within(&mut self, regex: &Regex, text: &[u8], from: usize, line_start: bool) -> Outcome {
        self.search(regex, text, from, not_line_start(line_start))
    }

    fn search(&mut self, regex: &Regex, text: &[u8], from: usize, options: u32) -> Outcome {
        self.pairs = 0;
        self.is_linear = false;
        let Some(clock) = self.clock else { return self.search_untimed(regex, text, from, options) };
        if clock.spent > clock.most {
            return Outcome::OverLimit;
        }
        let begun = Instant::now();
        let outcome = self.search_untimed(regex, text, from, options);
        self.clock = Some(Clock { spent: clock.spent + begun.elapsed(), ..clock });
        outcome
    }

    fn search_untimed(&mut self, regex: &Regex, text: &[u8], from: usize, options: u32) -> Outcome {
        if from > text.len() {
            return Outcome::NoMatch;
        }
        // SAFETY: pointer and length are of one live slice and `from` is within it; code, groups and context are alive.
        // PCRE2 keeps the text's address in `found`, where only its substring functions, which we don't call, read it.
        let answer = unsafe {
            pcre2_match_8(
                regex.code.as_ptr(),
                text.as_ptr(),
                text.len(),
                from,
                options,
                self.found.as_ptr(),
                self.context.as_ptr(),
            )
        };
        match answer {
            1.. => {
                self.pairs = answer as usize;
                Outcome::Match
            }
            PCRE2_ERROR_NOMATCH => Outcome::NoMatch,
            PCRE2_ERROR_PARTIAL => {
                self.pairs = 1;
                Outcome::Partial(self.group(0).map_or(from, |whole| whole.start))
            }
            _ => Outcome::OverLimit,
        }
    }

    /// Where group `number` stands in the text of the last match; group 0 is the whole.
    pub fn group(&self, number: usize) -> Option<Range<usize>> {
        if self.is_linear {
            return self.machine.group(number);
        }
        if number >= self.pairs {
            return None;
        }
        // SAFETY: PCRE2 said that it filled `pairs` pairs of this array; it is alive as long as `found` is.
        let (start, end) = unsafe {
            let offsets = pcre2_get_ovector_pointer_8(self.found.as_ptr()).add(2 * number);
            (*offsets, *offsets.add(1))
        };
        (start != PCRE2_UNSET && start <= end).then_some(start..end)
    }
}

fn outcome(answer: Answer) -> Outcome {
    match answer {
        Answer::Match => Outcome::Match,
        Answer::NoMatch => Outcome::NoMatch,
        Answer::OverLimit => Outcome::OverLimit,
    }
}

fn not_line_start(line_start: bool) -> u32 {
    if line_start { 0 } else { PCRE2_NOTBOL }
}

impl Drop for Searcher {
    fn drop(&mut self) {
        // SAFETY: we own all three, each is freed once, the context before the stack that it points to.
        unsafe {
            pcre2_match_data_free_8(self.found.as_ptr());
            pcre2_match_context_free_8(self.context.as_ptr());
            if let Some(stack) = self.stack {
                pcre2_jit_stack_free_8(stack.as_ptr());
            }
        }
    }
}
