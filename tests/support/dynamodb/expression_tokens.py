"""Tokens and document paths of DynamoDB expressions, shared by conditions and updates."""

import re
from collections.abc import Mapping
from typing import Any

Wire = Mapping[str, Any]
Path = tuple[str | int, ...]

_TOKEN = re.compile(r"\s*(<>|<=|>=|[=<>(),+\-]|:[A-Za-z0-9_]+|(?:[#A-Za-z_][#A-Za-z0-9_]*(?:\[\d+\])*\.?)+)")
_STEP = re.compile(r"[^.\[\]]+|\[\d+\]")


class Tokens:
    """The tokens of one expression, read from left to right."""

    def __init__(self, text: str, names: Mapping[str, str]) -> None:
        self._names = names
        self._tokens: list[str] = []
        at, text = 0, text.rstrip()
        while at < len(text):
            match = _TOKEN.match(text, at)
            if match is None:
                raise ValueError(f"cannot be parsed: {text[at:]!r}")
            self._tokens.append(match[1])
            at = match.end()
        self._at = 0

    def peek(self) -> str:
        """Return the next token in upper case, or an empty string at the end."""
        return self._tokens[self._at].upper() if self._at < len(self._tokens) else ""

    def take(self) -> str:
        """Take the next token as it is written."""
        self._at += 1
        return self._tokens[self._at - 1]

    def accept(self, *wanted: str) -> str:
        """Take the next token if it is one of these; otherwise return an empty string."""
        return self.take().upper() if self.peek() in wanted and self.peek() else ""

    def expect(self, wanted: str) -> None:
        """Take this token. Raises ValueError if the next one is another."""
        if not self.accept(wanted):
            raise ValueError(f"expected {wanted}, found {self.peek()!r}")

    def path(self) -> Path:
        """Take a document path, with its name placeholders replaced."""
        return tuple(self._step(step) for step in _STEP.findall(self.take()))

    def _step(self, step: str) -> str | int:
        if step.startswith("["):
            return int(step[1:-1])
        return self._names.get(step, step)


def look_up(item: Wire, path: Path) -> Any:
    """Return the wire value at a path, or None."""
    found: Any = item.get(str(path[0]))
    for step in path[1:]:
        if found is None:
            return None
        if isinstance(step, int):
            elements = found.get("L", ())
            found = elements[step] if step < len(elements) else None
        else:
            found = found.get("M", {}).get(str(step))
    return found
