//! What a scan finds, and what it leaves alone.

use super::*;

fn found(text: &str) -> Vec<(&'static str, &str)> {
    let suffixes = |label: &[u8]| matches!(label, b"example" | b"com" | b"org" | b"me");
    let mut found = vec![];
    scan(text.as_bytes(), &suffixes, &mut |candidate: Candidate| {
        found.push((
            candidate.kind.name(),
            text.get(candidate.start..candidate.end).expect("a span of whole characters"),
        ));
    });
    found.sort_by_key(|(_, value)| value.as_ptr() as usize);
    found
}

#[test]
fn values_are_found_between_any_delimiters() {
    for (text, expected) in [
        ("src=192.0.2.1 dst=198.51.100.7:80", vec![("ipv4", "192.0.2.1"), ("ipv4", "198.51.100.7")]),
        ("to www.evil.example.", vec![("domain", "www.evil.example")]),
        ("cs1.label=x file.exe 1.2 10.0.19045.1 1.2.3.4.5", vec![]),
        ("<john.me@evil.example>", vec![("email", "john.me@evil.example")]),
        ("a@evil.example@b.example", vec![("email", "a@evil.example"), ("email", "evil.example@b.example")]),
        ("@evil.example", vec![("domain", "evil.example")]),
        ("evil.example@localhost", vec![("domain", "evil.example")]),
        ("x+192.0.2.1@evil.example", vec![("email", "x+192.0.2.1@evil.example"), ("ipv4", "192.0.2.1")]),
        ("[2001:db8::1]:443", vec![("ipv6", "2001:db8::1")]),
        ("1:2:3:4:5:6:7:8 12:34:56 00:11:22:33:44:55", vec![("ipv6", "1:2:3:4:5:6:7:8")]),
        ("std::vector<a::b>", vec![("ipv6", "a::b")]),
        ("--evil.example--", vec![("domain", "evil.example")]),
    ] {
        assert_eq!(found(text), expected, "{text}");
    }
}

#[test]
fn hashes_have_exactly_their_length_and_touch_no_letter() {
    let md5 = "d41d8cd98f00b204e9800998ecf8427e";
    let sha256 = md5.repeat(2);

    assert_eq!(found(&format!("MD5={md5},SHA256={sha256}")), [("md5", md5), ("sha256", &sha256)]);
    assert_eq!(found(&format!("_{md5}_")), [("md5", md5)]);
    let sha512 = sha256.repeat(2);
    assert_eq!(found(&sha512), [("sha512", sha512.as_str())]);
    assert_eq!(found(&format!("{md5}g {md5}0 {sha256}{sha256}0")), []);
    let name = format!("x_{md5}.evil.example");
    assert_eq!(found(&name), [("domain", name.as_str()), ("md5", md5)]);
}

#[test]
fn a_url_ends_at_the_first_place_where_it_may_and_the_scan_goes_on_there() {
    for (text, expected) in [
        (
            r#"{"url":"http://a.example/b.com/c","src":"192.0.2.1"}"#,
            vec![("url", "http://a.example/b.com/c"), ("ipv4", "192.0.2.1")],
        ),
        ("http://a.example/x,192.0.2.1", vec![("url", "http://a.example/x"), ("ipv4", "192.0.2.1")]),
        (r"http:\/\/a.example\/x\=1 b.com", vec![("url", r"http:\/\/a.example\/x\=1"), ("domain", "b.com")]),
        (
            "(see https://a.example/?u=http://b.example/y).",
            vec![("url", "https://a.example/?u=http://b.example/y"), ("url", "http://b.example/y")],
        ),
        ("http://[2001:db8::1]:80/x", vec![("url", "http://[2001:db8::1]:80/x")]),
        ("://b.com http:// x", vec![("domain", "b.com")]),
        (
            "a.example/x/y 192.0.2.1/24",
            vec![("domain", "a.example"), ("url", "a.example/x/y"), ("ipv4", "192.0.2.1"), ("url", "192.0.2.1/24")],
        ),
        (
            "a.example:8080/x a.example:x/",
            vec![("domain", "a.example"), ("url", "a.example:8080/x"), ("domain", "a.example")],
        ),
    ] {
        assert_eq!(found(text), expected, "{text}");
    }
}

#[test]
fn letters_beyond_ascii_are_part_of_names_and_marks_are_not() {
    assert_eq!(found("“evil.example”…"), [("domain", "evil.example")]);
    assert_eq!(found("münchen.example"), [("domain", "münchen.example"), ("domain", "nchen.example")]);
    assert_eq!(found("访问evil.example失败"), [("domain", "访问evil.example失败"), ("domain", "evil.example")]);
}

#[test]
fn a_value_is_found_wherever_it_stands_against_the_chunks() {
    let md5 = "d41d8cd98f00b204e9800998ecf8427e";
    let values =
        ["192.0.2.1", "www.evil.example", "http://a.example/b", "2001:db8:0:0:1:0:0:1", "x.y@evil.example", md5];
    for value in values {
        let alone = found(value);
        assert!(!alone.is_empty());
        for shift in (0..200).chain(page::PAGE - 100..page::PAGE + 100) {
            assert_eq!(found(&format!("{}{value} {}", " ".repeat(shift), "-".repeat(70))), alone, "{value} at {shift}");
        }
    }
}

#[test]
fn every_processor_finds_the_same() {
    let suffixes = |label: &[u8]| label.len() < 3;
    let mut state = 7_u32;
    let mut drawn = move |of: &'static [u8]| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        of[(state >> 8) as usize % of.len()]
    };
    for kinds in [
        &b"1.2 "[..],
        b"ab.-@ ",
        b"a1.:/ ",
        b"0123456789abcdef:. ",
        b"a.\xc3\xa9\xe2\x80\x9c_ ",
        b"aaaaaaaaaaaaaaaaaaaaaaaa.",
    ] {
        let text: Vec<u8> = (0..3 * page::PAGE + 17).map(|_| drawn(kinds)).collect();
        let (mut fast, mut plain) = (vec![], vec![]);

        scan(&text, &suffixes, &mut |candidate: Candidate| fast.push(candidate));
        walk::Walk::new(&text, &suffixes, &mut |candidate: Candidate| plain.push(candidate)).run_with(masks::Masks::of);

        assert_eq!(fast, plain);
    }
}

#[test]
fn hostile_repetition_takes_linear_time() {
    let begun = std::time::Instant::now();
    for piece in [
        "a://",
        "a.example/",
        "::a",
        "a.",
        "1.",
        "a@",
        "-",
        "é.",
        "d41d8cd98f00b204",
        "-d41d8cd98f00b204e9800998ecf8427e",
        "1:2:3:4:5:6:7:8:",
    ] {
        let text = piece.repeat((1 << 20) / piece.len());
        scan(text.as_bytes(), &|label: &[u8]| label == b"example", &mut |_: Candidate| {});
    }
    assert!(begun.elapsed().as_secs() < 20);
}
