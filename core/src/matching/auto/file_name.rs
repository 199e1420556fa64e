//! Names of files that end as domains do: in `C:\tools\update.zip` it is no domain, alone `update.zip` may be one.

use crate::scan::Candidate;

/// Top-level domains that are the ends of files' names as well.
const ENDS: [&[u8]; 26] = [
    b"ai", b"am", b"app", b"bar", b"cab", b"cat", b"cc", b"cl", b"inc", b"la", b"md", b"mk", b"ml", b"mov", b"ms",
    b"pl", b"pm", b"ps", b"pub", b"py", b"rs", b"sc", b"sh", b"so", b"tf", b"zip",
];

/// So far back a path is looked for.
const LONGEST_PATH: usize = 1024;

/// Whether a domain's candidate is the last name of a file's path.
///
/// That is sure where its label of two ends as files do, and stands behind the separators of a path that begins with
/// a drive, a root, or dots. `.com` is the end of old programs' names, behind a drive and backslashes alone.
pub fn is_file_name(text: &[u8], candidate: &Candidate) -> bool {
    let name = &text[candidate.start..candidate.end];
    let Some(dot) = memchr::memchr(b'.', name).filter(|dot| Some(*dot) == memchr::memrchr(b'.', name)) else {
        return false;
    };
    let end = name[dot + 1..].to_ascii_lowercase();
    let before = &text[candidate.start.saturating_sub(LONGEST_PATH)..candidate.start];
    let begin = before.iter().rposition(|byte| ends_path(*byte)).map_or(0, |at| at + 1);
    let path = &before[begin..];
    if !matches!(path.last(), Some(b'/' | b'\\')) || is_path_going_on(text, candidate.end) {
        return false;
    }
    let drive = matches!(path, [letter, b':', b'\\', ..] if letter.is_ascii_alphabetic());
    if end == b"com" {
        return drive;
    }
    ENDS.contains(&end.as_slice()) && (drive || is_rooted(path))
}

/// `/a/b.sh`, `./b.sh`, `../b.sh`, `~/b.sh`, but not `//b.sh`, which names a host.
fn is_rooted(path: &[u8]) -> bool {
    let path = path.strip_prefix(b"~").unwrap_or(path);
    let path = path.strip_prefix(b".").unwrap_or(path);
    let path = path.strip_prefix(b".").unwrap_or(path);
    matches!(path, [b'/', rest @ ..] if !rest.starts_with(b"/"))
}

fn ends_path(byte: u8) -> bool {
    byte <= b' ' || b"\"'<>|`,;=()[]{}".contains(&byte)
}

/// Whether a separator follows: then it is the name of a folder, or a host before its path.
fn is_path_going_on(text: &[u8], end: usize) -> bool {
    matches!(text.get(end), Some(b'/' | b'\\' | b':'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kind::Kind;

    #[test]
    fn a_name_at_the_end_of_a_path_is_a_file_if_it_ends_as_files_do() {
        for (before, name, after, expected) in [
            ("C:\\tools\\", "update.zip", "", true),
            ("run /usr/bin/", "setup.py", " now", true),
            ("GET /", "evil.sh", " HTTP/1.1", true),
            ("./", "x.rs", "", true),
            ("~/", "x.md", "", true),
            ("C:\\Windows\\", "more.com", "", true),
            ("", "update.zip", "", false),
            ("host=", "evil.sh", "", false),
            ("HTTP/", "evil.zip", "", false),
            ("//", "evil.zip", "", false),
            ("\\\\", "evil.zip", "\\share", false),
            ("/r/", "evil.com", "", false),
            ("/tmp/", "a.evil.zip", "", false),
            ("/tmp/", "evil.zip", "/x", false),
            ("/tmp/", "evil.example", "", false),
        ] {
            let text = [before, name, after].concat();
            let candidate = Candidate { kind: Kind::Domain, start: before.len(), end: before.len() + name.len() };

            assert_eq!(is_file_name(text.as_bytes(), &candidate), expected, "{text}");
        }
    }
}
