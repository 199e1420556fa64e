//! The inner loop of Vedette: bytes in, columns out.
//!
//! `feed` reads feeds' tables, `frame` cuts streams, `scan` finds candidates, `rules` takes values by regex, `normalise`
//! makes the bytes by which both sides compare, `index` answers, `lists` warn, `matching` puts them together, `throttle` holds
//! repeats back. `python`
//! holds the bindings and nothing else.

pub mod disguise;
pub mod escape;
pub mod feed;
pub mod fields;
pub mod frame;
pub mod index;
pub mod kind;
pub mod lists;
pub mod matching;
pub mod normalise;
pub mod rules;
pub mod scan;
pub mod throttle;

#[cfg(feature = "python")]
mod python;
