"""Tags: the registry of their names, and how many customers have each.

Profiles hold ids. A name is one pointer to an id, so renaming or deleting a tag is one write for everybody who has it.
"""

import math
import secrets
from collections.abc import Callable, Collection, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from typing import Any

from crm.domain import tag as rules
from crm.domain.api_key import Principal
from crm.domain.errors import ConflictError, InvalidInputError, NotFoundError, VersionConflictError
from crm.domain.memberships import CLASS
from crm.domain.tag import BY_NAME, Tag, folded, from_record, to_record
from crm.storage import definitions, groups, lookups

TAG = "tag"
TAG_NAME = "tag_name"
FORM = "form"
MOST_SORTED = 1_000
"""Tags that one request counts."""

_AT_ONCE = 8
_VALID: dict[str, Callable[[str], Any]] = {"name": rules.valid_name, "description": rules.valid_description}
Counted = tuple[Tag, int]


def create(*, name: str, description: str = "", now: int) -> Tag:
    """A new tag, which nobody has. `now` in epoch milliseconds. Raises InvalidInputError, ConflictError."""
    if known := tag_id(name):
        raise _exists(known)
    return _register(name, description, now)


def get(tag: str) -> Tag:
    """The tag with this name or id. Raises NotFoundError."""
    id_ = tag if rules.looks_like_id(tag) else tag_id(tag)
    record = lookups.find(TAG, id_) if id_ else None
    if record is None:
        raise NotFoundError("there is no tag with this name or id", details={"tag": tag})
    return from_record(record)


def all_tags() -> list[Tag]:
    """Every tag, by name."""
    return sorted(
        (from_record(record) for record in definitions.find_all(TAG)), key=lambda tag: folded(tag.name)
    )


def update(tag: str, fields: dict[str, Any]) -> Tag:
    """Change name or description; who has it, has it under the new name. Raises NotFoundError, ConflictError."""
    before = get(tag)
    changed = replace(before, **{field: _VALID[field](value) for field, value in fields.items()})
    if changed == before:
        return before
    after = replace(changed, version=before.version + 1)
    old, new = folded(before.name), folded(after.name)
    if old != new and (other := tag_id(after.name)):
        raise _exists(other)
    with definitions.one_transaction() as changes:
        changes.replace(TAG, after.id, to_record(after), read_version=before.version)
        if old != new:
            changes.delete(TAG_NAME, old)
            changes.create(TAG_NAME, new, {TAG: after.id})
    return after


def delete(tag: str) -> None:
    """Nobody has it any more; a new tag of the same name starts empty. Raises NotFoundError, ConflictError."""
    found = get(tag)
    if forms := _set_by(found):
        raise ConflictError(
            "forms set this tag: change them first", code="tag_in_use", details={"forms": forms}
        )
    with definitions.one_transaction() as changes:
        changes.delete(TAG, found.id, read_version=found.version)
        changes.delete(TAG_NAME, folded(found.name))


def tag_id(name: str) -> str | None:
    """The id of the tag with this name, however it is capitalised."""
    try:
        record = lookups.find(TAG_NAME, folded(rules.valid_name(name)))
    except InvalidInputError:
        return None
    return record[TAG] if record else None


def tag_ids(names: Iterable[str], *, create: bool, now: int) -> dict[str, str]:
    """Name to id. What is missing is left out, or registered if `create`: that raises InvalidInputError for no name."""
    found = {name: _registered(name, now) if create else tag_id(name) for name in dict.fromkeys(names)}
    return {name: id_ for name, id_ in found.items() if id_}


def names(ids: Iterable[str]) -> dict[str, str]:
    """Id to name, as of this moment; deleted tags are left out."""
    return {record["id"]: record["name"] for record in definitions.find_many(TAG, ids)}


def count(tag: Tag, viewer: Principal) -> int:
    """How many of the customers that the viewer sees have the tag."""
    return _counts([tag], viewer)[0]


def cloud(
    viewer: Principal, *, order: str = BY_NAME, limit: int, cursor: dict[str, Any] | None = None
) -> tuple[list[Counted], dict[str, Any] | None]:
    """A page of tags with their counts, and the position of the page after it.

    By name, or by count with the most frequent first. Raises ConflictError `too_many_tags` when those that must be
    counted for this are more than 1,000.
    """
    page, more = (_by_name if order == BY_NAME else _by_count)(viewer, limit, cursor)
    last = page[-1] if more else None
    return page, {"name": folded(last[0].name), "count": last[1]} if last else None


def _by_name(viewer: Principal, limit: int, position: dict[str, Any] | None) -> tuple[list[Counted], bool]:
    tags = [tag for tag in all_tags() if position is None or folded(tag.name) > position["name"]]
    page = tags[:limit]
    return list(zip(page, _counts(page, viewer), strict=True)), len(tags) > limit


def _by_count(viewer: Principal, limit: int, position: dict[str, Any] | None) -> tuple[list[Counted], bool]:
    tags = all_tags()
    if len(tags) > MOST_SORTED:
        raise ConflictError(
            f"there are more than {MOST_SORTED} tags: list them by name", code="too_many_tags"
        )
    counted = sorted(zip(tags, _counts(tags, viewer), strict=True), key=_frequency)
    start = (-position["count"], position["name"]) if position else (-math.inf, "")
    rest = [entry for entry in counted if _frequency(entry) > start]
    return rest[:limit], len(rest) > limit


def _frequency(counted: Counted) -> tuple[float, str]:
    tag, number = counted
    return -number, folded(tag.name)


def _counts(tags: Sequence[Tag], viewer: Principal) -> list[int]:
    size: Callable[[Tag], int]
    if viewer.classes is None:
        size = _size
    else:
        seen = {id_ for class_ in viewer.classes for _, id_ in groups.group_ids(CLASS, class_)}
        size = partial(_size_within, seen)
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        return list(pool.map(size, tags))


def _size(tag: Tag) -> int:
    return groups.count_group(TAG, tag.id)


def _size_within(seen: Collection[str], tag: Tag) -> int:
    return sum(id_ in seen for _, id_ in groups.group_ids(TAG, tag.id))


def _registered(name: str, now: int) -> str:
    if known := tag_id(name):
        return known
    try:
        return _register(name, "", now).id
    except VersionConflictError:
        if winner := tag_id(name):  # another request registered it in the meantime
            return winner
        raise


def _register(name: str, description: str, now: int) -> Tag:
    tag = Tag(
        id=f"tag_{secrets.token_hex(6)}",
        name=rules.valid_name(name),
        description=rules.valid_description(description),
        created_at=now,
    )
    with definitions.one_transaction() as changes:
        changes.create(TAG, tag.id, to_record(tag))
        changes.create(TAG_NAME, folded(tag.name), {TAG: tag.id})
    return tag


def _exists(id_: str) -> ConflictError:
    return ConflictError("there is a tag of this name", code="tag_exists", details={"id": id_})


def _set_by(tag: Tag) -> list[str]:
    """Ids of the forms that set the tag."""
    return [form["id"] for form in definitions.find_all(FORM) if tag.id in form["tags"]]
