"""OpenIOC 1.0 and 1.1: trees of conditions, of which those that come down to a value of ours are indicators."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Literal

from vedette.feeds.field_words import tlp_of
from vedette.feeds.formats.and_or import Branch, Condition, Tree, branches
from vedette.feeds.formats.format import RecordFormat
from vedette.feeds.formats.openioc_terms import condition_of
from vedette.feeds.formats.tree_indicators import About, indicators_of
from vedette.feeds.formats.xml_stream import Node, Path, xml_records

if TYPE_CHECKING:
    from vedette.feeds.document import Document
    from vedette.feeds.rejects import Refuse
    from vedette.indicators.indicator import Indicator

ROOTS = ("ioc", "OpenIOC")
_LONGEST = 1024
_MOST_LINKS = 50


class OpeniocFormat(RecordFormat[tuple[Branch, About]]):
    """Documents of OpenIOC: conditions joined by OR are indicators each, an AND tree one value that stands for it.

    An AND tree in which two values must be seen together, neither of them a hash, is a reject, told by its id.
    """

    def records(self, document: "Document", refuse: "Refuse") -> Iterator[tuple[int, tuple[Branch, About]]]:
        """Each condition, or AND tree, by its number."""
        number = 0
        for _, node in xml_records(document, _is_ioc, refuse):
            about = _about(node)
            found = False
            for holder in (*node.all("definition"), *node.all("criteria")):
                for branch in branches(_tree(holder, "OR")):
                    number, found = number + 1, True
                    yield number, (branch, about)
            if not found:
                refuse(
                    number + 1, f"{about.context['ioc'].get('id', 'a document without an id')}: it holds no condition"
                )

    def indicators(self, record: tuple[Branch, About], file: str) -> Iterator["Indicator"]:
        """The values that stand for a branch."""
        branch, about = record
        return indicators_of(branch, about, self.feed)


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


def _about(node: Node) -> About:
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
    return About(
        {"ioc": said},
        next((text for rel, text in threats if rel == "threatcategory"), None),
        tuple(dict.fromkeys(text for rel, text in threats if rel != "threatcategory")),
        marked[0] if marked else None,  # type: ignore[arg-type]
    )
