from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from made_cybertrace import FEED, made_conf
from vedette.config.draft import Note
from vedette.config.settings import Configuration, Feed, Profile, Rule, Template
from vedette.config.shaping import shape
from vedette.config.yaml import parse_yaml
from vedette.cybertrace.loading import convert, load
from vedette.cybertrace.writing import relocated, to_yaml

TEXT = st.text(
    st.sampled_from("'\"#:%\\ \n\r\t\0\x7f\x85\u2028\ufeff-[]{}&*!|>é😀1") | st.characters(exclude_categories=["Cs"])
)


def read_back(text: str) -> object:
    return shape(parse_yaml(text.encode(), "v.yaml").data)


@given(TEXT, TEXT, st.lists(TEXT, max_size=3), TEXT)
def test_any_text_comes_back_byte_for_byte(regex: str, event: str, ignore: list[str], comment: str) -> None:
    configuration = Configuration(
        profiles={"default": Profile(ignore=tuple(ignore), rules={"true": Rule(type="url", regex=regex)})},
        templates={"null": Template(event=event)},
    )
    notes = [Note((), comment), Note(("templates", "null", "event"), comment), Note(("nowhere", "x"), comment)]

    assert read_back(to_yaml(configuration, notes, comment)) == configuration


def test_what_has_no_counterpart_becomes_a_comment_at_its_place(tmp_path: Path) -> None:
    conf = tmp_path / "kl_feed_service.conf"
    more = (
        '<SendEventFilters><Filter attribute="a" value="b"/></SendEventFilters><RetroScan enabled="true"/><New>x</New>'
    )
    conf.write_text(made_conf(feeds=FEED.replace("<Feed", '<Feed outdated_alert_period="60" odd="1"'), more=more))

    lines = to_yaml(*convert(conf)).splitlines()

    assert any(line.startswith('# <RetroScan enabled="true"/> -- ') for line in lines)
    assert any(line.startswith("# <New>x</New> -- ") for line in lines)
    at = lines.index("  a:")
    assert [line.partition(" -- ")[0] for line in lines[at - 2 : at]] == [
        "  # Feed[outdated_alert_period]: 60",
        "  # Feed[odd]: 1",
    ]
    assert lines[lines.index("outputs:") - 1].startswith("# <SendEventFilters><Filter")


def test_a_secret_is_not_copied_into_a_comment(tmp_path: Path) -> None:
    conf = tmp_path / "kl_feed_service.conf"
    conf.write_text(
        made_conf(more='<GUISettings><Password>hunter2</Password><L bind_password="hunter2"/></GUISettings>')
    )

    assert "hunter2" not in to_yaml(*convert(conf))
    assert "<Password>***</Password>" in to_yaml(*convert(conf))


def test_written_to_another_folder_the_feeds_are_still_found(tmp_path: Path) -> None:
    old, new = tmp_path / "old", tmp_path / "new"
    old.mkdir()
    new.mkdir()
    (old / "a.json").write_text("[]")
    (old / "kl.conf").write_text(made_conf(feeds=FEED))
    configuration, notes = convert(old / "kl.conf")

    (new / "vedette.yaml").write_text(to_yaml(relocated(configuration, old, new), notes))

    assert load(new / "vedette.yaml").anchored.feeds["a"].path == old / "a.json"


def test_a_feed_written_by_hand_reads_back() -> None:
    configuration = Configuration(
        feeds={"a.b-c": Feed(path=Path("x y"), tags=("1", "true", "~"), actionable={"a/b": "cs1"})}
    )

    assert read_back(to_yaml(configuration)) == configuration
