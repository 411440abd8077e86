"""Name the sources of activities: API keys, sources and forms, by their current names."""

from collections.abc import Iterable
from typing import Any

from crm.domain.source import SOURCE_ID_FORMAT
from crm.services.access.api_keys import API_KEY
from crm.services.access.sources import SOURCE
from crm.storage import lookups

_FORM = "form"
_MAX_NAMED = 50
"""Sources that one page of a timeline names."""


def source_names(source_ids: Iterable[str]) -> dict[str, str]:
    """Return names by the `source` of activities; deleted sources, and imports, have none."""
    distinct = list(dict.fromkeys(source_ids))[:_MAX_NAMED]
    found = {id_: _name_of(id_) for id_ in distinct}
    return {id_: name for id_, name in found.items() if name}


def _name_of(source_id: str) -> str | None:
    kind, _, id_ = source_id.rpartition(":")
    record: dict[str, Any] | None = None
    if kind == "key" and id_:
        record = lookups.find_beginning(API_KEY, id_)
    elif kind == "form" and id_:
        record = lookups.find(_FORM, id_)
    elif SOURCE_ID_FORMAT.matches(source_id):
        record = lookups.find(SOURCE, source_id)
    return record["name"] if record else None
