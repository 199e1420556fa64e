//! A sound index with bytes of it changed, checksums made to fit: an error or an index, and every question is answered.

#![no_main]

use std::fs;
use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use vedette_core::index::{Facts, Index, IndexBuilder, Row, RowKind, RowScope};
use vedette_core::kind::{Kind, Scope};
use xxhash_rust::xxh3::xxh3_64;

const HEADER_BYTES: usize = 512;

/// The networks come last: an index without them is small, and so a change is likelier to meet something.
const INDICATORS: [(Kind, &str); 11] = [
    (Kind::Ipv4, "10.1.2.3"),
    (Kind::Ipv6, "2001:db8::1"),
    (Kind::Domain, "a.example"),
    (Kind::Domain, "www.b.example"),
    (Kind::Url, "a.example/x/y?q"),
    (Kind::Url, "*.example/x*"),
    (Kind::Md5, "d41d8cd98f00b204e9800998ecf8427e"),
    (Kind::IpPort, "10.1.2.3:80"),
    (Kind::Email, "x@a.example"),
    (Kind::Cidr, "10.0.0.0/8"),
    (Kind::Cidr, "2001:db8::/32"),
];

const QUESTIONS: [(Kind, &[u8]); 8] = [
    (Kind::Ipv4, b"10.1.2.3"),
    (Kind::Ipv6, b"2001:db8::1"),
    (Kind::Cidr, b"10.0.0.0/8"),
    (Kind::Domain, b"www.a.example"),
    (Kind::Url, b"a.example/x/y?q"),
    (Kind::Md5, b"d41d8cd98f00b204e9800998ecf8427e"),
    (Kind::IpPort, b"10.1.2.3:80"),
    (Kind::Email, b"x@a.example"),
];

static SOUND: LazyLock<[Vec<u8>; 2]> = LazyLock::new(|| [built(INDICATORS.len() - 2), built(INDICATORS.len())]);

fn built(count: usize) -> Vec<u8> {
    let folder = tempfile::tempdir().expect("a folder");
    let mut builder = IndexBuilder::new(&folder.path().join("index.vdx"), 1 << 20).expect("a builder");
    let (category, tags, tlp) = (String::new(), vec![], String::new());
    builder.facts(Facts { feed: "one".into(), category, confidence: 50, tags, tlp });
    let rows = INDICATORS[..count].iter().map(|(kind, value)| Row {
        kind: RowKind::Is(*kind),
        value: value.as_bytes(),
        scope: if value.starts_with('*') { RowScope::IfFits(Scope::Mask) } else { RowScope::Unsaid },
        facts: 0,
        first_seen: None,
        last_seen: None,
        valid_until: None,
        context: br#"{"a":1}"#,
    });
    let rows: Vec<_> = rows.collect();
    assert_eq!(builder.add(&rows).expect("room"), []);
    fs::read(builder.finish().expect("an index")).expect("its bytes")
}

fuzz_target!(|input: (bool, Vec<(u32, u8)>, u16)| {
    let (with_networks, changes, cut) = input;
    let mut bytes = SOUND[usize::from(with_networks)].clone();
    for (place, byte) in changes {
        let place = place as usize % bytes.len();
        bytes[place] = byte;
    }
    bytes.truncate(bytes.len() - usize::from(cut) % bytes.len());
    if bytes.len() >= HEADER_BYTES {
        let length = (bytes.len() as u64).to_le_bytes();
        bytes[16..24].copy_from_slice(&length);
        let checksum = xxh3_64(&bytes[..HEADER_BYTES - 8]);
        bytes[HEADER_BYTES - 8..HEADER_BYTES].copy_from_slice(&checksum.to_le_bytes());
    }
    ask(&bytes);
});

fn ask(bytes: &[u8]) {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("index.vdx");
    fs::write(&path, bytes).expect("room on the disk");
    let Ok(index) = Index::open(&path, 0, false) else { return };

    let mut found = Vec::new();
    for (kind, normal_form) in QUESTIONS {
        index.look_up(kind, normal_form, &mut found);
    }
    index.may_hold_url_on(b"www.a.example");
    index.knows_final_label(b"example");
    found.iter().for_each(|found| drop(index.entry(found.entry)));
    drop(index.entries(0, 1000));
    index.stats();
}
