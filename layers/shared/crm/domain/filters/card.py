"""Types that all filters share."""

from collections.abc import Callable
from typing import Any

Card = dict[str, Any]
Predicate = Callable[[Card], bool]
