"""Read the values at a path of an activity's properties: `address.city`, `products.sku`, `products.0.sku`."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

_MAX_PLACE_LENGTH = 4
"""Maximum digits of the position of an entry in a list."""

_OF_OTHER_TOOLS = re.compile(
    r"\A\$(?=\.)|\[(\d{1,4}|\*|(?=\]\.))\]|(?:\A|(?<=\.))\*(?=\.)|(?<=\.)(?:\*|-\d{1,4})(?=\.|\Z)", re.ASCII
)
"""JSONPath, and lists as JavaScript and PHP write them: `$.products[0].sku`, `products[].sku`, `products.*.sku`."""

_PREFIX = "properties."


def normalised_path(path: str, *, within_entry: bool = False) -> str:
    """Return a path in this project's notation; a path that is in it already is returned unchanged.

    `within_entry`: the path begins at an entry of a list, which may have `properties` of its own.
    """
    dotted = _OF_OTHER_TOOLS.sub(lambda found: f".{(found[1] or '').strip('*')}", path)
    meant = path if dotted == path else ".".join(step for step in dotted.split(".") if step)
    return (meant if within_entry else meant.removeprefix(_PREFIX)) or path


def values_at(properties: Mapping[str, Any], path: str) -> list[Any]:
    """Return every value at a path: several where the path goes through lists; empty if there is none."""
    if path in properties:
        value = properties[path]
        return value if type(value) is list else [value]
    return list(_walk(properties, path.split(".")))


def _is_position(step: str) -> bool:
    return step.isascii() and step.isdigit() and len(step) <= _MAX_PLACE_LENGTH


def _walk(value: Any, steps: list[str]) -> Iterator[Any]:
    if type(value) is list:
        if steps and _is_position(steps[0]):
            value, steps = value[int(steps[0]) :][:1], steps[1:]
        for entry in value:
            yield from _walk(entry, steps)
    elif not steps:
        yield value
    elif type(value) is dict and steps[0] in value:
        yield from _walk(value[steps[0]], steps[1:])
