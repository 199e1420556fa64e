"""OpenIOC 1.0 and 1.1: trees of conditions, of which those that come down to a value of ours are indicators."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import msgspec

from vedette.feeds.field_words import tlp_of
from vedette.feeds.formats.and_or import MOST_BESIDE, Branch, Condition, Tree, branches
from vedette.feeds.formats.format import RecordFormat
from vedette.feeds.formats.openioc_terms import condition_of
from vedette.feeds.formats.xml_stream import Node, Path, xml_records
from vedette.feeds.rejects import LeftOut
from vedette.indicators.indicator import Indicator
from vedette.indicators.kind import scopes_of

if TYPE_CHECKING:
    from vedette.feeds.document import Document
    from vedette.feeds.rejects import Refuse
    from vedette.indicators.kind import Tlp

ROOTS = ("ioc", "OpenIOC")
PARTLY_USED = "partly-used"
"""The tag of an indicator that stands for an AND tree of which it is one condition."""

_LONGEST = 1024
_MOST_LINKS = 50


@dataclass(frozen=True, slots=True)
class Ioc:
    """What a document says about all that is in it."""

    said: dict[str, Any]
    category: str | None
    tags: tuple[str, ...]
    tlp: "Tlp | None"


class OpeniocFormat(RecordFormat[tuple[Branch, Ioc]]):
    """Documents of OpenIOC: conditions joined by OR are indicators each, an AND tree one value that stands for it.

    An AND tree in which two values must be seen together, neither of them a hash, is a reject, told by its id.
    """

    def records(self, document: "Document", refuse: "Refuse") -> Iterator[tuple[int, tuple[Branch, Ioc]]]:
        """Each condition, or AND tree, by its number."""
        number = 0
        for _, node in xml_records(document, _is_ioc, refuse):
            ioc = _ioc(node)
            found = False
            for holder in (*node.all("definition"), *node.all("criteria")):
                for branch in branches(_tree(holder, "OR")):
                    number, found = number + 1, True
                    yield number, (branch, ioc)
            if not found:
                refuse(number + 1, f"{ioc.said.get('id', 'a document without an id')}: it holds no condition")

    def indicators(self, record: tuple[Branch, Ioc], file: str) -> Iterator[Indicator]:
        """The values that stand for a branch."""
        branch, ioc = record
        if branch.fault:
            raise ValueError(branch.fault)
        if not branch.conditions:
            why = (
                "AND trees of nothing that is of a kind of ours"
                if len(branch.left_out) > 1
                else branch.left_out[0].why_none
            )
            raise LeftOut(why)
        partly = (PARTLY_USED,) if branch.is_partly_used else ()
        for condition in branch.conditions:
            context = msgspec.json.encode(_context(condition, branch, ioc))
            for part in condition.parts:
                said = self.feed.scope
                yield Indicator(
                    part.value,
                    part.kind,
                    said if said and said in scopes_of(part.kind) else part.scope,
                    category=self.feed.category or ioc.category,
                    tags=(*partly, *ioc.tags),
                    tlp=ioc.tlp,
                    context=context,
                )


def _is_ioc(path: Path) -> bool:
    return path[-1] in ROOTS


def _tree(node: Node, operator: Literal["AND", "OR"]) -> Tree:
    members: list[Condition | Tree] = []
    for child in node.children:
        if child.name == "IndicatorItem":
            members.append(condition_of(child))
        elif child.name == "Indicator":
            is_and = child.attributes.get("operator", "").upper() == "AND"
            members.append(_tree(child, "AND" if is_and else "OR"))
    return Tree(operator, node.attributes.get("id", ""), members)


def _ioc(node: Node) -> Ioc:
    about = node.first("metadata") or node
    keys = ("short_description", "description", "authored_by", "authored_date")
    said: dict[str, Any] = {key: text[:_LONGEST] for key in keys if (text := about.text_at(key))}
    said |= {key: value for key in ("id", "last-modified") if (value := node.attributes.get(key))}
    links = list(about.first("links").all("link") if about.first("links") is not None else ())[:_MOST_LINKS]  # type: ignore[union-attr]
    pairs = [(link.attributes.get("rel", ""), link.text.strip()[:255]) for link in links if link.text.strip()]
    if pairs:
        said["links"] = [{"rel": rel, "text": text} for rel, text in pairs]
    threats = [(rel.lower(), text) for rel, text in pairs if rel.lower().startswith("threat")]
    marked = [tlp for rel, text in pairs if rel.lower() == "tlp" and (tlp := tlp_of(text))]
    return Ioc(
        said,
        next((text for rel, text in threats if rel == "threatcategory"), None),
        tuple(dict.fromkeys(text for rel, text in threats if rel != "threatcategory")),
        marked[0] if marked else None,  # type: ignore[arg-type]
    )


def _context(condition: Condition, branch: Branch, ioc: Ioc) -> dict[str, Any]:
    context: dict[str, Any] = {"ioc": ioc.said, "item": condition.said}
    if branch.beside:
        context["and"] = {"id": branch.id, "also": [beside.said for beside in branch.beside[:MOST_BESIDE]]}
        if len(branch.beside) > MOST_BESIDE:
            context["and"]["more"] = len(branch.beside) - MOST_BESIDE
    return context
