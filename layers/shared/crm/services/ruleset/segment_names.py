"""Resolve segments by ids, names and slugs at this instant, for modules that only refer to them."""

from collections.abc import Collection, Iterable
from typing import Any

from crm.domain.memberships import build_name
from crm.domain.segments.definition import SEGMENT_ID_FORMAT
from crm.domain.slug import find_by_name_or_slug
from crm.storage import definitions

_SEGMENT = "segment"


def segment_names(ids: Iterable[str]) -> dict[str, str]:
    """Return names by id; deleted segments are left out."""
    return {record["id"]: record["name"] for record in definitions.find_many(_SEGMENT, ids)}


def segment_id(name_or_id: str) -> str | None:
    """Return the id of the segment with this id, name or slug."""
    return next((record["id"] for record in _records([name_or_id]).values()), None)


def segment_ids(names_or_ids: Collection[str]) -> dict[str, str]:
    """Return ids by name or id, without missing and archived segments."""
    found = _records(names_or_ids)
    return {asked: record["id"] for asked, record in found.items() if not record["archived"]}


def groups_of(names_or_ids: Collection[str]) -> dict[str, str]:
    """Return the groups of members by name or id, without segments that are missing or do not serve yet."""
    return {
        asked: build_name(record["id"], record["serving"]["number"])
        for asked, record in _records(names_or_ids).items()
        if record["serving"]
    }


def _records(names_or_ids: Collection[str]) -> dict[str, dict[str, Any]]:
    ids = {text for text in names_or_ids if SEGMENT_ID_FORMAT.matches(text)}
    found = {record["id"]: record for record in definitions.find_many(_SEGMENT, ids)} if ids else {}
    if names := set(names_or_ids) - ids:
        records = sorted(definitions.find_all(_SEGMENT), key=lambda one: (one["created_at"], one["id"]))
        called = [(record["id"], record["name"]) for record in records]
        by_id = {record["id"]: record for record in records}
        ids_called = {name: find_by_name_or_slug(name, called) for name in names}
        found |= {name: by_id[id_] for name, id_ in ids_called.items() if id_}
    return found
