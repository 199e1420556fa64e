"""STIX objects as typed values, and what their vocabularies mean in our words."""

from typing import TYPE_CHECKING, Annotated, Any, Final, TypeAlias

import msgspec

from vedette.feeds.field_words import tlp_of
from vedette.indicators.kind import TLPS

if TYPE_CHECKING:
    from vedette.indicators.kind import Tlp

Word: TypeAlias = Annotated[str, msgspec.Meta(max_length=300)]
"""An id, a time, a type: many are held at a time, and a hostile document could make them up of any length."""

Words: TypeAlias = Annotated[tuple[Word, ...], msgspec.Meta(max_length=300)]
NOTHING: Final[Words] = ()

STANDARD_TLPS: Final[dict[str, "Tlp"]] = {
    # TLP 1, part of STIX 2.0 and 2.1.
    "marking-definition--613f2e26-407d-48c7-9eca-b8e91df99dc9": "clear",
    "marking-definition--34098fce-860f-48ae-8e50-ebd3cc5e41da": "green",
    "marking-definition--f88d31f6-486f-44da-b317-01333bde0b82": "amber",
    "marking-definition--5e57c739-391a-4eb3-b6be-7d15ca92d5ed": "red",
    # TLP 2.0, by OASIS' extension definition.
    "marking-definition--94868c89-83c2-464b-929b-a1a8aa3c8487": "clear",
    "marking-definition--bab4a63c-aed9-4cf5-a766-dfca5abac2bb": "green",
    "marking-definition--55d920b0-5e8b-4f79-9ee9-91f868d9b421": "amber",
    "marking-definition--939a9414-2ddd-4d32-a0cd-375ea402b003": "amber+strict",
    "marking-definition--e828b379-4e03-4974-9ac4-e53a884c97c1": "red",
}
"""The marking definitions that have one id everywhere, whether or not a bundle holds them."""


OBSERVED: Final = frozenset(
    {
        "artifact",
        "autonomous-system",
        "directory",
        "domain-name",
        "email-addr",
        "email-message",
        "file",
        "ipv4-addr",
        "ipv6-addr",
        "mac-addr",
        "mutex",
        "network-traffic",
        "observed-data",
        "process",
        "software",
        "url",
        "user-account",
        "windows-registry-key",
        "x509-certificate",
    }
)
"""Types of what was seen, which does not make it bad."""


class KillChainPhase(msgspec.Struct, frozen=True, gc=False):
    """One step of an attack, by the name of its model and its own."""

    kill_chain_name: Word = ""
    phase_name: Word = ""


class GranularMarking(msgspec.Struct, frozen=True, gc=False):
    """A marking of parts of an object."""

    marking_ref: Word = ""


class StixObject(msgspec.Struct, frozen=True, gc=False):
    """What is read of an object of any type; all else is passed over."""

    type: Word = ""
    id: Word = ""
    name: str | None = None
    modified: Word = ""
    revoked: bool = False
    created_by_ref: Word | None = None
    object_marking_refs: Words = NOTHING
    granular_markings: Annotated[tuple[GranularMarking, ...], msgspec.Meta(max_length=300)] = ()
    # Of indicators.
    pattern: str | None = None
    pattern_type: Word = "stix"
    valid_from: Word = ""
    valid_until: Word | None = None
    confidence: int | float | None = None
    labels: Words = NOTHING
    indicator_types: Words = NOTHING
    kill_chain_phases: Annotated[tuple[KillChainPhase, ...], msgspec.Meta(max_length=300)] = ()
    # Of marking definitions.
    definition: msgspec.Raw = msgspec.Raw()
    extensions: msgspec.Raw = msgspec.Raw()


class Heading(msgspec.Struct, frozen=True, gc=False):
    """What is asked of an object at first sight, to be fast: the fields that say what it is and what it joins."""

    type: Word = ""
    id: Word = ""
    modified: Word = ""
    revoked: bool = False
    name: str | None = None
    relationship_type: Word = ""
    source_ref: Word = ""
    target_ref: Word = ""


DECODER: Final = msgspec.json.Decoder(StixObject)
HEADINGS: Final = msgspec.json.Decoder(Heading)


class _Definition(msgspec.Struct):
    tlp: str | None = None
    statement: str | None = None


class _Extension(msgspec.Struct):
    tlp_2_0: str | None = None


def tlp_marked(marking: StixObject) -> "Tlp | None":
    """The TLP that a marking definition stands for: by its own words, by the extension of TLP 2.0, by its name."""
    words = [_definition(marking).tlp, *_extensions(marking), marking.name]
    for word in words:
        known = tlp_of(word) if word else None
        if known in TLPS:
            return known
    return None


def statement_of(marking: StixObject) -> str | None:
    """What a marking definition says in words, or else its name."""
    return _definition(marking).statement or marking.name


def _definition(marking: StixObject) -> _Definition:
    return _decoded(marking.definition, _Definition) or _Definition()


def _extensions(marking: StixObject) -> list[str | None]:
    held = _decoded(marking.extensions, dict[str, _Extension]) or {}
    return [extension.tlp_2_0 for extension in held.values()]


def _decoded(raw: msgspec.Raw, of: Any) -> Any:
    try:
        return msgspec.json.decode(raw, type=of) if bytes(raw) else None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None


def strictest(tlps: "set[Tlp]") -> "Tlp | None":
    """The one that allows the least."""
    return max(tlps, key=TLPS.index, default=None)


def category_of(indicator: StixObject) -> str | None:
    """The first of its types: 2.0 has them among the labels."""
    return next(iter(indicator.indicator_types or indicator.labels), None)


def tags_of(indicator: StixObject) -> tuple[str, ...]:
    """Labels, types, and the phases of kill chains as `mitre-attack:initial-access`."""
    steps = (f"{phase.kill_chain_name}:{phase.phase_name}" for phase in indicator.kill_chain_phases)
    tags = (*indicator.labels, *indicator.indicator_types, *steps)
    return tuple(dict.fromkeys(tag.strip() for tag in tags if tag.strip(": ")))


def is_benign(indicator: StixObject) -> bool:
    """Whether it says of nothing but what is harmless."""
    return set(indicator.indicator_types or indicator.labels) == {"benign"}


def confidence_of(indicator: StixObject) -> int | None:
    """0 to 100; None where it is not said, or is none."""
    said = indicator.confidence
    return None if said is None or not 0 <= said <= 100 else round(said)
