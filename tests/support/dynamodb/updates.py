"""DynamoDB update expressions (SET, REMOVE, ADD, DELETE), applied to copies of wire items."""

import copy
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from functools import lru_cache
from typing import Any

from tests.support.dynamodb.conditions import Operand, operand
from tests.support.dynamodb.expression_tokens import Path, Tokens, Wire, look_up

Change = tuple[Path, Operand]
CLAUSES = ("SET", "REMOVE", "ADD", "DELETE")


def updated(item: Wire, text: str, names: Mapping[str, str], values: Wire) -> dict[str, Any]:
    """Return the item after an update. Each right side reads the item before it. Raises ValueError."""
    changes = [(path, value(item, values)) for path, value in _compiled(text, tuple(sorted(names.items())))]
    within = any(len(path) > 1 for path, _ in changes)
    result: dict[str, Any] = copy.deepcopy(dict(item)) if within else dict(item)
    for path, value in changes:
        _assign(result, path, value)
    return result


@lru_cache(maxsize=512)
def _compiled(text: str, names: tuple[tuple[str, str], ...]) -> tuple[Change, ...]:
    tokens = Tokens(text, dict(names))
    changes: list[Change] = []
    while tokens.peek():
        clause = tokens.accept(*CLAUSES)
        changes.extend(_changes(tokens, PARSERS[clause]))
    return tuple(changes)


def _changes(tokens: Tokens, parse: Callable[[Tokens], Change]) -> Iterator[Change]:
    yield parse(tokens)
    while tokens.accept(","):
        yield parse(tokens)


def _set(tokens: Tokens) -> Change:
    path = tokens.path()
    tokens.expect("=")
    left = _term(tokens)
    sign = tokens.accept("+", "-")
    if not sign:
        return path, left
    right = _term(tokens)
    return path, lambda item, values: _sum(left(item, values), right(item, values), sign)


def _term(tokens: Tokens) -> Operand:
    if tokens.accept("IF_NOT_EXISTS"):
        present, otherwise = _pair(tokens)
        return lambda item, values: present(item, values) or otherwise(item, values)
    if tokens.accept("LIST_APPEND"):
        first, second = _pair(tokens)
        return lambda item, values: {"L": first(item, values)["L"] + second(item, values)["L"]}
    return operand(tokens)


def _pair(tokens: Tokens) -> tuple[Operand, Operand]:
    tokens.expect("(")
    first = _term(tokens)
    tokens.expect(",")
    second = _term(tokens)
    tokens.expect(")")
    return first, second


def _remove(tokens: Tokens) -> Change:
    return tokens.path(), lambda _item, _values: None


def _add(tokens: Tokens) -> Change:
    path, amount = tokens.path(), operand(tokens)
    return path, lambda item, values: _added(look_up(item, path), amount(item, values))


def _delete(tokens: Tokens) -> Change:
    path, gone = tokens.path(), operand(tokens)
    return path, lambda item, values: _without(look_up(item, path), gone(item, values))


def _sum(left: Any, right: Any, sign: str) -> dict[str, str]:
    total = Decimal(left["N"]) + Decimal(right["N"]) * (1 if sign == "+" else -1)
    return {"N": f"{total:f}"}


def _added(value: Any, amount: Any) -> Any:
    if value is None:
        return amount
    if "N" in amount:
        return _sum(value, amount, "+")
    ((kind, elements),) = amount.items()
    return {kind: [*value[kind], *(element for element in elements if element not in value[kind])]}


def _without(value: Any, gone: Any) -> Any:
    if value is None:
        return None
    ((kind, elements),) = gone.items()
    left = [element for element in value[kind] if element not in elements]
    return {kind: left} if left else None


def _assign(item: dict[str, Any], path: Path, value: Any) -> None:
    place: Any = item
    for step in path[:-1]:
        place = place[step]
        place = place["M"] if "M" in place else place["L"]
    last = path[-1]
    if value is not None and isinstance(last, int) and last >= len(place):
        place.append(value)
    elif value is not None:
        place[last] = value
    elif isinstance(last, int):
        del place[last]
    else:
        place.pop(last, None)


PARSERS: dict[str, Callable[[Tokens], Change]] = {
    "SET": _set,
    "REMOVE": _remove,
    "ADD": _add,
    "DELETE": _delete,
}
