//! Whether a place of a text lies within a URL that stands plainly around it.

/// No further back is looked for the scheme.
const FARTHEST: usize = 8192;

/// Which part of a URL a place lies in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PlaceInUrl {
    /// Before its path.
    Host,
    /// In its path, query or fragment.
    Path,
}

/// Where in a URL `at` lies, if `://` stands before it and nothing that ends a URL for sure between.
pub fn place_in_url(text: &[u8], at: usize) -> Option<PlaceInUrl> {
    PlacesInUrl::default().place(&text[at.saturating_sub(FARTHEST)..], at.min(FARTHEST))
}

/// Places of one text, asked for in ascending order: no byte is read for each of them anew.
#[derive(Default)]
pub struct PlacesInUrl {
    /// How far was read.
    read: usize,
    place: Option<PlaceInUrl>,
}

impl PlacesInUrl {
    /// As `place_in_url`.
    pub fn place(&mut self, text: &[u8], at: usize) -> Option<PlaceInUrl> {
        if self.read >= at {
            return self.place;
        }
        if let Some(end) = text[self.read..at].iter().rposition(|byte| ends_url(*byte)) {
            self.read += end + 1;
            self.place = None;
        }
        while self.read < at {
            let rest = &text[self.read..];
            match (self.place, text[self.read]) {
                (_, b':') if rest.starts_with(b"://") || rest.starts_with(b":\\/\\/") => {
                    self.place = Some(PlaceInUrl::Host);
                    self.read += if rest[1] == b'/' { 2 } else { 4 };
                }
                (Some(PlaceInUrl::Host), b'/' | b'?' | b'#') => self.place = Some(PlaceInUrl::Path),
                _ => {}
            }
            self.read += 1;
        }
        self.place
    }
}

fn ends_url(byte: u8) -> bool {
    byte <= b' ' || matches!(byte, 0x7f | b'"' | b'<' | b'>')
}

/// Whether a parameter's value begins at `at`: `?name=` or `&name=` stands before it.
pub fn is_parameter(text: &[u8], at: usize) -> bool {
    const LONGEST_NAME: usize = 64;
    let Some((b'=', before)) = text[..at].split_last() else { return false };
    let is_name = |byte: &&u8| byte.is_ascii_alphanumeric() || b"_-.[]".contains(byte);
    let name = before.iter().rev().take(LONGEST_NAME).take_while(is_name).count();
    matches!(before.iter().rev().nth(name), Some(b'?' | b'&'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_told_by_the_scheme_before_it() {
        for (text, expected) in [
            ("x http://evil", Some(PlaceInUrl::Host)),
            ("http:\\/\\/evil", Some(PlaceInUrl::Host)),
            ("http://evil.example/a?u=", Some(PlaceInUrl::Path)),
            ("http://a.example/?u=http://evil", Some(PlaceInUrl::Host)),
            ("\"http://a.example\",\"evil", None),
            ("http:", None),
            ("evil", None),
        ] {
            let mut places = PlacesInUrl::default();
            let by_steps = (0..=text.len()).map(|at| places.place(text.as_bytes(), at)).last().flatten();

            assert_eq!(place_in_url(text.as_bytes(), text.len()), expected, "{text}");
            assert_eq!(by_steps.is_some(), expected.is_some(), "{text}");
        }
    }

    #[test]
    fn a_parameter_has_a_name_behind_a_mark() {
        for (text, expected) in
            [("/?u=", true), ("/?a=1&to_url=", true), ("request=", false), ("/?u", false), ("", false)]
        {
            assert_eq!(is_parameter(text.as_bytes(), text.len()), expected, "{text}");
        }
    }
}
