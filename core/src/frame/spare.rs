//! Memory of large blocks, used again: mapping its pages anew costs more than all of the framing.

use std::sync::{Mutex, PoisonError};

/// Smaller blocks come from the allocator, which keeps its pages.
const SMALLEST_BYTES: usize = 96 * 1024;
/// A larger one is given back to the kernel.
const LARGEST_BYTES: usize = 8 * 1024 * 1024;
const MOST: usize = 4;

static SPARE: Mutex<Vec<Vec<u8>>> = Mutex::new(Vec::new());

/// Room for so many more bytes behind `bytes`.
pub(super) fn with_room(mut bytes: Vec<u8>, more: usize) -> Vec<u8> {
    let needed = bytes.len() + more;
    if needed < SMALLEST_BYTES || needed <= bytes.capacity() {
        bytes.reserve(more);
        return bytes;
    }
    let mut spare = SPARE.lock().unwrap_or_else(PoisonError::into_inner);
    let fitting = spare.iter().position(|block| block.capacity() >= needed);
    let mut block = fitting.map_or_else(|| Vec::with_capacity(needed), |place| spare.swap_remove(place));
    drop(spare);
    block.extend_from_slice(&bytes);
    block
}

/// Give a block back.
pub(super) fn give_back(mut block: Vec<u8>) {
    if !(SMALLEST_BYTES..=LARGEST_BYTES).contains(&block.capacity()) {
        return;
    }
    block.clear();
    let mut spare = SPARE.lock().unwrap_or_else(PoisonError::into_inner);
    if spare.len() < MOST {
        spare.push(block);
    }
}
