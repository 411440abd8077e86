"""Build the responses for versions of segments."""

from collections.abc import Mapping
from typing import Any

from crm.domain.times import iso
from crm.domain.views.segments import SegmentVersionView


def version_view(version: dict[str, Any], names: Mapping[str, str]) -> SegmentVersionView:
    """Build the model `SegmentVersion` from a stored version; `names` are those of the keys that created versions."""
    return {
        "version": version["version"],
        "name": version["name"],
        "description": version["description"],
        "condition": version["condition"],
        "archived": version["archived"],
        "by": version["by"],
        "by_name": names.get(version["by"]),
        "created_at": iso(version["created_at"]),
    }
