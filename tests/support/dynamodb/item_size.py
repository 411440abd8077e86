"""Sizes of DynamoDB items in bytes, from their wire form (`{"S": ...}`, `{"N": ...}` and so on).

Rules: Amazon DynamoDB Developer Guide, "DynamoDB item sizes and formats". The 100 bytes of indexing overhead
named there are storage, not throughput, and are left out.
"""

import base64
from collections.abc import Mapping
from typing import Any

Item = Mapping[str, Mapping[str, Any]]

CONTAINER_BYTES = 3
ELEMENT_BYTES = 1
NUMBER_MAX_BYTES = 21


def item_size(item: Item) -> int:
    """Return the bytes of an item: UTF-8 names and values of all its attributes."""
    size = 0
    for name, value in item.items():
        ((kind, content),) = value.items()
        size += text_size(name) + (text_size(content) if kind == "S" else value_size(value))
    return size


def text_size(text: str) -> int:
    """Return the bytes of a text in UTF-8."""
    return len(text) if text.isascii() else len(text.encode())


def value_size(value: Mapping[str, Any]) -> int:
    """Return the bytes of one attribute value, without its name."""
    ((kind, content),) = value.items()
    if kind in ("M", "L"):
        return _container_size(content)
    if kind in ("SS", "NS", "BS"):
        return sum(_scalar_size(kind[0], element) for element in content)
    return _scalar_size(kind, content)


def _container_size(content: Any) -> int:
    elements = content.values() if isinstance(content, Mapping) else content
    names = sum(map(text_size, content)) if isinstance(content, Mapping) else 0
    return CONTAINER_BYTES + names + sum(ELEMENT_BYTES + value_size(element) for element in elements)


def _scalar_size(kind: str, content: Any) -> int:
    if kind == "S":
        return text_size(content)
    if kind == "N":
        return number_size(content)
    if kind == "B":
        return len(content) if isinstance(content, bytes) else len(base64.b64decode(content))
    return 1  # NULL and BOOL


def number_size(text: str) -> int:
    """Return the bytes of a number: one per two significant digits, one more, and one for a minus sign.

    The guide calls this approximate; leading and trailing zeroes are trimmed, zero itself is one byte.
    """
    mantissa = text.lower().partition("e")[0].lstrip("+-").replace(".", "")
    digits = len(mantissa.lstrip("0").rstrip("0"))
    if digits == 0:
        return 1
    return min((digits + 1) // 2 + 1 + text.startswith("-"), NUMBER_MAX_BYTES)
