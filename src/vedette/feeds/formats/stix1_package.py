"""A STIX 1.x package as it is read: observables that indicators refer to, and what indicators say."""

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final, get_args

from vedette.feeds.field_words import confidence_of, tlp_of
from vedette.feeds.formats.and_or import Condition, Tree
from vedette.feeds.formats.cybox import conditions_of
from vedette.feeds.formats.tree_indicators import About
from vedette.feeds.formats.xml_stream import Node
from vedette.feeds.times import as_datetime
from vedette.indicators.kind import Tlp

if TYPE_CHECKING:
    from vedette.feeds.rejects import Refuse

MOST_HELD = 300_000
"""Elements and attributes of observables, and of indicators that wait for theirs."""

MOST_FOLLOWED = 3_000_000
"""Elements, attributes and, each for one of these, ten characters that references of a document lead to in all."""

CONFIDENCES: Final = {"high": 85, "medium": 50, "low": 15, "none": 0}
"""The numbers that STIX 2.1 gives to the words of the earlier version."""

_LONGEST = 1024
_MOST = 50
_STRICTER: Final = {tlp: rank for rank, tlp in enumerate(get_args(Tlp))}


class UnknownReferenceError(LookupError):
    """A reference to an observable that the package does not have, or has not had yet, or that leads too far."""


class Package:
    """What was read of a package so far.

    Attributes:
        number: Of the branch that was given last, for rejects.
    """

    def __init__(self, refuse: "Refuse") -> None:
        self.number = 0
        self._refuse = refuse
        self._observables: dict[str, Node] = {}
        self._unnamed: list[Node] = []
        self._waiting: list[tuple[Node, Tlp | None]] = []
        self._used: set[str] = set()
        self._held = 0
        self._followed = 0
        self._tlp: Tlp | None = None

    def taken(self, node: Node) -> Iterator[tuple[Tree, About]]:
        """What a header, an observable or an indicator gives at once."""
        if node.name == "STIX_Header":
            self._tlp = _tlp(node.first("Handling"))
        elif node.attributes.get("idref") and not node.children:
            return
        elif node.name == "Observable":
            self._hold(node)
        else:
            yield from self._of_indicator(node, self._tlp, last=False)

    def rest(self, *, with_observables: bool) -> Iterator[tuple[Tree, About]]:
        """What waited for the end of the package: references to what came later, and observables of no indicator."""
        for node, tlp in self._waiting:
            yield from self._of_indicator(node, tlp, last=True)
        others = [node for name, node in self._observables.items() if name not in self._used] + self._unnamed
        if others and not with_observables:
            self._refuse.leave_out(
                "observables that no indicator refers to (`to_ids_only: false` takes them)", len(others)
            )
            return
        for node in others:
            try:
                yield self._of_observable(node, ()), About({"observable": _named(node)}, tlp=self._tlp)
            except UnknownReferenceError as fault:
                self._refuse(self.number + 1, str(fault))

    def _makes_room(self, node: Node) -> bool:
        self._held += node.size()
        if self._held <= MOST_HELD:
            return True
        self._held -= node.size()
        why = f"more than {MOST_HELD:,} elements of observables, and of indicators that wait for theirs, in one package"
        self._refuse(self.number + 1, f"{node.attributes.get('id', 'without an id')[:200]}: {why}")
        return False

    def _hold(self, node: Node) -> None:
        if not self._makes_room(node):
            return
        if name := node.attributes.get("id"):
            self._observables[name] = node
        else:
            self._unnamed.append(node)

    def _of_indicator(self, node: Node, tlp: Tlp | None, *, last: bool) -> Iterator[tuple[Tree, About]]:
        if _is_negated(node):
            self._refuse.leave_out("negated indicators")
            return
        try:
            tree = self._expression(node)
        except UnknownReferenceError as fault:
            if last:
                self._refuse(self.number + 1, str(fault))
            elif self._makes_room(node):
                self._waiting.append((node, tlp))
            return
        if not tree.members:
            self._refuse.leave_out("indicators without observables")
            return
        yield tree, _about(node, tlp)

    def _expression(self, node: Node) -> Tree:
        """An indicator's observables, any of which will do, and its composite expression."""
        members: list[Condition | Tree] = [self._of_observable(one, ()) for one in node.all("Observable")]
        for composite in node.all("Composite_Indicator_Expression"):
            within = [self._within(one) for one in composite.all("Indicator")]
            members.append(Tree(_operator(composite), node.attributes.get("id", ""), within))
        return Tree("OR", node.attributes.get("id", ""), members)

    def _within(self, node: Node) -> "Condition | Tree":
        if node.attributes.get("idref"):
            # What it refers to is an indicator of the package for itself.
            return Condition({"idref": node.attributes["idref"]}, why_none="references to other indicators")
        if _is_negated(node):
            return Condition(_named(node), why_none="negated conditions")
        return self._expression(node)

    def _of_observable(self, node: Node, around: tuple[str, ...]) -> Tree:
        name = node.attributes.get("id", "")
        if _is_negated(node):
            return Tree("OR", name, [Condition(_named(node), why_none="negated conditions")])
        if reference := node.attributes.get("idref"):
            return self._referred(reference, around)
        members: list[Condition | Tree] = []
        for child in node.children:
            if child.name == "Object":
                members.append(conditions_of(child))
                if related := sum(len(holder.children) for holder in child.all("Related_Objects")):
                    self._refuse.leave_out("related objects", related)
            elif child.name == "Observable_Composition":
                within: list[Condition | Tree] = [self._of_observable(one, around) for one in child.all("Observable")]
                members.append(Tree(_operator(child), name, within))
            elif child.name == "Event":
                members.append(Condition(_named(node), why_none="events"))
        if not members:
            members.append(Condition(_named(node), why_none="observables without an object"))
        return Tree("OR", name, members)

    def _referred(self, reference: str, around: tuple[str, ...]) -> Tree:
        node = self._observables.get(reference)
        if node is None:
            raise UnknownReferenceError(f"the package has no observable {reference[:200]}")
        if reference in around or len(around) == _MOST:
            raise UnknownReferenceError(f"the observable {reference[:200]} refers to itself")
        self._followed += node.size() + node.characters() // 10
        if self._followed > MOST_FOLLOWED:
            raise UnknownReferenceError(f"the observable {reference[:200]}: references lead to more than is followed")
        self._used.add(reference)
        return self._of_observable(node, (*around, reference))


def _operator(node: Node) -> Any:
    return "AND" if node.attributes.get("operator", "AND").upper() == "AND" else "OR"


def _is_negated(node: Node) -> bool:
    return node.attributes.get("negate", "").lower() in {"true", "1"}


def _named(node: Node) -> dict[str, Any]:
    return {"id": node.attributes.get("id", "")[:255]}


def _about(node: Node, tlp: Tlp | None) -> About:
    types = tuple(dict.fromkeys(type_.text.strip()[:255] for type_ in node.all("Type") if type_.text.strip()))[:_MOST]
    said: dict[str, Any] = {key: node.attributes[key][:255] for key in ("id", "timestamp") if key in node.attributes}
    texts = {"title": ("Title",), "description": ("Description",), "producer": ("Producer", "Identity", "Name")}
    said |= {key: text[:_LONGEST] for key, path in texts.items() if (text := node.text_at(*path))}
    if types:
        said["types"] = types
    if ttps := [_ttp(holder) for holder in node.all("Indicated_TTP")][:_MOST]:
        said["ttps"] = [ttp for ttp in ttps if ttp]
    if phases := [phase.attributes for phase in node.below("Kill_Chain_Phase")][:_MOST]:
        said["kill_chain_phases"] = [str(phase.get("name") or phase.get("phase_id", ""))[:255] for phase in phases]
    return About(
        {"indicator": said},
        category=types[0] if types else None,
        tags=types[1:],
        tlp=_tlp(node.first("Handling")) or tlp,
        confidence=_confidence(node.text_at("Confidence", "Value")),
        valid_until=_valid_until(node),
    )


def _ttp(holder: Node) -> str:
    ttp = holder.first("TTP")
    return (ttp.text_at("Title") or ttp.attributes.get("idref", ""))[:255] if ttp is not None else ""


def _confidence(text: str) -> int | None:
    return CONFIDENCES[text.lower()] if text.lower() in CONFIDENCES else confidence_of(text)


def _valid_until(node: Node) -> datetime | None:
    """The latest end of its times; none where one of them has no end."""
    ends = [as_datetime(time.text_at("End_Time")) for time in node.all("Valid_Time_Position")]
    whole = [end for end in ends if end is not None]
    return max(whole) if whole and len(whole) == len(ends) else None


def _tlp(handling: Node | None) -> Tlp | None:
    """The strictest colour of its markings."""
    if handling is None:
        return None
    structures = list(handling.below("Marking_Structure"))
    marked = [*structures, *(mark for structure in structures for mark in structure.below("TLPMarking"))]
    found = [tlp for mark in marked if (tlp := tlp_of(mark.attributes.get("color", "")))]
    return max(found, key=_STRICTER.__getitem__, default=None)  # type: ignore[arg-type]
