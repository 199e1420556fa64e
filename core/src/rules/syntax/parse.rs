//! Reads a regex into its parts; `None` for everything beyond the subset.

use super::{Anchor, Class, Greed, GroupKind, Node};

/// Groups deeper than this are not looked into.
const DEEPEST: usize = 50;

/// The parts of a regex, or `None` where it holds something that is not understood.
pub fn parse(regex: &str, caseless: bool) -> Option<Node> {
    let mut parser = Parser { regex, at: 0, caseless, depth: 0 };
    let node = parser.alternation()?;
    (parser.at == regex.len()).then_some(node)
}

struct Parser<'a> {
    regex: &'a str,
    at: usize,
    caseless: bool,
    depth: usize,
}

impl<'a> Parser<'a> {
    fn rest(&self) -> &'a str {
        &self.regex[self.at..]
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn next(&mut self) -> Option<char> {
        let char = self.peek()?;
        self.at += char.len_utf8();
        Some(char)
    }

    fn eat(&mut self, text: &str) -> bool {
        let found = self.rest().starts_with(text);
        if found {
            self.at += text.len();
        }
        found
    }

    fn alternation(&mut self) -> Option<Node> {
        let mut branches = vec![self.concatenation()?];
        while self.eat("|") {
            branches.push(self.concatenation()?);
        }
        Some(if branches.len() == 1 { branches.remove(0) } else { Node::Alternate(branches) })
    }

    fn concatenation(&mut self) -> Option<Node> {
        let mut parts = Vec::new();
        while let Some(char) = self.peek() {
            if char == '|' || char == ')' {
                break;
            }
            let start = self.at;
            let atom = self.atom()?;
            parts.push(self.quantified(atom, start)?);
        }
        Some(if parts.len() == 1 { parts.remove(0) } else { Node::Concat(parts) })
    }

    fn atom(&mut self) -> Option<Node> {
        let start = self.at;
        match self.next()? {
            '(' => self.group(),
            '[' => {
                let class = self.class()?;
                Some(self.class_from(start, class))
            }
            '.' => Some(self.class_from(start, Class::ALL)),
            '^' => Some(Node::Anchor(Anchor::Start)),
            '$' => Some(Node::Anchor(Anchor::End)),
            '\\' => self.escape(start),
            '*' | '+' | '?' | '{' => None,
            char => Some(self.char(start, char)),
        }
    }

    fn class_from(&self, start: usize, class: Class) -> Node {
        Node::Class { class, place: start..self.at }
    }

    /// A letter beyond ASCII has forms of its own where case is ignored.
    fn char(&self, start: usize, char: char) -> Node {
        if self.caseless && !char.is_ascii() { self.class_from(start, Class::ALL) } else { Node::Char(char) }
    }

    fn escape(&mut self, start: usize) -> Option<Node> {
        let letter = self.next()?;
        if let Some(class) = Class::of_escape(letter) {
            return Some(self.class_from(start, class));
        }
        match letter {
            'A' => Some(Node::Anchor(Anchor::Start)),
            'Z' => Some(Node::Anchor(Anchor::End)),
            'z' => Some(Node::Anchor(Anchor::VeryEnd)),
            'b' | 'B' => Some(Node::Nothing),
            'h' | 'H' | 'v' | 'V' | 'N' => Some(self.class_from(start, Class::ALL)),
            _ => self.escaped_char(letter).map(|char| self.char(start, char)),
        }
    }

    fn escaped_char(&mut self, letter: char) -> Option<char> {
        match letter {
            't' => Some('\t'),
            'n' => Some('\n'),
            'r' => Some('\r'),
            'f' => Some('\x0C'),
            'e' => Some('\x1B'),
            'a' => Some('\x07'),
            'x' => self.hex(),
            _ => letter.is_ascii_punctuation().then_some(letter).or((letter == ' ').then_some(' ')),
        }
    }

    fn hex(&mut self) -> Option<char> {
        let digits = if self.eat("{") {
            let end = self.rest().find('}')?;
            let digits = &self.rest()[..end];
            self.at += end + 1;
            digits
        } else {
            let digits = self.rest().get(..2)?;
            self.at += 2;
            digits
        };
        let plain = !digits.is_empty() && digits.bytes().all(|digit| digit.is_ascii_hexdigit());
        char::from_u32(u32::from_str_radix(digits, 16).ok().filter(|_| plain)?)
    }

    fn group(&mut self) -> Option<Node> {
        self.depth += 1;
        if self.depth > DEEPEST || self.rest().starts_with('*') {
            return None;
        }
        let look_around = ["?=", "?!", "?<=", "?<!"].iter().any(|opening| self.eat(opening));
        let kind = if look_around || self.eat("?:") {
            GroupKind::Plain
        } else if self.eat("?>") {
            GroupKind::Atomic
        } else {
            GroupKind::Captures
        };
        if kind == GroupKind::Captures && self.rest().starts_with('?') {
            self.group_name()?;
        }
        let node = self.alternation()?;
        self.depth -= 1;
        if !self.eat(")") {
            return None;
        }
        Some(if look_around { Node::Nothing } else { Node::Group { kind, node: Box::new(node) } })
    }

    fn group_name(&mut self) -> Option<()> {
        if !self.eat("?<") && !self.eat("?P<") {
            return None;
        }
        let end = self.rest().find('>')?;
        let name = &self.rest()[..end];
        self.at += end + 1;
        let plain = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
        plain.then_some(())
    }

    fn quantified(&mut self, node: Node, start: usize) -> Option<Node> {
        let (min, max) = match self.peek() {
            Some('*') => (0, None),
            Some('+') => (1, None),
            Some('?') => (0, Some(1)),
            Some('{') => self.counts()?,
            _ => return Some(node),
        };
        self.at += 1;
        let greed = if self.eat("+") {
            Greed::Possessive
        } else if self.eat("?") {
            Greed::Lazy
        } else {
            Greed::Greedy
        };
        if matches!(self.peek(), Some('*' | '+' | '?' | '{')) {
            return None;
        }
        Some(Node::Repeat { node: Box::new(node), min, max, greed, place: start..self.at })
    }

    /// `{n}`, `{n,}` or `{n,m}`; the closing brace is left.
    fn counts(&mut self) -> Option<(u32, Option<u32>)> {
        let end = self.rest().find('}')?;
        let inside = &self.rest()[1..end];
        self.at += end;
        let (min, max) = inside.split_once(',').unwrap_or((inside, inside));
        let plain = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        if min.is_empty() || !plain(min) || !plain(max) {
            return None;
        }
        let min = min.parse().ok()?;
        if max.is_empty() { Some((min, None)) } else { Some((min, Some(max.parse().ok()?))) }
    }

    fn class(&mut self) -> Option<Class> {
        let negated = self.eat("^");
        let mut class = Class::NONE;
        let mut first = true;
        loop {
            match self.class_item()? {
                Item::End if !first => break,
                Item::End => class = self.range_from(class, ']')?,
                Item::Char(char) => class = self.range_from(class, char)?,
                Item::Class(item) => class = class.with(item),
            }
            first = false;
        }
        if self.caseless {
            class = class.with_both_cases();
        }
        Some(match (negated, self.caseless) {
            // What a third case takes away from an opposite is left in it: too wide is safe.
            (true, _) => class.opposite(),
            (false, true) => class.with_third_cases(),
            (false, false) => class,
        })
    }

    /// The class with this character, or with the range that it begins.
    fn range_from(&mut self, class: Class, first: char) -> Option<Class> {
        let rest = self.rest();
        if !rest.starts_with('-') || rest.starts_with("-]") {
            return Some(class.with_range(first, first));
        }
        self.at += 1;
        match self.class_item()? {
            Item::Char(last) if first <= last => Some(class.with_range(first, last)),
            _ => None,
        }
    }

    fn class_item(&mut self) -> Option<Item> {
        match self.next()? {
            ']' => Some(Item::End),
            '[' if self.rest().starts_with([':', '.', '=']) => None,
            '\\' => {
                let letter = self.next()?;
                match Class::of_escape(letter) {
                    Some(class) => Some(Item::Class(class)),
                    None => self.escaped_char(letter).map(Item::Char),
                }
            }
            char => Some(Item::Char(char)),
        }
    }
}

enum Item {
    End,
    Char(char),
    Class(Class),
}
