//! What `auto` finds of values that an index knows: where URLs end, what is disguised, and what is said of it.

use super::*;
use crate::index::{Facts, IndexBuilder, Row, RowKind, RowScope};

/// An index of these (kind, value).
pub fn index_of(indicators: &[(Kind, &str)]) -> (tempfile::TempDir, Index) {
    let folder = tempfile::tempdir().expect("a folder");
    let mut builder = IndexBuilder::new(&folder.path().join("index.vdx"), 1 << 20).expect("a builder");
    builder.facts(Facts {
        feed: "one".into(),
        category: String::new(),
        confidence: 50,
        tags: vec![],
        tlp: String::new(),
    });
    let rows = indicators.iter().map(|(kind, value)| Row {
        kind: RowKind::Is(*kind),
        value: value.as_bytes(),
        scope: RowScope::Unsaid,
        facts: 0,
        first_seen: None,
        last_seen: None,
        valid_until: None,
        context: b"",
    });
    assert_eq!(builder.add(&rows.collect::<Vec<_>>()).expect("room"), []);
    let index = Index::open(&builder.finish().expect("an index"), 1, true).expect("a whole index");
    (folder, index)
}

/// (observed, normal form, obfuscation) of every match.
fn matches(text: &[u8], index: &Index) -> Vec<(String, String, String)> {
    let mut all = Vec::new();
    match_text(
        text,
        Reading { one_event: true, ..Reading::default() },
        index,
        &mut AutoScratch::default(),
        &mut |known| {
            let told = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
            all.push((told(&text[known.start..known.end]), told(known.normal_form), known.obfuscation.to_string()));
        },
    );
    all
}

fn observed(text: &str, index: &Index) -> Vec<String> {
    matches(text.as_bytes(), index).into_iter().map(|(observed, _, _)| observed).collect()
}

fn passed_over(text: &str, index: &Index) -> u64 {
    let mut scratch = AutoScratch::default();
    match_text(text.as_bytes(), Reading::default(), index, &mut scratch, &mut |_| {});
    scratch.passed_over()
}

mod ends {
    use super::*;

    #[test]
    fn a_url_ends_where_the_longest_known_one_ends() {
        let (_folder, index) = index_of(&[(Kind::Url, "evil.example/a"), (Kind::Url, "evil.example/a(b)")]);

        assert_eq!(observed("see (http://evil.example/a).", &index), ["http://evil.example/a"]);
        assert_eq!(observed("see http://evil.example/a(b), and", &index), ["http://evil.example/a(b)"]);
        assert_eq!(observed("http://evil.example/ab", &index), [""; 0]);
    }

    #[test]
    fn a_parameter_of_another_url_may_end_where_the_next_begins() {
        let (_folder, index) = index_of(&[(Kind::Url, "evil.example/a"), (Kind::Url, "evil.example/b?c=1&d=2")]);

        assert_eq!(observed("http://a.example/?u=http://evil.example/a&x=1", &index), ["http://evil.example/a"]);
        assert_eq!(observed("GET /?u=http://evil.example/a&x=1", &index), ["http://evil.example/a"]);
        assert_eq!(observed("http://evil.example/a&x=1", &index), [""; 0]);
        assert_eq!(observed("url=http://evil.example/b?c=1&d=2", &index), ["http://evil.example/b?c=1&d=2"]);
    }

    #[test]
    fn a_glued_name_ends_a_url() {
        let (_folder, index) = index_of(&[(Kind::Url, "evil.example.com/x"), (Kind::Domain, "evil.example.org")]);

        assert_eq!(observed("http://evil.example.com/x_b.com/y", &index), ["http://evil.example.com/x"]);
        assert_eq!(observed("http://evil.example.org_b.com/y", &index), ["http://evil.example.org"]);
    }

    #[test]
    fn places_beyond_the_nearest_are_counted_though_names_are_glued_there() {
        let (_folder, index) = index_of(&[(Kind::Url, "evil.example.com/x")]);
        let few = format!("http://evil.example.com/x{}", "_b.com/y".repeat(20));
        let many = format!("http://evil.example.com/x{}", "_b.com/y".repeat(200));
        let quoted = format!("http://evil.example.com/x{}", ",y".repeat(200));

        assert_eq!((observed(&few, &index), passed_over(&few, &index)), (vec!["http://evil.example.com/x".into()], 0));
        assert_eq!(
            (observed(&many, &index), passed_over(&many, &index)),
            (vec!["http://evil.example.com/x".into()], 1)
        );
        assert_eq!(passed_over(&quoted, &index), 1);
    }

    #[test]
    fn quotes_and_other_marks_beyond_ascii_and_what_is_no_utf8_may_end_a_url_and_letters_do_not() {
        let (_folder, index) = index_of(&[(Kind::Url, "evil.example/a?b=1"), (Kind::Url, "evil.example")]);

        for around in ["“{}”", "„{}“", "{}»", "{}.”", "{}…", "{}，中文", "{}\u{a0}x", "{}\u{2028}x"] {
            let text = around.replace("{}", "http://evil.example/a?b=1");
            assert_eq!(observed(&text, &index), ["http://evil.example/a?b=1"], "{text}");
            let host = around.replace(".”", "”").replace("{}", "http://evil.example");
            assert_eq!(observed(&host, &index), ["http://evil.example"], "{host}");
        }
        let cut: Vec<String> =
            matches(b"http://evil.example/a?b=1\xff\x80", &index).into_iter().map(|one| one.0).collect();
        assert_eq!(cut, ["http://evil.example/a?b=1"]);
        assert_eq!(observed("http://evil.example/a?b=1é http://evil.example/日本", &index), [""; 0]);
        assert_eq!(
            observed("“http://bad.example:80”", &index_of(&[(Kind::Domain, "bad.example")]).1),
            ["http://bad.example:80"]
        );
        assert_eq!(observed("http://evil。example/a?b=1”", &index), ["http://evil。example/a?b=1"]);
    }

    #[test]
    fn a_url_that_is_cut_is_counted() {
        let (_folder, index) = index_of(&[(Kind::Url, "evil.example.com/x")]);
        let long = format!("http://evil.example.com/{} x", "y".repeat(9000));
        let short = format!("http://evil.example.com/{} x", "y".repeat(8000));

        assert_eq!((passed_over(&long, &index), passed_over(&short, &index)), (1, 0));
    }

    #[test]
    fn a_line_has_one_budget_though_names_are_glued() {
        let (_folder, index) = index_of(&[(Kind::Url, "evil.example.com/x")]);
        let one = format!("http://evil.example.com/{} http://evil.example.com_b.com/ ", "y,".repeat(20));
        let line = one.repeat(2000);
        let lines = format!("{}\n", one.repeat(10)).repeat(100);

        assert!(passed_over(&line, &index) > 0);
        assert_eq!(passed_over(&lines, &index), 0);
    }

    #[test]
    fn an_address_loses_a_www_before_it() {
        let (_folder, index) = index_of(&[(Kind::Ipv4, "192.0.2.1"), (Kind::Domain, "www.evil.example")]);

        assert_eq!(observed("http://www.192.0.2.1/x", &index), ["http://www.192.0.2.1/x"]);
        assert_eq!(observed("http://u@www.evil.example/x", &index), ["http://u@www.evil.example/x"]);
        assert_eq!(observed("http://u@evil.example/x", &index), [""; 0]);
    }
}

mod disguise {
    use super::*;

    const INDICATORS: [(Kind, &str); 8] = [
        (Kind::Ipv4, "192.0.2.1"),
        (Kind::Ipv6, "2001:db8::1"),
        (Kind::Domain, "evil.example"),
        (Kind::Domain, "xn--mnchen-3ya.example"),
        (Kind::Url, "evil.example/a"),
        (Kind::Url, "sub.example/?a=1&b=2"),
        (Kind::Email, "mallory@mail.example"),
        (Kind::Md5, "d41d8cd98f00b204e9800998ecf8427e"),
    ];

    #[test]
    fn a_disguised_value_is_found_where_it_stands_and_its_disguise_is_told() {
        let (_folder, index) = index_of(&INDICATORS);
        for (text, observed, normal_form, obfuscation) in [
            ("hxxp://evil.example/a", "", "evil.example/a", "defanged"),
            ("x h**ps://evil.example/a", "h**ps://evil.example/a", "evil.example/a", "defanged"),
            ("at hXXp://evil[.]example/a now", "hXXp://evil[.]example/a", "evil.example/a", "defanged"),
            ("http[:]//evil(dot)example/a", "", "evil.example/a", "defanged"),
            ("http[://]evil[.]example/a", "", "evil.example/a", "defanged"),
            ("(evil[.]example)", "evil[.]example", "evil.example", "defanged"),
            ("192[.]0[.]2[.]1:443", "192[.]0[.]2[.]1", "192.0.2.1", "defanged"),
            ("2001[:]db8[:][:]1", "", "2001:db8::1", "defanged"),
            ("mallory[at]mail[.]example", "", "mallory@mail.example", "defanged"),
            (
                "from mallory [at] mail [dot] example,",
                "mallory [at] mail [dot] example",
                "mallory@mail.example",
                "defanged",
            ),
            ("evil%2Eexample", "", "evil.example", "percent-encoded"),
            ("q=http%3A%2F%2Fevil.example%2Fa&r", "http%3A%2F%2Fevil.example%2Fa", "evil.example/a", "percent-encoded"),
            ("http%253A%252F%252Fevil.example%252Fa", "", "evil.example/a", "percent-encoded"),
            ("http://evil%2Eexample/a", "", "evil.example/a", "percent-encoded"),
            (
                "http://a.example/?u=http%3A%2F%2Fevil.example%2Fa&x=1",
                "http%3A%2F%2Fevil.example%2Fa",
                "evil.example/a",
                "percent-encoded",
            ),
            ("m%C3%BCnchen.example", "", "xn--mnchen-3ya.example", "percent-encoded"),
            ("x%20evil.example", "evil.example", "evil.example", "percent-encoded"),
            ("user mallory%40mail.example", "mallory%40mail.example", "mallory@mail.example", "percent-encoded"),
            ("192%2E0%2E2%2E1", "", "192.0.2.1", "percent-encoded"),
            ("evil%u002eexample", "", "evil.example", "unicode-escaped"),
            ("evil\\x2eexample", "", "evil.example", "backslash-escaped"),
            ("evil\\056example", "", "evil.example", "backslash-escaped"),
            ("evil\\.example", "", "evil.example", "backslash-escaped"),
            ("{\"d\":\"evil\\u002eexample\"}", "evil\\u002eexample", "evil.example", "unicode-escaped"),
            ("evil\\\\u002eexample", "", "evil.example", "backslash-escaped, unicode-escaped"),
            ("\"line\\nevil.example\\nline\"", "evil.example", "evil.example", "backslash-escaped"),
            (
                "hash\\nd41d8cd98f00b204e9800998ecf8427e",
                "d41d8cd98f00b204e9800998ecf8427e",
                "d41d8cd98f00b204e9800998ecf8427e",
                "backslash-escaped",
            ),
            (
                "{\"u\":\"http://sub.example/?a=1\\u0026b=2\"}",
                "http://sub.example/?a=1\\u0026b=2",
                "sub.example/?a=1&b=2",
                "unicode-escaped",
            ),
            ("evil=2Eexample", "", "evil.example", "quoted-printable"),
            ("http=3A//evil.example/a", "", "evil.example/a", "quoted-printable"),
            ("see evil.exa=\r\nmple now", "evil.exa=\r\nmple", "evil.example", "quoted-printable"),
            ("evil&#46;example", "", "evil.example", "html entity"),
            ("evil&#x2e;example", "", "evil.example", "html entity"),
            ("evil&period;example", "", "evil.example", "html entity"),
            ("http&colon;&sol;&sol;evil.example&sol;a", "", "evil.example/a", "html entity"),
            ("http://sub.example/?a=1&amp;b=2", "", "sub.example/?a=1&b=2", "html entity"),
            (
                "&lt;http://sub.example/?a=1&amp;b=2&gt;",
                "http://sub.example/?a=1&amp;b=2",
                "sub.example/?a=1&b=2",
                "html entity",
            ),
            ("evil。example", "", "evil.example", "ideographic full stop"),
            ("http://3221225985/x", "", "192.0.2.1/x", "integer address"),
            ("http://u@0xC0000201:80/x", "", "192.0.2.1/x", "hex address"),
            ("http://0300.0.2.1/x", "", "192.0.2.1/x", "octal address"),
            ("http://192.513/x", "", "192.0.2.1/x", "short address"),
            ("src=3221225985 x", "3221225985", "192.0.2.1", "integer address"),
            ("{\"dst_ip\":3221225985}", "3221225985", "192.0.2.1", "integer address"),
            ("{\"srcAddr\": \"0xC0000201\"}", "0xC0000201", "192.0.2.1", "hex address"),
            ("ping 0xC0.0x00.0x02.0x01!", "0xC0.0x00.0x02.0x01", "192.0.2.1", "hex address"),
            ("ping 0300.0000.0002.0001", "0300.0000.0002.0001", "192.0.2.1", "octal address"),
            ("dst=192.513", "192.513", "192.0.2.1", "short address"),
            ("from ::ffff:c000:201 to", "::ffff:c000:201", "192.0.2.1", "ipv4 in ipv6"),
            ("64:ff9b::c000:201", "", "192.0.2.1", "ipv4 in ipv6"),
            ("http://[::ffff:c000:201]/", "", "[::ffff:192.0.2.1]", "ipv4 in ipv6"),
            ("hxxp://3221225985/x", "", "192.0.2.1/x", "defanged, integer address"),
        ] {
            let found = matches(text.as_bytes(), &index);

            let observed = if observed.is_empty() { text } else { observed };
            assert_eq!(found, [(observed.into(), normal_form.into(), obfuscation.into())], "{text}");
        }
    }

    #[test]
    fn what_stands_plainly_is_not_called_disguised_nor_found_twice() {
        let (_folder, index) = index_of(&INDICATORS);
        for (text, observed) in [
            ("http://evil.example/a%20b", "http://evil.example/a%20b"),
            ("http://evil.example/%61", "http://evil.example/%61"),
            ("http:\\/\\/evil.example\\/a", "http:\\/\\/evil.example\\/a"),
            ("evil.example%20", "evil.example"),
            ("\"evil.example\\n\"", "evil.example"),
            ("&lt;evil.example&gt;", "evil.example"),
            ("fe80::1%eth0 2001:db8::1%eth0", "2001:db8::1"),
            ("[2001:db8::1]:443", "2001:db8::1"),
            ("192.0.2.1:443", "192.0.2.1"),
            ("http://[2001:db8::1]:80/", "http://[2001:db8::1]:80/"),
        ] {
            let found = matches(text.as_bytes(), &index);

            let plainly = found.iter().map(|(observed, _, how)| (observed.as_str(), how.as_str())).collect::<Vec<_>>();
            assert_eq!(plainly, [(observed, "")], "{text}");
        }
    }

    #[test]
    fn what_only_looks_like_a_disguise_is_nothing() {
        let (_folder, index) = index_of(&INDICATORS);
        for text in [
            "id=3221225985 rt=3221225985 3221225985",
            "version 192.513 bytes=192.513",
            "addr=0x201 code=0xC0000201 0xC0000201",
            "http://a.example/?h=evil%2Eexample",
            "http://a.example/?q=x%20evil.example",
            "C:\\evil\\u002\\example",
            "evil dot example",
            "evil[]example evil[..]example",
            "=2Eexample x=2E",
            "evil. example",
            "::1 ::",
        ] {
            assert_eq!(matches(text.as_bytes(), &index), [], "{text}");
        }
    }

    #[test]
    fn a_soft_line_break_joins_one_event_and_never_two() {
        let (_folder, index) = index_of(&INDICATORS);
        let mut found = 0;

        match_text(b"a=evil.exa=\nmple", Reading::default(), &index, &mut AutoScratch::default(), &mut |_| found += 1);

        assert_eq!(found, 0);
    }

    #[test]
    fn neighbourhoods_that_are_read_together_stay_apart() {
        let (_folder, index) = index_of(&[(Kind::Domain, "evil.example"), (Kind::Domain, "one.evil.example")]);

        let text = "one%2E= evil[.]example\nhttp[:]//one.  evil%2Eexample ".repeat(2000);

        let found = matches(text.as_bytes(), &index);
        assert_eq!(found.len(), 4000);
        assert!(found.iter().all(|(_, normal_form, _)| normal_form == "evil.example"));
    }

    #[test]
    fn matches_come_in_ascending_order_plain_and_disguised() {
        let (_folder, index) = index_of(&INDICATORS);
        let text = b"evil[.]example 192.0.2.1 evil%2Eexample 2001:db8::1 192[.]0[.]2[.]1";
        let mut starts = Vec::new();

        match_text(text, Reading::default(), &index, &mut AutoScratch::default(), &mut |known| {
            starts.push(known.start)
        });

        assert_eq!(starts, [0, 15, 25, 40, 52]);
    }

    #[test]
    fn what_is_disguised_too_deeply_is_counted() {
        let (_folder, index) = index_of(&INDICATORS);
        let text = format!("evil%{}2Eexample", "25".repeat(5));
        let mut scratch = AutoScratch::default();

        match_text(text.as_bytes(), Reading::default(), &index, &mut scratch, &mut |_| {});

        assert_eq!(scratch.passed_over(), 1);
    }

    #[test]
    fn a_disguised_value_that_goes_on_beyond_what_is_read_around_it_is_counted() {
        let (_folder, index) = index_of(&INDICATORS);
        let (short, long) = ("a".repeat(1000), "a".repeat(20_000));

        assert_eq!(passed_over(&format!("evil[.]example/{short} x"), &index), 0);
        assert_eq!(passed_over(&format!("evil[.]example/{long} x"), &index), 1);
        assert_eq!(passed_over(&format!("{long}/evil[.]example x"), &index), 1);
    }

    #[test]
    fn base64_is_read_where_it_is_asked_for() {
        let (_folder, index) = index_of(&INDICATORS);
        let text = b"cmd=aHR0cDovL2V2aWwuZXhhbXBsZS9h -enc ZQB2AGkAbAAuAGUAeABhAG0AcABsAGUA";
        let mut told = Vec::new();

        let reading = Reading { base64: true, ..Reading::default() };
        match_text(text, reading, &index, &mut AutoScratch::default(), &mut |known| {
            told.push((known.start..known.end, known.obfuscation.to_string()));
        });

        assert_eq!(told, [(4..32, "base64".to_owned()), (38..70, "base64".to_owned())]);
        assert_eq!(matches(text, &index), []);
    }

    #[test]
    fn a_file_in_a_path_is_no_domain() {
        let (_folder, index) = index_of(&[(Kind::Domain, "update.zip")]);

        assert_eq!(observed("C:\\tools\\update.zip /tmp/update.zip", &index), [""; 0]);
        assert_eq!(observed("query update.zip http://update.zip/x", &index), ["update.zip", "http://update.zip/x"]);
    }
}

mod kinds {
    use super::*;

    #[test]
    fn a_pair_is_asked_as_a_pair_and_as_an_address() {
        let (_folder, index) =
            index_of(&[(Kind::IpPort, "192.0.2.1:443"), (Kind::Ipv4, "192.0.2.1"), (Kind::IpPort, "[2001:db8::1]:80")]);

        assert_eq!(observed("to 192.0.2.1:443,", &index), ["192.0.2.1", "192.0.2.1:443"]);
        assert_eq!(observed("to 192.0.2.1:4430", &index), ["192.0.2.1"]);
        assert_eq!(observed("to [2001:DB8::1]:80", &index), ["[2001:DB8::1]:80"]);
        assert_eq!(observed("to [2001:db8::1] or [2001:db8::1]", &index), [""; 0]);
        assert_eq!(observed("http://192.0.2.1:443/x", &index), ["http://192.0.2.1:443/x"; 1]);
        assert_eq!(observed("http://[2001:db8::1]:80/x", &index), ["http://[2001:db8::1]:80/x"]);
        assert_eq!(observed("192[.]0[.]2[.]1[:]443", &index), ["192[.]0[.]2[.]1", "192[.]0[.]2[.]1[:]443"]);
    }

    #[test]
    fn a_digest_of_each_length_is_found_and_longer_runs_are_not() {
        let digest = "0123456789abcdef".repeat(8);
        let (_folder, index) = index_of(&[(Kind::Sha512, &digest)]);

        assert_eq!(observed(&format!("SHA512={digest};"), &index), [digest.as_str()]);
        assert_eq!(observed(&format!("x={digest}0"), &index), [""; 0]);
    }
}
