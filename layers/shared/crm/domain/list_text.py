"""Lists in one text: entries separated by `;` or `,`, or as JSON. The only reader of such texts."""

import json
from typing import Any

SEPARATOR = ";"


def separated(text: str) -> list[str]:
    """Return the entries of a list in JSON; else split at `;`, or at `,` if there is no `;`."""
    if text.lstrip().startswith("[") and (found := _of_json(text)) is not None:
        return found
    parts = text.split(SEPARATOR if SEPARATOR in text else ",")
    return [entry for part in parts if (entry := part.strip())]


def _of_json(text: str) -> list[str] | None:
    try:
        found: Any = json.loads(text, parse_float=str)
    except (ValueError, RecursionError):
        return None
    if not isinstance(found, list) or not all(type(entry) in {str, int} for entry in found):
        return None
    return [str(entry) for entry in found]
