"""Text that UTF-8 can encode: JSON escapes (`\\ud800`) can spell half of a surrogate pair, which no storage
accepts.
"""

import re
from collections.abc import Iterable
from typing import Any

REASON = "must be well-formed Unicode text: it contains half of a surrogate pair"
Path = tuple[str | int, ...]

SURROGATE = re.compile("[\ud800-\udfff]")
"""Half of a pair: in a Python text, a pair is one character."""

_SUSPECT = re.compile("[\ud800-\udfff]|\\\\u[dD][89a-fA-F]")


def is_well_formed(text: str) -> bool:
    """Return whether UTF-8 can encode the text."""
    return SURROGATE.search(text) is None


def may_be_malformed(json_text: str) -> bool:
    """Return whether a value in this JSON text may hold half of a pair; whole pairs are escaped in the same way."""
    return _SUSPECT.search(json_text) is not None


def malformed_at(value: Any) -> Path | None:
    """Return the path to the first text of a JSON value that UTF-8 cannot encode; for a name, the path to
    its object.
    """
    if isinstance(value, str):
        return None if is_well_formed(value) else ()
    if isinstance(value, dict):
        return () if not all(map(is_well_formed, value)) else _within(value.items())
    return _within(enumerate(value)) if isinstance(value, list) else None


def _within(entries: Iterable[tuple[str | int, Any]]) -> Path | None:
    for step, entry in entries:
        found = malformed_at(entry)
        if found is not None:
            return (step, *found)
    return None
