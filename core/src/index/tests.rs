//! The index as a whole: what was put in is found by every rule of its kind, and a damaged file is an error.

use std::path::{Path, PathBuf};

use super::*;
use crate::kind::{Kind, Scope};
use crate::normalise::host_has_www;

fn facts(feed: &str) -> Facts {
    Facts { feed: feed.into(), category: "c2".into(), confidence: 80, tags: vec!["apt".into()], tlp: "amber".into() }
}

fn row(kind: Kind, value: &str, scope: Option<Scope>) -> Row<'_> {
    Row {
        kind: RowKind::Is(kind),
        value: value.as_bytes(),
        scope: scope.map_or(RowScope::Unsaid, RowScope::IfFits),
        facts: 0,
        first_seen: Some(1),
        last_seen: None,
        valid_until: None,
        context: b"{}",
    }
}

fn build(folder: &Path, memory_bytes: usize, rows: &[Row]) -> PathBuf {
    let path = folder.join("index.vdx");
    let mut builder = IndexBuilder::new(&path, memory_bytes).unwrap();
    builder.facts(facts("one"));
    builder.facts(facts("two"));
    assert_eq!(builder.add(rows).unwrap(), []);
    builder.finish().unwrap()
}

fn index_of(rows: &[Row]) -> (tempfile::TempDir, Index) {
    let folder = tempfile::tempdir().unwrap();
    let index = Index::open(&build(folder.path(), 1 << 20, rows), 7, true).unwrap();
    (folder, index)
}

fn found(index: &Index, kind: Kind, value: &str) -> Vec<String> {
    let mut found = Vec::new();
    index.look_up(kind, value.as_bytes(), &mut found);
    let entries = found.iter().map(|found| index.entry(found.entry).unwrap());
    entries.map(|entry| String::from_utf8_lossy(entry.indicator()).into_owned()).collect()
}

#[test]
fn a_subdomain_is_found_but_a_longer_name_is_not() {
    let (_folder, index) = index_of(&[
        row(Kind::Domain, "higan.example", None),
        row(Kind::Domain, "host.higan.example", Some(Scope::Host)),
        row(Kind::Domain, "*.wild.example", Some(Scope::Exact)),
    ]);

    assert_eq!(found(&index, Kind::Domain, "www.higan.example"), ["higan.example"]);
    assert_eq!(found(&index, Kind::Domain, "host.higan.example"), ["host.higan.example", "higan.example"]);
    assert_eq!(found(&index, Kind::Domain, "a.host.higan.example"), ["higan.example"]);
    assert_eq!(found(&index, Kind::Domain, "a.wild.example"), ["*.wild.example"]);
    assert!(found(&index, Kind::Domain, "michigan.example").is_empty());
    assert!(found(&index, Kind::Domain, "example").is_empty());
}

#[test]
fn a_domain_of_one_label_is_found_and_no_other() {
    let (_folder, index) =
        index_of(&[row(Kind::Domain, "internal", Some(Scope::Exact)), row(Kind::Url, "http://internal/x", None)]);

    assert_eq!(found(&index, Kind::Domain, "internal"), ["internal"]);
    assert_eq!(found(&index, Kind::Url, "internal/x"), ["http://internal/x", "internal"]);
    assert!(found(&index, Kind::Domain, "a.internal").is_empty());
}

#[test]
fn a_name_of_many_labels_is_found_by_all_that_are_around_it() {
    let name = "a.".repeat(60) + "higan.example";
    let near = "a.".repeat(59) + "higan.example";
    let domain = |value| row(Kind::Domain, value, Some(Scope::Subdomains));
    let (_folder, index) = index_of(&[domain(&name), domain(&near), domain("higan.example")]);

    assert_eq!(found(&index, Kind::Domain, &name), [&name, &near, "higan.example"]);
}

#[test]
fn a_url_is_found_by_itself_by_prefixes_by_masks_and_by_its_host() {
    let (_folder, index) = index_of(&[
        row(Kind::Url, "a.example/x/y?q", None),
        row(Kind::Url, "a.example/x", Some(Scope::Prefix)),
        row(Kind::Url, "a.example", Some(Scope::Prefix)),
        row(Kind::Url, "a.example/x/*", Some(Scope::Mask)),
        row(Kind::Url, "*.example/x/*", Some(Scope::Mask)),
        row(Kind::Url, "*e/x/y?q", Some(Scope::Mask)),
        row(Kind::Domain, "a.example", None),
        row(Kind::Ipv4, "192.0.2.1", None),
        row(Kind::Cidr, "192.0.2.0/24", None),
    ]);

    assert_eq!(
        found(&index, Kind::Url, "a.example/x/y?q"),
        ["a.example/x/y?q", "a.example/x", "a.example", "a.example/x/*", "*.example/x/*", "*e/x/y?q", "a.example"]
    );
    assert_eq!(found(&index, Kind::Url, "a.example/xy"), ["a.example", "a.example"]);
    assert_eq!(found(&index, Kind::Url, "a.example/x?z"), ["a.example/x", "a.example", "a.example"]);
    assert_eq!(found(&index, Kind::Url, "192.0.2.1/x"), ["192.0.2.1", "192.0.2.0/24"]);
}

#[test]
fn the_www_that_a_normal_form_drops_is_asked_where_the_text_had_it() {
    let (_folder, index) = index_of(&[row(Kind::Domain, "www.a.example", None)]);
    let mut asked = Vec::new();

    index.look_up_seen_url(b"a.example/x", b"http://u:p@WWW.a.example/x", &mut asked);
    let without = found(&index, Kind::Url, "a.example/x");

    assert_eq!(asked.len(), 1);
    assert!(without.is_empty());
    assert!(!host_has_www(b"http://a.example/www.a"));
    assert!(!host_has_www(b"wwwa.example"));
}

#[test]
fn networks_answer_addresses_and_networks_in_them() {
    let (_folder, index) = index_of(&[
        row(Kind::Cidr, "10.0.0.0/8", None),
        row(Kind::Cidr, "10.1.0.0/16", None),
        row(Kind::Cidr, "2001:db8::/32", None),
        row(Kind::Ipv6, "2001:db8::1", None),
    ]);

    assert_eq!(found(&index, Kind::Ipv4, "10.1.2.3"), ["10.1.0.0/16", "10.0.0.0/8"]);
    assert_eq!(found(&index, Kind::Cidr, "10.1.0.0/16"), ["10.1.0.0/16", "10.0.0.0/8"]);
    assert_eq!(found(&index, Kind::Cidr, "10.0.0.0/9"), ["10.0.0.0/8"]);
    assert_eq!(found(&index, Kind::Ipv6, "2001:db8::1"), ["2001:db8::1", "2001:db8::/32"]);
    assert_eq!(found(&index, Kind::Url, "[2001:db8::1]/x"), ["2001:db8::1", "2001:db8::/32"]);
    assert!(found(&index, Kind::Ipv4, "11.0.0.0").is_empty());
}

#[test]
fn hosts_of_urls_are_known_and_most_others_are_not() {
    let (_folder, index) =
        index_of(&[row(Kind::Url, "a.example/x", None), row(Kind::Url, "*.b.example/x", Some(Scope::Mask))]);

    assert!(index.may_hold_url_on(b"a.example"));
    assert!(index.may_hold_url_on(b"c.b.example"));
    assert!(!index.may_hold_url_on(b"b.example"));
    assert!(index.knows_final_label(b"example"));
    assert!(!index.knows_final_label(b"org"));
}

#[test]
fn rows_that_say_the_same_are_one_entry_and_others_are_each_their_own() {
    let same = row(Kind::Domain, "a.example", None);
    let (_folder, index) = index_of(&[
        Row { context: b"{\"n\":1}", ..same },
        Row { context: b"{\"n\":2}", ..same },
        Row { value: b"*.a.example", ..same },
        Row { facts: 1, ..same },
        Row { scope: RowScope::IfFits(Scope::Host), ..same },
    ]);

    let listed = index.entries(0, 100).unwrap();
    let contexts: Vec<&[u8]> = listed.iter().map(|(_, entry)| entry.context()).collect();

    assert_eq!(found(&index, Kind::Domain, "a.example"), ["a.example", "*.a.example", "a.example", "a.example"]);
    assert_eq!(contexts, [&b"{\"n\":1}"[..], b"{}", b"{}", b"{}"]);
    assert_eq!(index.feeds(), [("one".to_owned(), 3), ("two".to_owned(), 1)]);
    assert!(index.stats().contains(&("merged".to_owned(), 1)));
}

#[test]
fn an_entry_holds_all_that_the_feed_said() {
    let (_folder, index) = index_of(&[Row { valid_until: Some(-5), ..row(Kind::Email, "x@a.example", None) }]);

    let listed = index.entries(0, 1).unwrap();
    let (number, entry) = &listed[0];

    assert_eq!((entry.kind(), entry.scope(), entry.normal_form()), (Kind::Email, Scope::Exact, &b"x@a.example"[..]));
    assert_eq!((entry.first_seen(), entry.last_seen(), entry.valid_until()), (Some(1), None, Some(-5)));
    assert_eq!(*entry.facts(), facts("one"));
    assert!(index.entries(*number, 1).unwrap().is_empty());
    assert!(matches!(index.entry(number + 1), Err(IndexError::NoEntry(_))));
}

#[test]
fn a_scope_that_would_reach_everybody_and_unknown_facts_are_refused_in_words() {
    let folder = tempfile::tempdir().unwrap();
    let mut builder = IndexBuilder::new(&folder.path().join("index.vdx"), 1 << 20).unwrap();
    let shared = row(Kind::Domain, "co.uk", None);

    let unknown = builder.add(&[row(Kind::Domain, "a.example", None)]).unwrap();
    builder.facts(facts("one"));
    let refused = builder.add(&[row(Kind::Domain, "a.example", None), shared]).unwrap();

    assert_eq!(unknown, [(0, "no facts have the number 0".to_owned())]);
    assert_eq!(refused.iter().map(|(place, _)| *place).collect::<Vec<_>>(), [1]);
    assert!(refused[0].1.starts_with("`co.uk` is a public suffix or a shared host"));
}

fn many() -> Vec<String> {
    (0..400).map(|n| format!("h{}.example/{}", n % 90, n % 200)).collect()
}

#[test]
fn the_file_is_the_same_whatever_the_memory() {
    let values = many();
    let rows: Vec<Row> = values.iter().map(|value| row(Kind::Url, value, None)).collect();
    let (large, small) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());

    let in_memory = std::fs::read(build(large.path(), 1 << 20, &rows)).unwrap();
    let on_disk = std::fs::read(build(small.path(), 100, &rows)).unwrap();

    assert!(in_memory == on_disk);
    assert_eq!(std::fs::read_dir(small.path()).unwrap().count(), 1, "a temporary file stayed behind");
}

#[test]
fn any_bit_flipped_and_any_cut_is_an_error_that_names_the_file_and_the_section() {
    let (folder, _index) = index_of(&[row(Kind::Url, "a.example/*", Some(Scope::Mask)), row(Kind::Cidr, "::/0", None)]);
    let path = folder.path().join("index.vdx");
    let whole = std::fs::read(&path).unwrap();
    let damaged = folder.path().join("damaged.vdx");
    let error = |bytes: &[u8]| {
        std::fs::write(&damaged, bytes).unwrap();
        Index::open(&damaged, 0, true).err().map(|error| error.to_string())
    };

    for bit in (0..whole.len() * 8).step_by(7) {
        let mut flipped = whole.clone();
        flipped[bit / 8] ^= 1 << (bit % 8);
        let message = error(&flipped).unwrap_or_else(|| panic!("bit {bit} may be flipped"));
        assert!(message.contains("damaged.vdx: header:") || message.contains("damaged.vdx: section "), "{message}");
    }
    for length in (0..whole.len()).step_by(13) {
        assert!(error(&whole[..length]).is_some(), "cut to {length} bytes");
    }
    assert!(error(&[&whole[..], b"x"].concat()).is_some());
    assert!(error(&[&whole[..8], &[9, 0, 0, 0], &whole[12..]].concat()).unwrap().contains("of version 9"));
}

#[test]
fn a_damaged_file_opened_without_verifying_is_never_a_panic() {
    let values = many();
    let rows: Vec<Row> = values.iter().map(|value| row(Kind::Url, value, Some(Scope::Prefix))).collect();
    let folder = tempfile::tempdir().unwrap();
    let whole = std::fs::read(build(folder.path(), 1 << 20, &rows)).unwrap();
    let damaged = folder.path().join("damaged.vdx");

    for at in (512..whole.len()).step_by(97) {
        let mut flipped = whole.clone();
        flipped[at] ^= 0xff;
        std::fs::write(&damaged, &flipped).unwrap();
        let Ok(index) = Index::open(&damaged, 0, false) else { continue };
        let mut found = Vec::new();
        values.iter().for_each(|value| index.look_up(Kind::Url, value.as_bytes(), &mut found));
        found.iter().for_each(|found| drop(index.entry(found.entry)));
        drop(index.entries(0, usize::MAX));
    }
}

#[test]
fn a_header_that_lies_with_a_right_checksum_is_an_error_or_harmless() {
    let (folder, _index) = index_of(&[row(Kind::Domain, "a.example", None), row(Kind::Cidr, "10.0.0.0/8", None)]);
    let whole = std::fs::read(folder.path().join("index.vdx")).unwrap();
    let lying = folder.path().join("lying.vdx");

    for at in 12..344 {
        for byte in [0, 1, 0x7f, 0xff] {
            let mut bytes = whole.clone();
            bytes[at] = byte;
            let checksum = xxhash_rust::xxh3::xxh3_64(&bytes[..504]);
            bytes[504..512].copy_from_slice(&checksum.to_le_bytes());
            std::fs::write(&lying, &bytes).unwrap();
            let Ok(index) = Index::open(&lying, 0, false) else { continue };
            index.look_up(Kind::Domain, b"a.example", &mut Vec::new());
            index.look_up(Kind::Ipv4, b"10.1.2.3", &mut Vec::new());
            drop(index.entries(0, 10));
        }
    }
}

#[test]
fn a_file_that_is_there_is_not_written_over_and_an_unfinished_one_leaves_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("index.vdx");

    drop(IndexBuilder::new(&path, 1 << 20).unwrap());
    let left = std::fs::read_dir(folder.path()).unwrap().count();
    build(folder.path(), 1 << 20, &[]);

    assert_eq!(left, 0);
    assert!(matches!(IndexBuilder::new(&path, 1 << 20), Err(IndexError::Io(..))));
    assert!(Index::open(&path, 0, true).unwrap().entries(0, 9).unwrap().is_empty());
}
