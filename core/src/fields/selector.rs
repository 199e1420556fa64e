//! Which fields a rule names: a format, and the way within it.

use super::escapes::Escapes;
use super::field::Field;
use super::path::{Path, Step};
use super::{Format, xml};

/// The parts of a syslog header.
pub const HEADER: [&str; 7] = ["priority", "time", "host", "app", "process", "message_id", "message"];

/// A field's name, compiled. It names fields of its format wherever that stands in the event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Selector {
    format: Format,
    /// From the format down.
    steps: Vec<Wanted>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Wanted {
    Name(Vec<u8>),
    /// `*.name` or `element.name`.
    Parameter(Vec<u8>),
    Item(usize),
    AnyItem,
    Column(usize),
    Element(Vec<u8>, Option<(Vec<u8>, Vec<u8>)>),
    Attribute(Vec<u8>),
}

impl Selector {
    /// Read a path as users write it; the error says what is allowed.
    pub fn new(format: Format, path: &str) -> Result<Selector, String> {
        let name = || Wanted::Name(path.as_bytes().to_vec());
        let steps = match format {
            _ if path.is_empty() => return Err("is empty".into()),
            Format::Cef | Format::Leef | Format::KeyValue => vec![name()],
            Format::Syslog if HEADER.contains(&path) => vec![name()],
            Format::Syslog if path.contains('.') => vec![Wanted::Parameter(path.as_bytes().to_vec())],
            Format::Syslog => {
                let known = HEADER.join(", ");
                return Err(format!(
                    "no part of a syslog header is named `{path}`; there are: {known}, and `element.parameter` or `*.parameter` of structured data"
                ));
            }
            Format::Csv => match path.parse() {
                Ok(number) if number > 0 => vec![Wanted::Column(number)],
                _ => return Err(format!("`{path}` is no column: they are numbered from 1")),
            },
            Format::Json => json(path)?,
            Format::Xml => xml_steps(path)?,
        };
        Ok(Selector { format, steps })
    }

    /// The format that it names.
    pub fn format(&self) -> Format {
        self.format
    }

    /// Whether it names this field; a custom field of CEF has two names, `label` is the second.
    pub fn names(&self, field: &Field<'_>, label: Option<&[u8]>) -> bool {
        if let (Some(label), [Wanted::Name(name)]) = (label, &*self.steps)
            && self.format == Format::Cef
            && name == label
        {
            return true;
        }
        let mut wanted = self.steps.iter().rev();
        let mut path = Some(field.path);
        while let Some(Path { above, step }) = path {
            if let Step::Format(format) = step {
                return *format == self.format && wanted.next().is_none();
            }
            if !wanted.next().is_some_and(|wanted| wanted.is(step)) {
                return false;
            }
            path = *above;
        }
        false
    }
}

impl Wanted {
    fn is(&self, step: &Step<'_>) -> bool {
        match (self, step) {
            (Wanted::Name(wanted), Step::Name(name)) => wanted == name,
            (Wanted::Name(wanted), Step::Member(name)) => is_member(wanted, name),
            (Wanted::Parameter(wanted), Step::Parameter(element, name)) => {
                let before = wanted.strip_suffix(*name).and_then(|before| before.strip_suffix(b"."));
                before.is_some_and(|before| before == b"*" || before == *element)
            }
            (Wanted::Item(wanted), Step::Item(position)) => wanted == position,
            (Wanted::AnyItem, Step::Item(_)) => true,
            (Wanted::Column(wanted), Step::Column(number)) => wanted == number,
            (Wanted::Element(wanted, condition), Step::Element(name, attributes)) => {
                let holds = |(name, value): &(Vec<u8>, Vec<u8>)| {
                    xml::attribute(attributes, name).is_some_and(|found| value == &*Escapes::Xml.undone(found))
                };
                wanted == name && condition.as_ref().is_none_or(holds)
            }
            (Wanted::Attribute(wanted), Step::Attribute(name)) => wanted == name,
            _ => false,
        }
    }
}

fn is_member(wanted: &[u8], name: &[u8]) -> bool {
    wanted == &*Escapes::Json.undone(name)
}

/// `$.a.b[0]['c d'][*]`.
fn json(path: &str) -> Result<Vec<Wanted>, String> {
    let wrong = |rest: &str| format!("`{rest}` is no step of a JSON path; they are written `$.name['name'][0][*]`");
    let mut rest =
        path.strip_prefix('$').ok_or_else(|| format!("`{path}` does not begin with `$`, as in `$.a.b[*]`"))?;
    let mut steps = Vec::new();
    while !rest.is_empty() {
        let (step, length) = json_step(rest).ok_or_else(|| wrong(rest))?;
        steps.push(step);
        rest = &rest[length..];
    }
    Ok(steps)
}

fn json_step(rest: &str) -> Option<(Wanted, usize)> {
    if let Some(name) = rest.strip_prefix('.') {
        let length = name.find(['.', '[']).unwrap_or(name.len());
        return (length > 0).then(|| (Wanted::Name(name[..length].into()), length + 1));
    }
    if rest.starts_with("[*]") {
        return Some((Wanted::AnyItem, 3));
    }
    for quote in ['\'', '"'] {
        if let Some(name) = rest.strip_prefix('[').and_then(|inside| inside.strip_prefix(quote)) {
            let length = name.find(&format!("{quote}]"))?;
            return Some((Wanted::Name(name[..length].into()), length + 4));
        }
    }
    let inside = rest.strip_prefix('[')?;
    let length = inside.find(']')?;
    Some((Wanted::Item(inside[..length].parse().ok()?), length + 2))
}

/// `Event/EventData/Data[@Name='IpAddress']`, `Event/System/Provider/@Name`.
fn xml_steps(path: &str) -> Result<Vec<Wanted>, String> {
    let mut steps: Vec<Wanted> = Vec::new();
    let mut rest = path.strip_prefix('/').unwrap_or(path);
    loop {
        let length = step_length(rest);
        let step = xml_step(&rest[..length]).filter(|_| !matches!(steps.last(), Some(Wanted::Attribute(_))));
        let wrong = || {
            format!(
                "`{}` is no step of an XML path; they are written `Event/Data[@Name='x']/@attribute`",
                &rest[..length]
            )
        };
        steps.push(step.ok_or_else(wrong)?);
        if length == rest.len() {
            return Ok(steps);
        }
        rest = &rest[length + 1..];
    }
}

/// The length up to a `/` that no condition holds.
fn step_length(rest: &str) -> usize {
    let condition = rest.find('[').and_then(|start| Some(start + rest[start..].find(']')?));
    let slash = |from: usize| rest[from..].find('/').map_or(rest.len(), |found| from + found);
    match (slash(0), condition) {
        (first, Some(end)) if rest.find('[').is_some_and(|start| start < first) => slash(end),
        (first, _) => first,
    }
}

fn xml_step(step: &str) -> Option<Wanted> {
    let is_name = |name: &str| !name.is_empty() && !name.contains(['[', ']', '@', '=', '\'', '"', ' ']);
    if let Some(name) = step.strip_prefix('@') {
        return is_name(name).then(|| Wanted::Attribute(name.into()));
    }
    let Some((name, condition)) = step.split_once('[') else {
        return is_name(step).then(|| Wanted::Element(step.into(), None));
    };
    let (attribute, value) = condition.strip_prefix('@')?.strip_suffix(']')?.split_once('=')?;
    let quoted = |quote: char| value.strip_prefix(quote).and_then(|value| value.strip_suffix(quote));
    let value = quoted('\'').or_else(|| quoted('"'))?;
    let condition = Some((attribute.into(), value.into()));
    (is_name(name) && is_name(attribute)).then(|| Wanted::Element(name.into(), condition))
}

#[cfg(test)]
mod tests {
    use super::super::{Csv, walk};
    use super::*;

    fn taken(format: Format, path: &str, event: &str) -> Vec<String> {
        let selector = Selector::new(format, path).unwrap();
        let (mut all, mut undone) = (Vec::new(), Vec::new());
        walk(event.as_bytes(), Csv::Asked, &mut |field| {
            if selector.names(field, field.label()) {
                all.push(String::from_utf8_lossy(field.value(&mut undone)).into_owned());
            }
        });
        all
    }

    #[test]
    fn a_selector_names_the_fields_of_its_format_wherever_that_stands() {
        let json = r#"{"a":{"b":["x","y",{"c d":"z"}],"e\u0066":"q"}}"#;
        let xml = "<E><D Name='a'>1</D><D Name='b/c'>2</D><P x='3'/></E>";
        let cases: [(Format, &str, &str, &[&str]); 17] = [
            (Format::Cef, "dst", "CEF:0|v|p|1|1|n|5|src=1 dst=2", &["2"]),
            (Format::Cef, "Foo Bar", "CEF:0|v|p|1|1|n|5|cs1Label=Foo Bar cs1=2", &["2"]),
            (Format::Cef, "Foo", "CEF:0|v|p|1|1|n|5|cs1=2 cs1Label=Foo", &["2"]),
            (Format::Cef, "cs1", "CEF:0|v|p|1|1|n|5|cs1=2 cs1Label=Foo", &["2"]),
            (Format::Cef, "deviceVendor", "CEF:0|v|p|1|1|n|5|", &["v"]),
            (Format::KeyValue, "a", "CEF:0|v|p|1|1|n|5|msg=a\\=b", &["b"]),
            (Format::Json, "$.a.b[*]", json, &["x", "y", "{\"c d\":\"z\"}"]),
            (Format::Json, "$.a.b[1]", json, &["y"]),
            (Format::Json, "$['a'].b[2]['c d']", json, &["z"]),
            (Format::Json, "$.a.ef", json, &["q"]),
            (Format::Json, "$.b", json, &[]),
            (Format::Xml, "E/D[@Name='b/c']", xml, &["2"]),
            (Format::Xml, "/E/D", xml, &["1", "2"]),
            (Format::Xml, "E/P/@x", xml, &["3"]),
            (Format::Csv, "2", "a,b;c,d", &["b;c"]),
            (Format::Syslog, "host", "<1>Jan  1 00:00:00 gate x: y", &["gate"]),
            (Format::Syslog, "*.a", "<1>1 - gate x - - [i@1 a=\"b\"]", &["b"]),
        ];
        for (format, path, event, expected) in cases {
            assert_eq!(taken(format, path, event), expected, "{path} of {event}");
        }
    }

    #[test]
    fn a_path_that_is_none_is_refused() {
        let cases = [
            (Format::Json, "a.b", "does not begin with `$`"),
            (Format::Json, "$..a", "`..a` is no step"),
            (Format::Json, "$.a[x]", "`[x]` is no step"),
            (Format::Json, "$.a['b", "is no step"),
            (Format::Csv, "0", "no column"),
            (Format::Csv, "x", "no column"),
            (Format::Xml, "a//b", "`` is no step"),
            (Format::Xml, "a/@b/c", "`c` is no step"),
            (Format::Xml, "a[1]", "`a[1]` is no step"),
            (Format::Syslog, "hots", "there are: priority"),
            (Format::Cef, "", "is empty"),
        ];
        for (format, path, error) in cases {
            let found = Selector::new(format, path).unwrap_err();
            assert!(found.contains(error), "{path}: {found}");
        }
    }
}
