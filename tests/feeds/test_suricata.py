"""Rules of Suricata and Snort."""

from pathlib import Path

import pytest

from feed_rows import read_text

OF_IPV6 = ["[2001:db8::1]:80", "[2001:db8::1]:443"]
MORE = "rules that ask for more than names, URLs or addresses"


def rule(options: str, source: str = "$HOME_NET any", target: str = "any any", action: str = "alert") -> str:
    return f'{action} ip {source} -> {target} (msg:"a (bad) one"; {options} sid:7; rev:2;)\n'


@pytest.mark.parametrize(
    ("options", "indicator"),
    [
        ('dns.query; content:"bad.example"; bsize:11;', ("domain", "bad.example", "host")),
        ('dns.query; content:"bad.example"; nocase;', ("domain", "bad.example", "host")),
        ('dns.query; dotprefix; content:".bad.example"; nocase; endswith;', ("domain", "bad.example", "subdomains")),
        ('tls.sni; content:"bad|2e|example"; fast_pattern;', ("domain", "bad.example", "host")),
        ('content:"bad.example"; http_host;', ("domain", "bad.example", "host")),
        ('http_header:field host; content:"bad.example",nocase;', ("domain", "bad.example", "host")),
        ('http.method; content:"GET"; http.host; content:"192.0.2.9";', ("ipv4", "192.0.2.9", None)),
        (
            'http.uri; content:"/a\\;b"; endswith; http.host; content:"bad.example";',
            ("url", "bad.example/a;b", "exact"),
        ),
        (
            'content:"/gate"; startswith; http_uri; content:"bad.example"; http_host;',
            ("url", "bad.example/gate*", "mask"),
        ),
        (f'tls.cert_fingerprint; content:"{":".join(["ab"] * 20)}";', ("sha1", "ab" * 20, None)),
    ],
)
def test_a_content_that_is_all_that_a_rule_asks_for_is_an_indicator(
    tmp_path: Path, options: str, indicator: tuple[str, str, str | None]
) -> None:
    collector, _ = read_text(tmp_path, rule(options), format="suricata")

    assert collector.values() == [indicator]


@pytest.mark.parametrize(
    ("source", "target", "values"),
    [
        ("192.0.2.1 any", "$HOME_NET any", ["192.0.2.1"]),
        ("$HOME_NET any", "192.0.2.1 443", ["192.0.2.1:443"]),
        (
            "$HOME_NET any",
            "[192.0.2.1, 2001:db8::1] [80,443]",
            ["192.0.2.1:80", "192.0.2.1:443", "[2001:db8::1]:80", "[2001:db8::1]:443"],
        ),
        ("[192.0.2.0/30,![192.0.2.1]] any", "any any", None),
        ("[192.0.2.0/30,!192.0.2.1] any", "any any", ["192.0.2.2/31", "192.0.2.0"]),
        ("[192.0.2.0/24,2001:db8::/32,!192.0.0.0/16] any", "any any", ["2001:db8::/32"]),
        ("192.0.2.0/24 80", "any any", None),
        ("192.0.2.1 1024:", "any any", None),
    ],
)
def test_addresses_of_the_header_are_indicators_less_what_is_taken_off(
    tmp_path: Path, source: str, target: str, values: list[str] | None
) -> None:
    text = rule("", source, target) + rule('dns.query; content:"bad.example";')

    collector, report = read_text(tmp_path, text, format="suricata")

    assert [value for _, value in collector.pairs()] == [*(values or []), "bad.example"]
    assert report.rejected == (values is None)


@pytest.mark.parametrize(
    ("text", "sort"),
    [
        (rule('http.host; content:"good.example"; pcre:"/x/";'), MORE),
        (rule('http.host; content:"good.example"; http.user_agent; content:"x";'), MORE),
        (rule('http.host; content:!"good.example";'), MORE),
        (rule('tls.sni; content:"good.example";', target="192.0.2.1 443"), MORE),
        (rule('content:"payload";'), MORE),
        (rule('http.host; content:".php";'), "rules with a part of a name"),
        (rule('http.host; content:"a.example"; http.uri; content:"x.php";'), "rules with a part of a URL"),
        (rule("flow:established;"), "rules that name nothing"),
        (rule('dns.query; content:"good.example";', action="pass"), "exceptions"),
        ("# " + rule('dns.query; content:"old.example";'), "disabled rules"),
        ("#" + rule('dns.query; content:"old.example";'), "disabled rules"),
        ("# a comment\n", "comments"),
    ],
)
def test_a_rule_none_of_whose_parts_is_bad_by_itself_is_left_out_by_its_sort(
    tmp_path: Path, text: str, sort: str
) -> None:
    collector, report = read_text(tmp_path, text + rule('dns.query; content:"bad.example";'), format="suricata")

    assert collector.pairs() == [("domain", "bad.example")]
    assert (dict(report.left_out), report.rejected) == ({sort: 1}, 0)


def test_what_a_rule_says_of_itself_is_context_and_its_class_the_category(tmp_path: Path) -> None:
    text = rule(
        'dns.query; content:"bad.example"; classtype:trojan-activity; reference:url,a.example; reference:cve,1;'
    )

    collector, report = read_text(tmp_path, text)

    assert (report.format, collector.categories()) == ("suricata", ["trojan-activity"])
    assert collector.contexts() == [
        {
            "action": "alert",
            "protocol": "ip",
            "msg": "a (bad) one",
            "classtype": "trojan-activity",
            "reference": ["url,a.example", "cve,1"],
            "sid": "7",
            "rev": "2",
        }
    ]


@pytest.mark.parametrize(
    "text",
    [
        "alert",
        "alert ip any any -> any any (sid:1",
        'alert ip a b -> c d (content:"x;)',
        "x ip any any -> any any (sid:1;)",
    ],
)
def test_what_is_no_rule_is_refused_alone(tmp_path: Path, text: str) -> None:
    collector, report = read_text(
        tmp_path, f'{text}\nalert ip any any -> any any (dns.query; \\\n  content:"bad.example";)\n', format="suricata"
    )

    assert collector.pairs() == [("domain", "bad.example")]
    assert [reject.place for reject in report.rejects] == [1]
