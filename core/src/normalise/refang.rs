//! Defanging, undone: what people write so that nobody clicks on a bad link.

/// What stands between brackets, and what it means.
const BRACKETED: [(&[u8], &[u8]); 8] = [
    (b".", b"."),
    (b"dot", b"."),
    (b":", b":"),
    (b"://", b"://"),
    (b"/", b"/"),
    (b"//", b"//"),
    (b"@", b"@"),
    (b"at", b"@"),
];

/// Undo `hxxp`, `h**p`, `[.]`, `(dot)`, `{at}`, `[:]//` and their like in one pass; other text is copied as it is.
pub fn refang(value: &[u8], out: &mut Vec<u8>) {
    refang_noting_first(value, out);
}

/// As `refang`; where in `value` the first thing to undo stood.
pub fn refang_noting_first(value: &[u8], out: &mut Vec<u8>) -> Option<usize> {
    out.clear();
    out.reserve(value.len());
    let mut first = None;
    let mut at = 0;
    while at < value.len() {
        let inside_word = at > 0 && value[at - 1].is_ascii_alphanumeric();
        match undone(&value[at..], inside_word) {
            Some((taken, plain)) => {
                first = first.or(Some(at));
                out.extend_from_slice(plain);
                at += taken;
            }
            None => {
                out.push(value[at]);
                at += 1;
            }
        }
    }
    first
}

/// Whether `refang` could change this value. It may over-report, and never misses a value that begins with its scheme.
pub fn may_be_defanged(value: &[u8]) -> bool {
    memchr::memchr3(b'[', b'(', b'{', value).is_some() || defanged_scheme(value).is_some()
}

/// What brackets at the beginning of the text stand for (`[.]`, `(dot)`, `{at}`), and how many bytes they take.
pub fn unbracketed(text: &[u8]) -> Option<(usize, &'static [u8])> {
    match text.first()? {
        b'[' => bracketed(&text[1..], b']'),
        b'(' => bracketed(&text[1..], b')'),
        b'{' => bracketed(&text[1..], b'}'),
        _ => None,
    }
}

fn undone(text: &[u8], inside_word: bool) -> Option<(usize, &'static [u8])> {
    match text[0] {
        b'h' | b'H' if !inside_word => defanged_scheme(text),
        _ => unbracketed(text),
    }
}

fn bracketed(inside: &[u8], closing: u8) -> Option<(usize, &'static [u8])> {
    BRACKETED.into_iter().find_map(|(word, plain)| {
        let closed = inside.get(word.len()) == Some(&closing);
        (closed && inside[..word.len()].eq_ignore_ascii_case(word)).then_some((word.len() + 2, plain))
    })
}

/// `hxxp` or `hxxps`, with `x`, `t` or `*` for each letter but not both `t`, where a scheme's end follows.
fn defanged_scheme(text: &[u8]) -> Option<(usize, &'static [u8])> {
    let [b'h' | b'H', first, second, b'p' | b'P', rest @ ..] = text else {
        return None;
    };
    let stands_for_t = |byte: &u8| matches!(byte, b'x' | b'X' | b't' | b'T' | b'*');
    let is_t = |byte: &u8| matches!(byte, b't' | b'T');
    if !stands_for_t(first) || !stands_for_t(second) || (is_t(first) && is_t(second)) {
        return None;
    }
    let ends = |rest: &[u8]| matches!(rest, [b':' | b'[' | b'(' | b'{', ..]);
    match rest {
        [b's' | b'S', rest @ ..] if ends(rest) => Some((5, b"https")),
        _ if ends(rest) => Some((4, b"http")),
        _ => None,
    }
}
