"""Commands on rejected input."""

from typing import Any, TypedDict


class Correction(TypedDict, total=False):
    """What is replayed instead of the rejected input."""

    content: dict[str, Any] | None
