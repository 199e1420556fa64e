//! Names with bytes beyond ASCII: which of those bytes are letters, and which part names from their surroundings.

use std::ops::Range;

/// The pieces of `name` between marks (quotes, dashes, brackets, blanks beyond ASCII) and bytes that are no UTF-8.
pub fn pieces(name: &[u8]) -> Vec<Range<usize>> {
    let mut pieces = vec![];
    let mut at = 0;
    let mut start = 0;
    for chunk in name.utf8_chunks() {
        for character in chunk.valid().chars() {
            let after = at + character.len_utf8();
            if is_mark(character) {
                pieces.push(start..at);
                start = after;
            }
            at = after;
        }
        if !chunk.invalid().is_empty() {
            pieces.push(start..at);
            at += chunk.invalid().len();
            start = at;
        }
    }
    pieces.push(start..at);
    pieces
}

/// The pieces of `name` without any byte beyond ASCII.
pub fn ascii_pieces(name: &[u8]) -> Vec<Range<usize>> {
    let mut pieces = vec![];
    let mut start = 0;
    for (at, byte) in name.iter().enumerate() {
        if !byte.is_ascii() {
            pieces.push(start..at);
            start = at + 1;
        }
    }
    pieces.push(start..name.len());
    pieces
}

/// Visit where marks beyond ASCII and bytes that are no UTF-8 begin; of those side by side, the first alone.
pub fn each_mark(text: &[u8], visit: &mut impl FnMut(usize)) {
    let mut at = text.iter().position(|byte| !byte.is_ascii()).unwrap_or(text.len());
    let mut follows_mark = false;
    for chunk in text[at..].utf8_chunks() {
        let marks = chunk.valid().chars().map(|one| (one.len_utf8(), !one.is_ascii() && is_mark(one)));
        let invalid = chunk.invalid().len();
        for (length, is_mark) in marks.chain((invalid > 0).then_some((invalid, true))) {
            if is_mark && !follows_mark {
                visit(at);
            }
            follows_mark = is_mark;
            at += length;
        }
    }
}

/// Whether a character beyond ASCII stands between words: punctuation, symbols, blanks, controls, private use.
fn is_mark(character: char) -> bool {
    matches!(character,
        '\u{80}'..='\u{a9}' | '\u{ab}'..='\u{b4}' | '\u{b6}'..='\u{b9}' | '\u{bb}'..='\u{bf}' | '\u{d7}' | '\u{f7}'
        | '\u{2000}'..='\u{200b}' | '\u{200e}'..='\u{206f}' | '\u{2190}'..='\u{2bff}' | '\u{3000}'..='\u{3004}'
        | '\u{3008}'..='\u{3020}' | '\u{e000}'..='\u{f8ff}' | '\u{feff}' | '\u{ff01}'..='\u{ff0f}'
        | '\u{ff1a}'..='\u{ff20}' | '\u{ff3b}'..='\u{ff40}' | '\u{ff5b}'..='\u{ff65}' | '\u{fff0}'..='\u{ffff}'
    )
}
