//! Lower case, letter by letter: ASCII in place, other letters by Unicode's simple mapping.

/// Lower the text from `start` on. Each byte that is no UTF-8 becomes U+FFFD: feeds in JSON can't hold it otherwise.
pub fn make_lower_case(text: &mut Vec<u8>, start: usize) {
    if text[start..].is_ascii() {
        text[start..].make_ascii_lowercase();
        return;
    }
    let mixed = text.split_off(start);
    for chunk in mixed.utf8_chunks() {
        let lowered = chunk.valid().chars().map(lower);
        let replaced = chunk.invalid().iter().map(|_| char::REPLACEMENT_CHARACTER);
        let mut room = [0; 4];
        for letter in lowered.chain(replaced) {
            text.extend_from_slice(letter.encode_utf8(&mut room).as_bytes());
        }
    }
}

/// One letter for one: `İ` becomes `i`, as the simple mapping has it, not the two letters of the full one.
fn lower(letter: char) -> char {
    letter.to_lowercase().next().unwrap_or(letter)
}
