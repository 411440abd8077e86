"""Positions in lists, which a service returns with a page and reads again for the next one."""

from typing import Any

CursorJson = dict[str, Any]
"""A position in a list, in the form of the service that returned it."""
