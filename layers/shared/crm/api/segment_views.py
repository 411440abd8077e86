"""How versions of segments look in answers."""

from typing import Any

from crm.domain.times import iso

_SHOWN = ("version", "name", "description", "condition", "archived", "by")


def version_view(version: dict[str, Any]) -> dict[str, Any]:
    """The model `SegmentVersion`, of a version as it is kept."""
    return {name: version[name] for name in _SHOWN} | {"created_at": iso(version["created_at"])}
