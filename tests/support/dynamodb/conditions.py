"""DynamoDB condition, filter and key condition expressions, compiled to closures over wire items."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from functools import lru_cache
from operator import eq, ge, gt, le, lt, ne
from typing import Any

from tests.support.dynamodb.expression_tokens import Tokens, Wire, look_up
from tests.support.dynamodb.item_size import value_size

Condition = Callable[[Wire, Wire], bool]
Operand = Callable[[Wire, Wire], Any]

COMPARISONS: dict[str, Callable[[Any, Any], bool]] = {"=": eq, "<>": ne, "<": lt, "<=": le, ">": gt, ">=": ge}


def condition(text: str, names: Mapping[str, str]) -> Condition:
    """Compile an expression; the result takes an item and the expression's values. Raises ValueError."""
    return _compiled(text, tuple(sorted(names.items())))


@lru_cache(maxsize=512)
def _compiled(text: str, names: tuple[tuple[str, str], ...]) -> Condition:
    tokens = Tokens(text, dict(names))
    found = _any_of(tokens)
    if tokens.peek():
        raise ValueError(f"left over: {tokens.peek()!r}")
    return found


def _any_of(tokens: Tokens) -> Condition:
    parts = [_all_of(tokens)]
    while tokens.accept("OR"):
        parts.append(_all_of(tokens))
    return parts[0] if len(parts) == 1 else lambda item, values: any(part(item, values) for part in parts)


def _all_of(tokens: Tokens) -> Condition:
    parts = [_negation(tokens)]
    while tokens.accept("AND"):
        parts.append(_negation(tokens))
    return parts[0] if len(parts) == 1 else lambda item, values: all(part(item, values) for part in parts)


def _negation(tokens: Tokens) -> Condition:
    if tokens.accept("NOT"):
        inner = _negation(tokens)
        return lambda item, values: not inner(item, values)
    if tokens.accept("("):
        inside = _any_of(tokens)
        tokens.expect(")")
        return inside
    function = PREDICATES.get(tokens.peek())
    return _predicate(tokens, function) if function else _comparison(tokens)


def _predicate(tokens: Tokens, function: Callable[..., bool]) -> Condition:
    tokens.take()
    arguments = _arguments(tokens)
    return lambda item, values: function(*(argument(item, values) for argument in arguments))


def _comparison(tokens: Tokens) -> Condition:
    left = operand(tokens)
    if tokens.accept("BETWEEN"):
        low = operand(tokens)
        tokens.expect("AND")
        high = operand(tokens)
        return lambda item, values: (
            _compare(ge, left(item, values), low(item, values))
            and _compare(le, left(item, values), high(item, values))
        )
    if tokens.accept("IN"):
        choices = _arguments(tokens)
        return lambda item, values: any(
            _compare(eq, left(item, values), choice(item, values)) for choice in choices
        )
    compare = COMPARISONS[tokens.take()]
    right = operand(tokens)
    return lambda item, values: _compare(compare, left(item, values), right(item, values))


def _arguments(tokens: Tokens) -> list[Operand]:
    tokens.expect("(")
    arguments = [operand(tokens)]
    while tokens.accept(","):
        arguments.append(operand(tokens))
    tokens.expect(")")
    return arguments


def operand(tokens: Tokens) -> Operand:
    """Parse a value placeholder, `size(path)` or a document path."""
    if tokens.peek().startswith(":"):
        name = tokens.take()
        return lambda _, values: values[name]
    if tokens.accept("SIZE"):
        (inner,) = _arguments(tokens)
        return lambda item, values: _size(inner(item, values))
    path = tokens.path()
    return lambda item, _: look_up(item, path)


def plain(value: Any) -> Any:
    """Return a wire value in the form that DynamoDB compares: numbers by value, sets without order."""
    ((kind, content),) = value.items()
    if kind == "N":
        return kind, Decimal(content)
    return kind, frozenset(content) if kind in ("SS", "NS", "BS") else content


def _compare(compare: Callable[[Any, Any], bool], left: Any, right: Any) -> bool:
    if left is None or right is None:
        return compare is ne
    if "S" in left and "S" in right:
        return compare(left["S"], right["S"])
    (kind, content), (other_kind, other) = plain(left), plain(right)
    return compare(content, other) if kind == other_kind else compare is ne


def _size(value: Any) -> Any:
    if value is None:
        return None
    ((kind, content),) = value.items()
    return {"N": str(value_size(value) if kind in ("S", "B") else len(content))}


def _contains(value: Any, wanted: Any) -> bool:
    if value is None:
        return False
    ((kind, content),) = value.items()
    ((_, element),) = wanted.items()
    return wanted in content if kind == "L" else element in content


def _begins_with(value: Any, prefix: Any) -> bool:
    return value is not None and "S" in value and str(value["S"]).startswith(prefix["S"])


PREDICATES: dict[str, Callable[..., bool]] = {
    "ATTRIBUTE_EXISTS": lambda value: value is not None,
    "ATTRIBUTE_NOT_EXISTS": lambda value: value is None,
    "ATTRIBUTE_TYPE": lambda value, kind: value is not None and kind["S"] in value,
    "BEGINS_WITH": _begins_with,
    "CONTAINS": _contains,
}
