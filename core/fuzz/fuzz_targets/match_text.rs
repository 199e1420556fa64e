//! Any bytes matched against a small index: nothing panics, spans lie in the text and ascend, what is told is true.

#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use vedette_core::index::{Facts, Index, IndexBuilder, Row, RowKind, RowScope};
use vedette_core::kind::{Kind, Scope};
use vedette_core::matching::auto::{AutoScratch, Reading, match_text, observe_text};

const INDICATORS: [(Kind, &str, Option<Scope>); 12] = [
    (Kind::Ipv4, "192.0.2.1", None),
    (Kind::Ipv6, "2001:db8::1", None),
    (Kind::Cidr, "10.0.0.0/8", None),
    (Kind::IpPort, "192.0.2.1:443", None),
    (Kind::Domain, "a.com", None),
    (Kind::Domain, "b.zip", Some(Scope::Exact)),
    (Kind::Url, "a.com/b", None),
    (Kind::Url, "b.org/x/", Some(Scope::Prefix)),
    (Kind::Url, "*.c.net/*", Some(Scope::Mask)),
    (Kind::Email, "m@a.com", None),
    (Kind::Md5, "d41d8cd98f00b204e9800998ecf8427e", None),
    (Kind::Sha1, "da39a3ee5e6b4b0d3255bfef95601890afd80709", None),
];

static INDEX: LazyLock<Index> = LazyLock::new(|| {
    let folder = tempfile::tempdir().expect("a folder");
    let mut builder = IndexBuilder::new(&folder.path().join("index.vdx"), 1 << 20).expect("a builder");
    let (category, tags, tlp) = (String::new(), vec![], String::new());
    builder.facts(Facts { feed: "one".into(), category, confidence: 50, tags, tlp });
    let rows = INDICATORS.map(|(kind, value, scope)| Row {
        kind: RowKind::Is(kind),
        value: value.as_bytes(),
        scope: scope.map_or(RowScope::Unsaid, RowScope::IfFits),
        facts: 0,
        first_seen: None,
        last_seen: None,
        valid_until: None,
        context: b"",
    });
    assert_eq!(builder.add(&rows).expect("room"), []);
    Index::open(&builder.finish().expect("an index"), 1, true).expect("a whole index")
});

fuzz_target!(|text: &[u8]| {
    let reading = Reading { one_event: text.len() % 2 == 0, ..Reading::default() };
    let mut scratch = AutoScratch::default();
    let mut last = 0;
    let mut matched = 0;
    match_text(text, reading, &INDEX, &mut scratch, &mut |known| {
        // The scheme `h**p` and the bracket before an address begin before what was found.
        assert!(known.start < known.end && known.end <= text.len() && last <= known.start + 3);
        assert!(reading.one_event || !text[known.start..known.end].contains(&b'\n'));
        assert!(!known.found.is_empty() && !known.normal_form.is_empty());
        last = known.start;
        matched += known.found.len();
    });
    let plainly = Reading { plainly: true, ..reading };
    match_text(text, plainly, &INDEX, &mut scratch, &mut |known| {
        assert!(matched > 0, "what is known plainly is known: {}..{}", known.start, known.end);
    });
    let seen = observe_text(text, reading, Some(&INDEX), &mut scratch);
    let told = seen.iter().map(|one| one.found.len()).sum::<usize>();
    assert_eq!(told > 0, matched > 0, "an explanation knows what matching knows");
});
