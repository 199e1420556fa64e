"""Feeds that are well-formed and of no sensible shape: a report or an error in words, never anything else."""

import json
from contextlib import suppress
from xml.sax.saxutils import quoteattr

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from feed_rows import read_text
from vedette.errors import FeedError

MEMBERS = st.sampled_from(
    [
        "Event",
        "response",
        "Attribute",
        "Object",
        "Tag",
        "Galaxy",
        "GalaxyCluster",
        "type",
        "value",
        "to_ids",
        "deleted",
        "info",
        "uuid",
        "name",
        "first_seen",
        "timestamp",
        "decay_score",
        "score",
        "decayed",
        "ShadowAttribute",
        "Orgc",
    ]
)
WORDS = st.sampled_from(
    [
        "md5",
        "domain|ip",
        "a|b",
        "ip-dst|port",
        "192.0.2.1|80",
        "a.example.com",
        "uri",
        "/x",
        "AND",
        "OR",
        "is",
        "",
        "o",
        "Equals",
        "contains",
        "FitsPattern",
        "192.0.2.1##comma##x",
        "X:FileObjectType",
        "X:URIObjectType",
        "FileItem/Md5sum",
        "DnsEntryItem/Host",
        "X:AddressObjectType",
        "X:EmailMessageObjectType",
        "NONE",
        "true",
        "1",
        "2026-01-02",
    ]
)
SCALARS = WORDS | st.none() | st.booleans() | st.integers() | st.floats()
VALUES = st.recursive(
    SCALARS, lambda within: st.lists(within, max_size=4) | st.dictionaries(MEMBERS, within, max_size=6), max_leaves=30
)

NAMES = st.sampled_from(
    [
        "Indicator",
        "IndicatorItem",
        "Context",
        "Content",
        "definition",
        "criteria",
        "metadata",
        "links",
        "link",
        "ioc",
        "Observable",
        "Object",
        "Properties",
        "Value",
        "Address_Value",
        "Hashes",
        "Hash",
        "Type",
        "Simple_Hash_Value",
        "Observable_Composition",
        "Composite_Indicator_Expression",
        "STIX_Header",
        "Handling",
        "Marking_Structure",
        "Event",
        "Header",
        "From",
        "Valid_Time_Position",
        "End_Time",
        "Confidence",
        "Indicated_TTP",
        "TTP",
        "Related_Objects",
        "ip",
    ]
)
ATTRIBUTES = st.dictionaries(
    st.sampled_from(
        ["id", "idref", "operator", "condition", "search", "negate", "xsi:type", "type", "category", "color"]
    )
    | st.sampled_from(["apply_condition", "delimiter", "rel"]),
    WORDS,
    max_size=3,
)


def element(name: str, attributes: dict[str, str], inside: list[str]) -> str:
    written = "".join(f" {key}={quoteattr(value)}" for key, value in attributes.items())
    return f"<{name}{written}>{''.join(inside)}</{name}>"


TREES = st.recursive(
    WORDS, lambda within: st.builds(element, NAMES, ATTRIBUTES, st.lists(within, max_size=4)), max_leaves=30
)


@settings(max_examples=200, deadline=None)
@given(st.fixed_dictionaries({"Event": VALUES}) | st.fixed_dictionaries({"response": VALUES}) | VALUES)
def test_json_of_any_shape_is_read_as_misp_or_turned_away_in_words(
    tmp_path_factory: pytest.TempPathFactory, value: object
) -> None:
    with suppress(FeedError):
        _, report = read_text(tmp_path_factory.mktemp("any"), json.dumps(value), format="misp", to_ids_only=False)
        assert report.indicators > 0


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(["ioc", "OpenIOC", "STIX_Package", "l"]), st.lists(TREES, max_size=5), st.booleans())
def test_xml_of_any_shape_is_read_or_turned_away_in_words(
    tmp_path_factory: pytest.TempPathFactory, root: str, inside: list[str], to_ids_only: bool
) -> None:
    text = f'<{root} xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">{"".join(inside)}</{root}>'

    with suppress(FeedError):
        _, report = read_text(tmp_path_factory.mktemp("any"), text, to_ids_only=to_ids_only)
        assert report.indicators > 0
