"""Build the responses for versions of segments."""

from typing import Any

from crm.domain.times import iso
from crm.domain.views.segments import SegmentVersionView


def version_view(version: dict[str, Any]) -> SegmentVersionView:
    """Build the model `SegmentVersion` from a stored version."""
    return {
        "version": version["version"],
        "name": version["name"],
        "description": version["description"],
        "condition": version["condition"],
        "archived": version["archived"],
        "by": version["by"],
        "created_at": iso(version["created_at"]),
    }
