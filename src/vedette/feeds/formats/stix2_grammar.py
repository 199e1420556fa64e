"""STIX patterns by OASIS' own grammar, walked as a tree."""

from typing import TYPE_CHECKING, Any

from antlr4.tree.Tree import TerminalNode
from stix2patterns.exceptions import ParseException
from stix2patterns.v21.grammars.STIXPatternVisitor import STIXPatternVisitor
from stix2patterns.v21.pattern import Pattern

from vedette.feeds.formats.stix2_meaning import AllOf, AnyOf, Comparison, Joined, Part, Qualified
from vedette.feeds.formats.stix2_paths import folded_path, unescaped

if TYPE_CHECKING:
    from collections.abc import Callable


def parsed(pattern: str) -> Part:
    """The parts of a pattern.

    Raises:
        ValueError: It is none; the reason says where.
    """
    try:
        part: Part = Pattern(pattern).visit(_Parts())
    except ParseException as fault:
        raise ValueError(f"no STIX pattern: {fault}") from None
    except RecursionError:
        raise ValueError("no STIX pattern that can be read: it is nested too deep") from None
    return part


def _inner(context: Any) -> list[Any]:
    """What a node holds besides words and brackets."""
    return [child for child in context.getChildren() if not isinstance(child, TerminalNode)]


def _text(context: Any) -> str:
    """The pattern's own text for a node of the tree."""
    return str(context.start.getInputStream().getText(context.start.start, context.stop.stop))


class _Parts(STIXPatternVisitor):  # type: ignore[misc] # The grammar's package has no types.
    """The parts that the nodes of the tree stand for; the names are the grammar's."""

    def visitPattern(self, ctx: Any) -> Part:  # noqa: N802
        return self._of(ctx.observationExpressions())

    def visitObservationExpressions(self, ctx: Any) -> Part:  # noqa: N802
        return Joined(_text(ctx)) if ctx.FOLLOWEDBY() else self._of(_inner(ctx)[0])

    def visitObservationExpressionOr(self, ctx: Any) -> Part:  # noqa: N802
        return self._row(ctx, "OR", AnyOf)

    def visitObservationExpressionAnd(self, ctx: Any) -> Part:  # noqa: N802
        return Joined(_text(ctx)) if ctx.AND() else self._of(_inner(ctx)[0])

    def visitObservationExpressionSimple(self, ctx: Any) -> Part:  # noqa: N802
        return self._of(ctx.comparisonExpression())

    def visitObservationExpressionCompound(self, ctx: Any) -> Part:  # noqa: N802
        return self._of(ctx.observationExpressions())

    def visitObservationExpressionRepeated(self, ctx: Any) -> Part:  # noqa: N802
        return Qualified(self._of(ctx.observationExpression()), _text(ctx.repeatedQualifier()))

    def visitObservationExpressionWithin(self, ctx: Any) -> Part:  # noqa: N802
        """A single observation is always within whatever time."""
        part = self._of(ctx.observationExpression())
        qualifier = _text(ctx.withinQualifier())
        return Qualified(part, qualifier) if isinstance(part, Qualified | Joined) else part

    def visitObservationExpressionStartStop(self, ctx: Any) -> Part:  # noqa: N802
        """Outside of its time the observation means nothing."""
        return Joined(_text(ctx))

    def visitComparisonExpression(self, ctx: Any) -> Part:  # noqa: N802
        return self._row(ctx, "OR", AnyOf)

    def visitComparisonExpressionAnd(self, ctx: Any) -> Part:  # noqa: N802
        return self._row(ctx, "AND", AllOf)

    def visitPropTestParen(self, ctx: Any) -> Part:  # noqa: N802
        return self._of(ctx.comparisonExpression())

    def visitPropTestEqual(self, ctx: Any) -> Part:  # noqa: N802
        return _test(ctx, "!=" if ctx.NEQ() else "=", [ctx.primitiveLiteral()])

    def visitPropTestSet(self, ctx: Any) -> Part:  # noqa: N802
        return _test(ctx, "IN", ctx.setLiteral().primitiveLiteral())

    def visitPropTestLike(self, ctx: Any) -> Part:  # noqa: N802
        return _test(ctx, "LIKE", [ctx.StringLiteral()])

    def visitPropTestIsSubset(self, ctx: Any) -> Part:  # noqa: N802
        return _test(ctx, "ISSUBSET", [ctx.StringLiteral()])

    def visitPropTestIsSuperset(self, ctx: Any) -> Part:  # noqa: N802
        return _test(ctx, "ISSUPERSET", [ctx.StringLiteral()])

    def visitPropTestRegex(self, ctx: Any) -> Part:  # noqa: N802
        return _test(ctx, "MATCHES", [ctx.StringLiteral()])

    def visitPropTestOrder(self, ctx: Any) -> Part:  # noqa: N802
        return _test(ctx, "order", [ctx.orderableLiteral()])

    def visitPropTestExists(self, ctx: Any) -> Part:  # noqa: N802
        return _test(ctx, "EXISTS", [])

    def _row(self, context: Any, word: str, how: "Callable[[tuple[Part, ...]], Part]") -> Part:
        """The parts that a word joins; the grammar nests them to the left, as deep as the row is long."""
        parts = []
        while getattr(context, word)():
            context, right = _inner(context)
            parts.append(self._of(right))
        parts.append(self._of(_inner(context)[0]))
        return parts[0] if len(parts) == 1 else how(tuple(reversed(parts)))

    def _of(self, context: Any) -> Part:
        part: Part = context.accept(self)
        return part


def _test(context: Any, operator: str, literals: list[Any]) -> Comparison:
    denied = "NOT " if context.NOT() else ""
    values = tuple(_value(literal.getText()) for literal in literals)
    return Comparison(folded_path(context.objectPath().getText()), denied + operator, values, _text(context))


def _value(literal: str) -> str | int | None:
    if literal.startswith("'"):
        return unescaped(literal[1:-1])
    digits = literal.removeprefix("+").removeprefix("-")
    return int(literal) if digits.isascii() and digits.isdigit() else None
