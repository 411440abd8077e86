"""The maximum cost of evaluating an expression, computed from its form: it runs to its end or not at all.

The library has no limit of its own, and cannot be interrupted: twelve characters `.map(x, x + x)` double a text, two
nested loops over added lists take minutes, one `\\w{100}` takes 25 ms to compile each time it is evaluated. A step is
about a microsecond.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from crm.domain.expressions import engine
from crm.domain.expressions.errors import invalid
from crm.domain.expressions.referenced_names import is_read
from crm.domain.expressions.syntax import ExpressionNode

_MAX_STEPS = 500_000
_MAX_LEAVES = 250_000
_MAX_TEXT_BYTES = 10_000_000
_DEEPEST_LOOPS = 2
_READ_STEPS = 10
_COPIED_AT_ONCE = 20
_CHARACTERS_A_STEP = 10_000
_MAX_PATTERN_LENGTH = 200
_MATCHED_A_STEP = 1_500
_ESCAPE_STEPS = 260
_COUNTED = re.compile(r"\{([^}]*)\}?")
_TOO_MUCH = "is too expensive: its loops and concatenated texts could take too long"


@dataclass(frozen=True, slots=True)
class Size:
    """The size of a value: entries to loop over, values in all, characters in all; `entry` is the size of one of its
    entries.
    """

    entries: int = 0
    leaves: int = 1
    characters: int = 30
    entry: "Size | None" = None

    @property
    def each(self) -> "Size":
        """Return the size of one of its entries."""
        return self.entry or self


READ: Final = Size(100, 1_000, 40_000, Size(20, 50, 2_000))
"""The maximum size of one value that is read, and of each value in it; a larger one counts as absent."""

_SCALAR = Size()
_Env = Mapping[str, Size]


def check_cost(tree: ExpressionNode) -> None:
    """Raise InvalidInputError for an expression that could take longer than half a second, or much memory."""
    _, steps = _measure(tree, {}, 0)
    if steps > _MAX_STEPS:
        raise invalid(_TOO_MUCH)


def _measure(node: ExpressionNode, env: _Env, loops: int) -> tuple[Size, int]:
    if is_read(node, frozenset(env)):
        return READ, _READ_STEPS
    if node.kind == "name":
        return env.get(node.value, _SCALAR), 1
    if node.kind in {"literal", "text"}:
        return Size(characters=len(node.value) + 30), 1
    size, steps = _loop(node, env, loops) if node.kind == "loop" else _plain(node, env, loops)
    if size.leaves > _MAX_LEAVES or size.characters > _MAX_TEXT_BYTES:
        raise invalid(_TOO_MUCH)
    return size, steps


def _loop(node: ExpressionNode, env: _Env, loops: int) -> tuple[Size, int]:
    if loops == _DEEPEST_LOOPS:
        raise invalid(f"must not nest loops such as {node.value} deeper than {_DEEPEST_LOOPS} levels")
    over, steps = _measure(node.parts[0], env, loops)
    inner = {**env, node.bound: over.each}
    bodies = [_measure(body, inner, loops + 1) for body in node.parts[1:]]
    steps += over.entries * sum(2 + body_steps for _, body_steps in bodies)
    if node.value not in {"map", "filter"}:
        return _SCALAR, steps
    # The library copies the list for each entry.
    steps += over.entries**2 // _COPIED_AT_ONCE
    return (over if node.value == "filter" else _list_of(over.entries, bodies[-1][0])), steps


def _list_of(entries: int, entry: Size) -> Size:
    return Size(entries, entries * entry.leaves + 1, entries * entry.characters, entry)


def _plain(node: ExpressionNode, env: _Env, loops: int) -> tuple[Size, int]:
    measured = [_measure(part, env, loops) for part in node.parts]
    sizes = [size for size, _ in measured]
    steps = 1 + sum(part_steps for _, part_steps in measured)
    if node.kind in {"member", "index"}:
        return sizes[0].each, steps
    together = Size(
        sum(size.entries for size in sizes),
        1 + sum(size.leaves for size in sizes),
        sum(size.characters for size in sizes),
        _largest([size.each for size in sizes]),
    )
    if node.kind in {"list", "map"}:
        return Size(len(sizes), together.leaves, together.characters, _largest(sizes)), steps
    if node.value == "?":
        return _largest(sizes[1:]), steps
    steps += together.leaves // _COPIED_AT_ONCE + together.characters // _CHARACTERS_A_STEP
    if node.value == "matches":
        steps += _matching(node, sizes)
    keeps = node.value in {"+", "string", "bytes", "dyn"}
    return (together if keeps else _SCALAR), steps


def _largest(sizes: list[Size]) -> Size:
    if not sizes:
        return _SCALAR
    nested = [size.each for size in sizes] if any(size.entry for size in sizes) else []
    return Size(
        max(size.entries for size in sizes),
        max(size.leaves for size in sizes),
        max(size.characters for size in sizes),
        _largest(nested) if nested else None,
    )


def _matching(node: ExpressionNode, sizes: list[Size]) -> int:
    pattern = engine.literal(node.parts[-1].value) if node.parts[-1].kind == "text" else None
    if not isinstance(pattern, str) or len(pattern) > _MAX_PATTERN_LENGTH:
        raise invalid(f"must match a literal pattern of at most {_MAX_PATTERN_LENGTH} characters")
    times = 1
    for counted in _COUNTED.findall(pattern):
        times *= max((int(number) for number in re.findall(r"\d{1,9}", counted)), default=1) or 1
    searching = sizes[0].characters * len(pattern) * times // _MATCHED_A_STEP
    # A class like \w is a table of all of Unicode, built for each time it is counted.
    return 30 + times * (3 * len(pattern) + _ESCAPE_STEPS * pattern.count("\\")) + searching
