"""Trees of conditions joined by AND and OR: which of them come down to indicators, and which do not."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple

from vedette.indicators.kind import HASHES, Scope

MOST_BESIDE = 20
"""Conditions beside an indicator that go into its context."""


class Part(NamedTuple):
    """A value as the index wants it."""

    value: str
    kind: str
    scope: Scope | None = None


@dataclass(frozen=True, slots=True)
class Condition:
    """One leaf of a tree.

    Args:
        said: As the feed has it, for the context.
        parts: Its values that are of kinds of ours, any of which meets it.
        why_none: The sort under which it is counted where it has none.
    """

    said: dict[str, Any]
    parts: tuple[Part, ...] = ()
    why_none: str = ""

    @property
    def is_hash(self) -> bool:
        """Whether it names a file by its hash, which says all there is to say of it."""
        return bool(self.parts) and all(part.kind in HASHES for part in self.parts)


@dataclass(frozen=True, slots=True)
class Tree:
    """Conditions and trees of them, all of which must hold, or any."""

    operator: Literal["AND", "OR"]
    id: str
    members: "list[Condition | Tree]"


@dataclass(frozen=True, slots=True)
class Branch:
    """What one leaf, or one AND tree, comes down to.

    Args:
        id: Of the AND tree; empty for a leaf.
        conditions: Those whose values are indicators.
        beside: Those that must hold as well, and are not asked.
        fault: Why a tree that has values of ours comes down to none.
        left_out: Those that have no value of ours, where nothing else stands for them.
    """

    id: str = ""
    conditions: list[Condition] = field(default_factory=list)
    beside: list[Condition] = field(default_factory=list)
    fault: str = ""
    left_out: list[Condition] = field(default_factory=list)

    @property
    def is_partly_used(self) -> bool:
        """Whether an indicator stands for more than it says; a hash does not: it is the file, whatever its name."""
        return bool(self.beside) and not all(condition.is_hash for condition in self.conditions)


def branches(tree: Condition | Tree) -> Iterator[Branch]:
    """The leaves that are joined by nothing but OR, and each AND tree as a whole."""
    if isinstance(tree, Condition):
        yield Branch(conditions=[tree]) if tree.parts else Branch(left_out=[tree])
    elif not _leaves(tree):
        yield Branch(tree.id, fault=f"{tree.operator} tree {tree.id or 'without an id'}: it has no conditions")
    elif tree.operator == "OR" or len(tree.members) == 1:
        for member in tree.members:
            yield from branches(member)
    else:
        yield _of_and(tree)


def _of_and(tree: Tree) -> Branch:
    """A hash stands for its tree, and so does the one thing in it that is of a kind of ours; two of them do not."""
    operands = [_leaves(member) for member in _flat(tree)]
    everything = [condition for operand in operands for condition in operand]
    ours = [operand for operand in operands if operand and all(condition.parts for condition in operand)]
    hashes = [operand for operand in ours if all(condition.is_hash for condition in operand)]
    chosen = hashes or (ours if len(ours) == 1 else [])
    used = {id(condition) for operand in chosen for condition in operand}
    beside = [condition for condition in everything if id(condition) not in used]
    if not any(condition.parts for condition in everything):
        return Branch(tree.id, left_out=everything)
    nested = any(_has_and(member) for member in _flat(tree))
    if not chosen or nested or (not hashes and any(condition.parts for condition in beside)):
        values = ", ".join(part.value for condition in everything for part in condition.parts)[:120]
        return Branch(tree.id, fault=f"AND tree {tree.id or 'without an id'}: no one value stands for it: {values}")
    return Branch(tree.id, [condition for operand in chosen for condition in operand], beside)


def _flat(tree: Tree) -> Iterator[Condition | Tree]:
    """The members of an AND tree; those of AND trees right in it are its own, and a tree of one is that one."""
    for member in tree.members:
        while isinstance(member, Tree) and len(member.members) == 1:
            member = member.members[0]
        if isinstance(member, Tree) and member.operator == "AND":
            yield from _flat(member)
        else:
            yield member


def _leaves(member: Condition | Tree) -> list[Condition]:
    if isinstance(member, Condition):
        return [member]
    return [leaf for below in member.members for leaf in _leaves(below)]


def _has_and(member: Condition | Tree) -> bool:
    if isinstance(member, Condition):
        return False
    return (member.operator == "AND" and len(member.members) > 1) or any(map(_has_and, member.members))
