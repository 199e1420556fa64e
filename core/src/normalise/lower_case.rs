//! Lower case, letter by letter: ASCII in place, other letters by Unicode's simple mapping.

/// Lower the text from `start` on. Bytes that are no UTF-8 stay as they are: two of them are never made equal.
pub fn make_lower_case(text: &mut Vec<u8>, start: usize) {
    if text[start..].is_ascii() {
        text[start..].make_ascii_lowercase();
        return;
    }
    let mixed = text.split_off(start);
    for chunk in mixed.utf8_chunks() {
        let mut room = [0; 4];
        for letter in chunk.valid().chars() {
            text.extend_from_slice(lower(letter).encode_utf8(&mut room).as_bytes());
        }
        text.extend_from_slice(chunk.invalid());
    }
}

/// One letter for one: `İ` becomes `i`, as the simple mapping has it, not the two letters of the full one.
fn lower(letter: char) -> char {
    letter.to_lowercase().next().unwrap_or(letter)
}
