"""The words of all filters."""

from collections.abc import Callable
from typing import Any

Card = dict[str, Any]
Predicate = Callable[[Card], bool]
