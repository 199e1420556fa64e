//! What stands behind the host of a URL: its path, with the query that may end it.

use super::lower_case::make_lower_case;
use super::percent::{self, Escapes};
use super::star::Star;

/// Append path and query to the host that ends `out`.
pub fn write(path: &[u8], query: &[u8], escapes: Escapes, star: Star, out: &mut Vec<u8>) -> Result<(), &'static str> {
    if is_plain(path) && is_plain(query) {
        write_plain(path, query, star, out);
        return Ok(());
    }
    if path.iter().chain(query).any(u8::is_ascii_control) {
        return Err("a URL has no control characters:");
    }
    let escapes = if percent::escapes_of(path) == Escapes::Kept { Escapes::Kept } else { escapes };
    if star == Star::Wildcard && escapes == Escapes::Undone && (has_escaped_star(path) || has_escaped_star(query)) {
        return Err("an escaped `*` can't be told from a wildcard:");
    }
    let start = out.len();
    write_path(path, escapes, star, out);
    let path_end = out.len();
    write_query(query, escapes, ends_in_slash(path, escapes), out);
    let has_query = out.len() > path_end;
    collapse_slashes(start, out);
    // What an unescaped `.` or `?` leaves at the end of a path.
    if !has_query && (out[start..].ends_with(b"/.") || out[start..].ends_with(b"/?")) {
        out.truncate(out.len() - 2);
    }
    Ok(())
}

/// Whether lower case is all that a text needs: no escapes, backslashes, other alphabets, runs of `/`, dot segments.
fn is_plain(text: &[u8]) -> bool {
    let (mut before, mut plain) = (0, true);
    for byte in text {
        let slash_before = before == b'/';
        plain &= PLAIN_BYTES[usize::from(*byte)] & !(slash_before & matches!(byte, b'/' | b'.'));
        before = *byte;
    }
    plain
}

static PLAIN_BYTES: [bool; 256] = {
    let mut table = [false; 256];
    let mut byte = 0x20;
    while byte < 0x7f {
        table[byte] = byte != b'%' as usize && byte != b'\\' as usize;
        byte += 1;
    }
    table
};

fn write_plain(path: &[u8], query: &[u8], star: Star, out: &mut Vec<u8>) {
    let start = out.len();
    let inner = path.strip_prefix(b"/").unwrap_or(path);
    let inner = inner.strip_suffix(b"/").unwrap_or(inner);
    if !inner.is_empty() && !is_lone_star(inner, star) {
        out.push(b'/');
        out.extend_from_slice(inner);
    }
    if !query.is_empty() {
        if matches!(path.last(), Some(b'/' | b'.')) {
            out.push(b'/');
        }
        out.push(b'?');
        out.extend_from_slice(query);
    }
    out[start..].make_ascii_lowercase();
}

/// A path of `*` alone means any path, which is what a URL without a path says already.
fn is_lone_star(inner_path: &[u8], star: Star) -> bool {
    star == Star::Text && inner_path == b"*"
}

/// Dot segments are resolved before escapes are undone: `%2e%2e` climbs nowhere. Where a byte stands in the path that
/// should have been escaped, the vendor's program undoes them first, and `%2e%2e` climbs.
fn write_path(path: &[u8], escapes: Escapes, star: Star, out: &mut Vec<u8>) {
    let start = out.len();
    if escapes == Escapes::Undone && path.contains(&b'%') && !path.iter().all(|byte| may_stand(*byte)) {
        let mut undone = path.iter().map(|byte| if *byte == b'\\' { b'/' } else { *byte }).collect();
        percent::decode(0, &mut undone);
        push_segments(undone.split(|byte| *byte == b'/'), out);
    } else {
        push_segments(path.split(|byte| matches!(byte, b'/' | b'\\')), out);
        if escapes == Escapes::Undone {
            percent::decode(start, out);
        }
    }
    make_lower_case(out, start);
    if out.len() > start && is_lone_star(&out[start + 1..], star) {
        out.truncate(start);
    }
}

fn write_query(query: &[u8], escapes: Escapes, after_slash: bool, out: &mut Vec<u8>) {
    let question = out.len();
    if after_slash {
        out.push(b'/');
    }
    out.push(b'?');
    let start = out.len();
    match escapes {
        Escapes::Kept => out.extend_from_slice(query),
        Escapes::Undone => push_without_nul(query, out),
    }
    if escapes == Escapes::Undone {
        match percent::escapes_of(&out[start..]) {
            Escapes::Undone => percent::decode(start, out),
            Escapes::Kept => escape_plus(start, out),
        }
    }
    collapse_slashes(start, out);
    while out[start..].ends_with(b"/.") {
        out.truncate(out.len() - 2);
    }
    if out.len() == start {
        out.truncate(question);
        return;
    }
    make_lower_case(out, start);
}

fn push_segments<'a>(segments: impl Iterator<Item = &'a [u8]>, out: &mut Vec<u8>) {
    let start = out.len();
    for segment in segments {
        match segment {
            b"" | b"." => {}
            b".." => out.truncate(start + memchr::memrchr(b'/', &out[start..]).unwrap_or(0)),
            _ => {
                out.push(b'/');
                out.extend_from_slice(segment);
            }
        }
    }
}

/// Whether a byte may stand in a path without an escape; Go's net/url lets brackets do so, too. A backslash is a `/` by then.
fn may_stand(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"-._~!$&'()*+,;=:@/\\[]%".contains(&byte)
}

/// In a query with an escape that is none the vendor writes `+` as `%2b`, and its feeds hold it so.
fn escape_plus(start: usize, out: &mut Vec<u8>) {
    if out[start..].contains(&b'+') {
        let query = out.split_off(start);
        for byte in query {
            if byte == b'+' { out.extend_from_slice(b"%2b") } else { out.push(byte) }
        }
    }
}

/// `%00` cuts strings short in what reads them: it goes, so that it hides nothing.
fn push_without_nul(query: &[u8], out: &mut Vec<u8>) {
    let mut from = 0;
    for at in memchr::memmem::find_iter(query, b"%00") {
        out.extend_from_slice(&query[from..at]);
        from = at + 3;
    }
    out.extend_from_slice(&query[from..]);
}

/// Whether a query keeps the `/` before its `?`: the path ended in one, or in a dot segment.
fn ends_in_slash(path: &[u8], escapes: Escapes) -> bool {
    if let [.., b'%', _, _] = path
        && escapes == Escapes::Undone
    {
        // An escaped backslash is no separator, as it is none within the path.
        return matches!(percent::escaped(&path[path.len() - 3..]), Some(b'/' | b'.'));
    }
    matches!(path.last(), Some(b'/' | b'\\' | b'.'))
}

fn collapse_slashes(start: usize, out: &mut Vec<u8>) {
    if !out[start..].windows(2).any(|pair| pair == b"//") {
        return;
    }
    let mut end = start;
    for at in start..out.len() {
        if out[at] != b'/' || end == start || out[end - 1] != b'/' {
            out[end] = out[at];
            end += 1;
        }
    }
    out.truncate(end);
}

fn has_escaped_star(text: &[u8]) -> bool {
    memchr::memchr_iter(b'%', text).any(|at| percent::escaped(&text[at..]) == Some(b'*'))
}
