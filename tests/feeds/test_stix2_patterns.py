"""STIX patterns: what of them is an indicator, what only narrows one, and what means something only as a whole."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vedette.feeds.formats.stix2_grammar import parsed
from vedette.feeds.formats.stix2_meaning import AllOf, AnyOf, Comparison, Joined, Part, Qualified, meaning_of
from vedette.feeds.formats.stix2_pattern import LONGEST_PATTERN, read_pattern, simple_part, simple_reading

MD5, OTHER_MD5, SHA256 = "0" * 32, "1" * 32, "2" * 64
DST = "network-traffic:dst_ref.value = '192.0.2.1'"


def found(pattern: str) -> list[tuple[str, str, str | None]]:
    """What a pattern gives, all of it."""
    reading = read_pattern(pattern)
    assert not reading.left
    return [(one.kind, one.value, one.scope) for one in reading.found]


@pytest.mark.parametrize(
    ("pattern", "kind", "value"),
    [
        ("[ipv4-addr:value = '192.0.2.1']", "ip", "192.0.2.1"),
        ("[ipv4-addr:value = '192.0.2.0/24']", "ip", "192.0.2.0/24"),
        ("[ipv6-addr:value='2001:db8::1']", "ip", "2001:db8::1"),
        ("[ipv4-addr:value ISSUBSET '198.51.100.0/24']", "ip", "198.51.100.0/24"),
        ("[domain-name:value = 'evil.example']", "domain", "evil.example"),
        ("[domain-name:value LIKE 'evil.example']", "domain", "evil.example"),
        ("[url:value = 'http://evil.example/a']", "url", "http://evil.example/a"),
        (r"[url:value = 'http://evil.example/it\'s\\']", "url", r"http://evil.example/it's\\"[:-1]),
        ("[email-addr:value = 'a@evil.example']", "email", "a@evil.example"),
        ("[email-message:from_ref.value = 'a@evil.example']", "email", "a@evil.example"),
        ("[email-message:sender_ref.value = 'a@evil.example']", "email", "a@evil.example"),
        (f"[file:hashes.MD5 = '{MD5}']", "md5", MD5),
        (f"[file:hashes.'MD5' = '{MD5}']", "md5", MD5),
        (f"[file:hashes.md5 = '{MD5}']", "md5", MD5),
        (f"[file:hashes.'SHA-256' = '{SHA256}']", "sha256", SHA256),
        (f"[file:hashes.SHA-256 = '{SHA256}']", "sha256", SHA256),
        (f"[file:hashes.SHA256 = '{SHA256}']", "sha256", SHA256),
        (f"[file:hashes.sha256='{SHA256}']", "sha256", SHA256),
        (f"[file:hashes.'SHA-1' = '{'3' * 40}']", "sha1", "3" * 40),
        (f"[file:hashes.'SHA-512' = '{'4' * 128}']", "sha512", "4" * 128),
        (f"[process:image_ref.hashes.'SHA-256' = '{SHA256}']", "sha256", SHA256),
        (f"  [ file:hashes.MD5\n=\t'{MD5}' ]\r\n", "md5", MD5),
        ("[network-traffic:dst_ref.value = 'evil.example']", "domain", "evil.example"),
        (f"[{DST}]", "ip", "192.0.2.1"),
        ("[network-traffic:src_ref.value = '192.0.2.1']", "ip", "192.0.2.1"),
        (f"[{DST} AND network-traffic:dst_port = 443]", "ip_port", "192.0.2.1:443"),
        (
            f"[network-traffic:dst_ref.type = 'ipv4-addr' AND {DST} AND network-traffic:dst_port = 443]",
            "ip_port",
            "192.0.2.1:443",
        ),
        (
            "[network-traffic:dst_port = 443 AND network-traffic:dst_ref.value = '2001:db8::1']",
            "ip_port",
            "[2001:db8::1]:443",
        ),
        ("[ipv4-addr:value = '192.0.2.1'] WITHIN 5 SECONDS", "ip", "192.0.2.1"),
    ],
)
def test_a_single_comparison_is_an_indicator(pattern: str, kind: str, value: str) -> None:
    assert found(pattern) == [(kind, value, None)]


@pytest.mark.parametrize(
    "pattern",
    [
        "[domain-name:value IN ('a.example', 'b.example')]",
        "[domain-name:value = 'a.example' OR domain-name:value = 'b.example']",
        "[(domain-name:value = 'a.example' OR domain-name:value = 'b.example')]",
        "[domain-name:value = 'a.example'] OR [domain-name:value = 'b.example']",
        "([domain-name:value = 'a.example'] OR [domain-name:value = 'b.example']) WITHIN 1 SECONDS",
        "[domain-name:value = 'a.example'] /* or */ OR [domain-name:value = 'b.example']",
    ],
)
def test_each_of_several_that_are_enough_is_an_indicator(pattern: str) -> None:
    assert found(pattern) == [("domain", "a.example", None), ("domain", "b.example", None)]


def test_like_is_a_mask_or_a_name_with_all_below_it_where_that_is_exactly_the_same() -> None:
    below = "[domain-name:value = 'evil.example' OR domain-name:value LIKE '%.evil.example']"

    assert found("[url:value LIKE 'http://evil.example/a/%']") == [("url", "http://evil.example/a/*", "mask")]
    assert found(below) == [("domain", "evil.example", "subdomains")]


@pytest.mark.parametrize(
    "comparison",
    [
        "domain-name:value LIKE '%.evil.example'",
        "domain-name:value LIKE '%evil.example'",
        "url:value LIKE 'http://evil.example%'",
        "url:value LIKE '%/gate.php'",
        "url:value LIKE 'http://evil.example/a_b/%'",
        "url:value LIKE 'http://evil.example/%/b'",
        "url:value LIKE 'http://evil.example/*/%'",
        "ipv4-addr:value LIKE '192.0.2.%'",
        "domain-name:value MATCHES '^evil[0-9]+\\\\.example$'",
        "ipv4-addr:value != '192.0.2.1'",
        "ipv4-addr:value NOT = '192.0.2.1'",
        "ipv4-addr:value NOT IN ('192.0.2.1')",
        "ipv4-addr:value ISSUPERSET '192.0.2.1/32'",
        "network-traffic:dst_ref.value = '00:00:5e:00:53:01'",
        "network-traffic:dst_port = 443",
        "email-message:to_refs[*].value = 'victim@example.com'",
        "file:name = 'evil.exe'",
        "file:size > 5",
        "file:hashes.SSDEEP = '3:AXGBicFlgVNhBGcL6wCrFQEv:AXGHsNhxLsr2C'",
        "x509-certificate:hashes.'SHA-1' = 'aa'",
        "mutex:name = 'evil'",
        "EXISTS file:name",
        f"file:hashes.MD5 = h'{MD5}'",
        "url:value = true",
        "artifact:payload_bin = b'AAAA'",
    ],
)
def test_what_is_no_indicator_of_ours_is_told_and_never_guessed(comparison: str) -> None:
    reading = read_pattern(f"[{comparison}]")

    assert reading.found == ()
    assert len(reading.left) == 1
    assert reading.left[0] in {comparison, f"{comparison[:80]}…", "a port on its own: 443"}


@pytest.mark.parametrize(
    ("pattern", "kept", "left"),
    [
        (f"[file:hashes.MD5 = '{MD5}' AND file:name = 'a.exe']", [MD5], ["file:name = 'a.exe'"]),
        (f"[file:hashes.MD5 = '{MD5}' AND file:hashes.'SHA-256' = '{SHA256}']", [MD5, SHA256], []),
        (
            f"[file:name = 'a' AND (file:hashes.MD5 = '{MD5}' OR file:hashes.MD5 = '{OTHER_MD5}')]",
            [MD5, OTHER_MD5],
            ["file:name = 'a'"],
        ),
        (
            "[domain-name:value = 'evil.example' AND domain-name:resolves_to_refs[*].value = '192.0.2.1']",
            ["evil.example"],
            ["domain-name:resolves_to_refs[*].value = '192.0.2.1'"],
        ),
        (
            f"[{DST} AND network-traffic:dst_port = 443 AND network-traffic:protocols[*] = 'tcp']",
            ["192.0.2.1:443"],
            ["network-traffic:protocols[*] = 'tcp'"],
        ),
        ("[ipv4-addr:value = '192.0.2.1'] REPEATS 5 TIMES", ["192.0.2.1"], ["REPEATS 5 TIMES"]),
        (
            "[ipv4-addr:value = '192.0.2.1'] REPEATS 5 TIMES WITHIN 1800 SECONDS",
            ["192.0.2.1"],
            ["REPEATS 5 TIMES", "WITHIN 1800 SECONDS"],
        ),
        (
            "[ipv4-addr:value = '192.0.2.1'] OR ([url:value = 'http://a.example/'] AND [file:name = 'a'])",
            ["192.0.2.1"],
            ["[url:value = 'http://a.example/'] AND [file:name = 'a']"],
        ),
    ],
)
def test_a_condition_beside_an_indicator_is_told(pattern: str, kept: list[str], left: list[str]) -> None:
    reading = read_pattern(pattern)

    assert [one.value for one in reading.found] == kept
    assert list(reading.left) == left


@pytest.mark.parametrize(
    "pattern",
    [
        "[ipv4-addr:value = '192.0.2.1' AND ipv4-addr:value = '192.0.2.2']",
        f"[{DST} AND network-traffic:src_ref.value = '192.0.2.2']",
        f"[file:hashes.MD5 = '{MD5}' AND file:hashes.MD5 = '{OTHER_MD5}']",
        "[email-message:from_ref.value = 'pay@example.com' AND email-message:subject = 'Invoice']",
        "[url:value = 'http://a.example/' AND file:name = 'a']",
        f"[file:hashes.MD5 = '{MD5}'] AND [file:hashes.MD5 = '{OTHER_MD5}']",
        f"[file:hashes.MD5 = '{MD5}'] FOLLOWEDBY [ipv4-addr:value = '192.0.2.1']",
        "([ipv4-addr:value = '192.0.2.1'] AND [ipv4-addr:value = '192.0.2.2']) WITHIN 300 SECONDS",
        "[ipv4-addr:value = '192.0.2.1'] START t'2016-06-01T00:00:00Z' STOP t'2016-07-01T00:00:00Z'",
    ],
)
def test_what_means_something_only_together_is_not_taken_apart(pattern: str) -> None:
    reading = read_pattern(pattern)

    assert reading.found == ()
    assert reading.left


@pytest.mark.parametrize(
    "pattern", ["", "evil.example", "[]", "[url:value = 'a' OR]", "[url:value = 'a'", "[url:value = 'a']]", "[a = 'b']"]
)
def test_what_is_no_pattern_says_so(pattern: str) -> None:
    with pytest.raises(ValueError, match="no STIX pattern"):
        read_pattern(pattern)


def test_hostile_patterns_cost_little() -> None:
    deep = "[" + "(" * 5000 + "url:value = 'a'" + ")" * 5000 + "]"
    long = "[" + " OR ".join(["url:value NOT = 'a'"] * LONGEST_PATTERN) + "]"
    simple = "[" + " OR ".join(["url:value = 'http://a.example/'"] * 20_000) + "]"
    open_ended = "[url:value = '" + "\\\\" * 1_000_000
    started = time.process_time()

    for pattern, reason in ((deep, "nested too deep"), (long, "more than"), (open_ended, "more than")):
        with pytest.raises(ValueError, match=reason):
            read_pattern(pattern)

    assert len(read_pattern(simple).found) == 1
    assert time.process_time() - started < 30


names = st.sampled_from(
    [
        "ipv4-addr:value",
        "domain-name:value",
        "url:value",
        "file:name",
        "file:hashes.MD5",
        "file:hashes.'SHA-256'",
        "file:hashes.sha1",
        "network-traffic:dst_ref.value",
        "network-traffic:protocols[*]",
        "email-message:to_refs[0].value",
        "x-own:'a key'.b",
    ]
)
words = st.text(st.characters(codec="utf-8", exclude_characters="\r\n"), max_size=12)
texts = st.one_of(words, st.sampled_from(["192.0.2.1", "evil.example", MD5, "a' OR 'b", "%.a.example", "\\'"])).map(
    lambda text: "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"
)
blank = st.sampled_from(["", " ", "  ", "\n"])
wide = st.sampled_from([" ", "\t ", "\r\n"])
comparisons = st.one_of(
    st.builds(lambda path, left, right, text: f"{path}{left}={right}{text}", names, blank, blank, texts),
    st.builds(
        lambda path, left, many: f"{path}{left}IN ({', '.join(many)})",
        names,
        wide,
        st.lists(texts, min_size=1, max_size=3),
    ),
    st.builds(
        lambda path, word, text: f"{path} {word} {text}",
        names,
        st.sampled_from(["LIKE", "ISSUBSET", "ISSUPERSET", "MATCHES"]),
        texts,
    ),
    st.builds(lambda number: f"network-traffic:dst_port = {number}", st.integers(0, 70000)),
)
observations = st.builds(
    lambda many, word, before, after: f"[{before}" + f" {word} ".join(many) + f"{after}]",
    st.lists(comparisons, min_size=1, max_size=4),
    st.sampled_from(["OR", "AND"]),
    blank,
    blank,
)
patterns = st.lists(observations, min_size=1, max_size=3).map(" OR ".join)


def bare(part: Part) -> Part:
    """A part whose texts say nothing of blanks, as the two readers may keep them otherwise."""
    match part:
        case Comparison():
            return part._replace(text="")
        case AnyOf(parts):
            return AnyOf(tuple(map(bare, parts)))
        case AllOf(parts):
            return AllOf(tuple(map(bare, parts)))
        case Qualified(inner, qualifier):
            return Qualified(bare(inner), qualifier)
        case Joined():
            return part


@given(patterns)
@settings(deadline=None, max_examples=150)
def test_simple_patterns_are_read_as_the_grammar_reads_them(pattern: str) -> None:
    fast = simple_part(pattern)

    assert fast is not None
    assert bare(fast) == bare(parsed(pattern))
    assert meaning_of(fast) == meaning_of(parsed(pattern))


@given(names, st.one_of(words, st.sampled_from(["192.0.2.1", MD5])), blank)
@settings(deadline=None, max_examples=150)
def test_the_shortest_way_reads_as_the_grammar_does(path: str, text: str, between: str) -> None:
    quoted = text.replace("\\", "\\\\").replace("'", "\\'")
    pattern = f"[{path}{between}={between}'{quoted}']"

    told = simple_reading(pattern)

    if told is not None:
        reading = meaning_of(parsed(pattern))
        assert [(one.kind, one.value, one.scope) for one in reading.found] == [(*told, None)]


@given(
    st.lists(st.sampled_from(list("[]()='\\ :.-%")) | names | st.sampled_from(["OR", "AND", "IN", "1"])).map("".join)
)
@settings(deadline=None, max_examples=300)
def test_what_the_fast_way_takes_the_grammar_takes_too(pattern: str) -> None:
    fast = simple_part(pattern)

    if fast is not None:
        assert bare(fast) == bare(parsed(pattern))
