from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from made_cybertrace import FEED, RULES, made_conf
from vedette.config.checking import Checks
from vedette.config.loading import settle
from vedette.config.settings import Configuration
from vedette.cybertrace.converting import address_of, draft_of
from vedette.cybertrace.feeds import kind_of
from vedette.cybertrace.loading import check, convert, load
from vedette.cybertrace.sources import ours
from vedette.cybertrace.xml import parse_xml
from vedette.errors import ConfigurationError


@pytest.fixture
def conf(tmp_path: Path) -> Path:
    return tmp_path / "kl_feed_service.conf"


def converted(conf: Path, text: str) -> Configuration:
    conf.write_text(text)
    return convert(conf)[0]


def mistakes(conf: Path, text: str) -> list[tuple[int | None, str, str]]:
    conf.write_text(text)
    with pytest.raises(ConfigurationError) as raised:
        load(conf, checks=Checks(regex=lambda pattern, _: "unmatched (" if pattern == "(" else None))
    return [(one.line, one.key, one.message) for one in raised.value.mistakes]


def test_a_source_is_a_profile_told_by_peer_host_name_or_regex(conf: Path) -> None:
    default = f'<Source id="default">{RULES}</Source>'
    others = '<Source id="a" ip="192.0.2.1; 192.0.2.2"/><Source id="b" hostname="fw"/><Source id="c" regexp="x"/>'

    profiles = converted(conf, made_conf(sources=default + others)).profiles

    assert list(profiles) == ["default", "a", "b", "c"]
    assert profiles["a"].peers == ("192.0.2.1", "192.0.2.2")
    assert profiles["b"].hostnames == ("fw",)
    assert profiles["c"].event_regex == "x"


def test_a_rule_without_type_is_context_and_without_extract_takes_all(conf: Path) -> None:
    rule = converted(conf, made_conf(sources='<Source id="default"><A>x</A></Source>')).profiles["default"].rules["A"]

    assert (rule.type, rule.extract) == ("context", "all")


def test_a_regex_keeps_every_blank_but_the_line_breaks_around_it(conf: Path) -> None:
    written = "<A> x </A><B>\n  <![CDATA[ <y> ]]>\n  </B><C>\n  z \n  </C>"

    rules = converted(conf, made_conf(sources=f'<Source id="default">{written}</Source>')).profiles["default"].rules

    assert [rule.regex for rule in rules.values()] == [" x ", " <y> ", "z "]


def test_groups_are_joined_as_cybertrace_writes_it() -> None:
    assert ours(r"#1/#2\#3") == r"\1/\2#3"
    assert ours(r"\1/\2") == r"\1/\2"


@pytest.mark.parametrize(
    ("connection", "address"),
    [
        ("0.0.0.0:9999", "0.0.0.0:9999"),
        (" 127.0.0.1:9999 ", "127.0.0.1:9999"),
        ("::1:9999", "[::1]:9999"),
        ("[2001:db8::1]:9999", "[2001:db8::1]:9999"),
        (r"\\.\pipe\kl", None),
        ("/run/kl.sock", None),
        ("9999", None),
    ],
)
def test_a_connection_string_is_an_address_or_nothing(connection: str, address: str | None) -> None:
    assert address_of(connection) == address


@pytest.mark.parametrize(
    ("field", "matching", "rule_type", "kind"),
    [
        ("files/MD5", "exact", "", "md5"),
        ("sha256", "hash", "hash", "sha256"),
        ("mask", "url", "url", "url"),
        ("ip", "exact", "ip", "ip"),
        ("name", "exact", "domain", "domain"),
        ("name", "exact", "context", None),
        ("name", "exact", "", None),
    ],
)
def test_a_fields_kind_follows_its_name_its_matching_and_its_rule(
    field: str, matching: str, rule_type: str, kind: str | None
) -> None:
    assert kind_of(field, matching, rule_type) == kind


def test_names_of_single_hashes_mean_the_rule_for_any_hash(conf: Path) -> None:
    feed = '<Feed filename="a.json"><Field name="SHA1" matching_type="Hash" input_regexp_to_match="RE_SHA1"/></Feed>'

    fields = converted(conf, made_conf(feeds=feed)).feeds["a"].fields

    assert fields[0].rules == ("RE_HASH",)
    assert fields[0].kind == "sha1"


def test_an_actionable_field_keeps_its_name_unless_it_is_given_another(conf: Path) -> None:
    attributes = ['name="a" output="cs3"', 'name="b" output_name="cs4"', 'name="c"']
    fields = "".join(f"<ActionableField {one}/>" for one in attributes)
    feed = FEED.replace("</Feed>", f"<ActionableFields>{fields}</ActionableFields></Feed>")

    assert converted(conf, made_conf(feeds=feed)).feeds["a"].actionable == {"a": "cs3", "b": "cs4", "c": "c"}


@pytest.mark.parametrize(("minutes", "seconds"), [("30", 1800), ("0", 0), (" 1 ", 60)])
def test_the_update_frequency_is_how_often_feeds_are_looked_at(conf: Path, minutes: str, seconds: int) -> None:
    text = made_conf().replace("<Feeds>", f'<Feeds update_frequency="{minutes}">')

    assert converted(conf, text).feeds_check_s == seconds
    assert not [note for note in convert(conf)[1] if "update_frequency" in note.text]


def test_an_update_frequency_that_is_no_number_is_a_mistake_with_its_line(conf: Path) -> None:
    text = made_conf().replace("<Feeds>", '<Feeds update_frequency="daily">')

    assert mistakes(conf, text) == [(8, "feeds_check_s", "should be a number, not 'daily'")]


@pytest.mark.parametrize(("minutes", "days"), [("10080", 7.0), ("90", 0.0625), ("0", None)])
def test_an_indicators_lifetime_is_how_long_its_feeds_word_holds(conf: Path, minutes: str, days: float | None) -> None:
    feed = FEED.replace("<Feed", f'<Feed indicator_lifetime="{minutes}"')

    assert converted(conf, made_conf(feeds=feed)).feeds["a"].retention_days == days


def test_a_lifetime_that_is_no_number_is_a_mistake(conf: Path) -> None:
    (conf.parent / "a.json").write_text("[]")

    found = mistakes(conf, made_conf(feeds=FEED.replace("<Feed", '<Feed indicator_lifetime="soon"')))

    assert [(key, message) for _, key, message in found] == [
        ("feeds.a.retention_days", "should be a number, not 'soon'")
    ]


@pytest.mark.parametrize("place", ["", "feeds", "../feeds"])
def test_a_feeds_file_is_found_in_each_of_its_folders(tmp_path: Path, place: str) -> None:
    conf = tmp_path / "etc" / "kl_feed_service.conf"
    (conf.parent / place).mkdir(parents=True, exist_ok=True)
    conf.parent.mkdir(exist_ok=True)
    (conf.parent / place / "a.json").write_text("[]")
    conf.write_text(made_conf(feeds=FEED))

    assert load(conf).anchored.feeds["a"].path == (conf.parent / place / "a.json").resolve()


def test_a_feed_that_is_not_there_is_a_mistake_that_says_where_it_was_looked_for(conf: Path) -> None:
    [(line, key, message)] = mistakes(conf, made_conf(feeds=FEED))

    assert (line, key) == (8, "feeds.a.path")
    assert "looked for beside the configuration, in `feeds/` and in `../feeds/`" in message
    assert check(conf, settings=["feeds.a.enabled=false"]).mistakes == ()


def test_a_sound_output_sends_the_event_as_it_is_written_without_a_header_of_its_own(conf: Path) -> None:
    output = converted(conf, made_conf()).outputs["siem"].model_dump()

    assert (output["address"], output["protocol"], output["header"]) == ("127.0.0.1:9514", "tcp", False)


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        (made_conf(connection="/run/kl.sock"), 4, "pipes and sockets are not read"),
        (made_conf(connection="127.0.0.1:99999"), 4, "a port is at most 65535"),
        (made_conf(sources='<Source id="x"/>'), 5, "has no `default`"),
        (made_conf(sources="<Source/>"), 5, "`<Source>` has no `id`"),
        (made_conf(sources=f'<Source id="default">{RULES}{RULES}</Source>'), 5, "named `RE_HASH` stands twice"),
        (made_conf(sources='<Source id="default"><A type="URI">x</A></Source>'), 5, "did you mean `URL`?"),
        (made_conf(sources='<Source id="default"><A extract="some">x</A></Source>'), 5, "there are: all, first"),
        (made_conf(sources='<Source id="default"><A type="URL">(</A></Source>'), 5, "unmatched ("),
        (made_conf(sources='<Source id="default"><A type="URL"/></Source>'), 5, "is missing"),
        (made_conf(output="<EventFormat>x</EventFormat>"), 7, "has no `<ConnectionString>`"),
        (made_conf(output="<ConnectionString>a:1</ConnectionString>"), 7, "has no `<EventFormat>`"),
        (made_conf(feeds="<Feed/>"), 8, "`<Feed>` has no `filename`"),
        (made_conf(feeds='<Feed filename="a" enabled="false" confidence="101"/>'), 8, "less than or equal to 100"),
        (made_conf(feeds=FEED.replace("<Feed", '<Feed enabled="no"').replace("RE_IP", "RE_X")), 8, "named `RE_X`"),
        (made_conf(more="<retroScan/>"), 9, "`<retroScan>` should be `<RetroScan>`: names are case-sensitive"),
        (made_conf(more="<Domains><Domain/><Domain/></Domains>"), 9, "has 2 tenants"),
    ],
)
def test_a_broken_file_names_the_mistake_and_its_line(conf: Path, text: str, line: int, said: str) -> None:
    found = mistakes(conf, text)

    assert any(one[0] == line and said in one[2] for one in found), found


def test_all_mistakes_of_a_file_are_named_at_once(conf: Path) -> None:
    sources = '<Source id="x"><A type="URI">(</A></Source>'

    found = mistakes(conf, made_conf(connection="x", sources=sources, output="", feeds=FEED + "<Feed/>"))

    assert {line for line, _, _ in found} == {4, 5, 7, 8}
    assert len(found) >= 8


def test_a_single_tenants_settings_are_used(conf: Path) -> None:
    text = made_conf().replace("<InputSettings>", "<Domains><Domain name='a'><InputSettings>")
    text = text.replace("</OutputSettings>", "</OutputSettings></Domain></Domains>")

    assert "events" in converted(conf, text).inputs


@given(
    st.integers(0, 900), st.integers(0, 40), st.binary(max_size=8) | st.sampled_from([b"<a/>", b"'", b"[", b"\n<!--"])
)
def test_no_damage_to_a_sound_file_does_more_than_raise_a_configuration_error(at: int, cut: int, put: bytes) -> None:
    text = made_conf(feeds=FEED).encode()
    damaged = text[:at] + put + text[at + cut :]

    said = "no mistake"
    try:
        settle(draft_of(parse_xml(damaged, "kl.conf"), Path("kl.conf")), Path("kl.conf"))
    except ConfigurationError as error:
        said = str(error)

    assert all(line.startswith(("kl.conf", "no mistake")) for line in said.splitlines())
