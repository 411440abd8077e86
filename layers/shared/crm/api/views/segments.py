"""Build the responses for versions of segments."""

from typing import Any

from crm.domain.times import iso

_SHOWN = ("version", "name", "description", "condition", "archived", "by")


def version_view(version: dict[str, Any]) -> dict[str, Any]:
    """Build the model `SegmentVersion` from a stored version."""
    return {name: version[name] for name in _SHOWN} | {"created_at": iso(version["created_at"])}
