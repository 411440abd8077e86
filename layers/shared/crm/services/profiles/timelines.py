"""A person's timeline: the logs of all members as one, newest first."""

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any

from crm.domain.activity import ENTERED, FORM, IMPORTED, LEFT, Activity
from crm.domain.api_key import Principal
from crm.domain.category import category_of, matches
from crm.domain.copies import WAS, WAS_OF
from crm.domain.differences import told_of_row
from crm.domain.effects import CONSENTS, TAGS
from crm.domain.event_names import OwnNames
from crm.domain.json_text import encode
from crm.domain.profile import ProfileState
from crm.domain.segments.telling import one_by_one
from crm.domain.timeline import Entry, Position, by_occurrence, cursor_of, merge, position_in
from crm.domain.times import iso
from crm.services.catalogue.names import segment_names
from crm.services.definitions import event_categories, lists, tags
from crm.services.profiles import people
from crm.services.profiles.showing import HIDDEN, is_hidden
from crm.storage.activities import read_newest_first

MAX_READ = 2000
"""Activities that one request reads when a category or a period matches few of them; then it answers what it has."""

PAGE_BYTES = 4_000_000
"""Of activities in a page: an answer of Lambda holds 6 MB."""

END_OF_TIME = 1 << 60


def timeline(
    profile_id: str,
    viewer: Principal,
    *,
    category: str | None,
    start: int | None,
    end: int | None,
    limit: int,
    cursor: dict[str, Any] | None,
    now: int,
) -> dict[str, Any]:
    """`start` and `end` (epoch ms, both inclusive) bound the time of occurrence. Raises NotFoundError.

    `next_cursor` is None behind the last activity. `hidden` is there when the person has not consented to
    processing and the deployment requires it.
    """
    members = people.find(profile_id, viewer).members
    if is_hidden(members, now):
        return {"activities": [], "next_cursor": None, "hidden": HIDDEN}
    last = position_in(cursor) if cursor else None
    newest = min(END_OF_TIME if end is None else end, last[0] if last else END_OF_TIME)
    entries = entries_of(members, 0 if start is None else start, newest)
    return _page(entries, last, category, limit)


def entries_of(members: Sequence[ProfileState], start: int, end: int) -> Iterator[Entry]:
    """What occurred to these members from `start` to `end` (epoch ms, both inclusive), newest first. Lazy."""
    logs = [_log(member, start, end) for member in members]
    return (entry for entry in merge(logs) if start <= entry.activity.occurred_at <= end)


def _log(member: ProfileState, start: int, end: int) -> Iterator[Entry]:
    # What occurred in [start, end] has its key in the period widened by how wrong the clocks of this log were.
    slowest, fastest = member.skew
    keys = read_newest_first(member.id, start - fastest, end - slowest + 1)
    return by_occurrence(member.id, one_by_one(a for a in keys if not member.is_erased(a)), fastest)


def _page(
    entries: Iterator[Entry], last: Position | None, category: str | None, limit: int
) -> dict[str, Any]:
    shown: list[dict[str, Any]] = []
    size = 0
    entry: Entry | None = None
    own = event_categories.own_names()
    for entry in islice((e for e in entries if last is None or e.position < last), MAX_READ):
        if category is None or matches(entry.activity, category, own):
            shown.append(_answer(entry, own))
            size += len(encode(shown[-1]))
        if len(shown) == limit or size > PAGE_BYTES:
            break
    more = entry is not None and next(entries, None) is not None
    _name_tags(shown)
    _name_segments(shown)
    _name_memberships(shown)
    return {"activities": shown, "next_cursor": cursor_of(entry.position) if entry and more else None}


def _answer(entry: Entry, own: OwnNames) -> dict[str, Any]:
    activity = entry.activity
    return {
        "id": activity.message_id,
        "type": activity.type,
        "name": activity.name,
        "category": category_of(activity, own),
        "occurred_at": iso(activity.occurred_at),
        "received_at": iso(activity.received_at),
        "properties": _properties(activity),
        "changes": _changes(activity),
        "context": activity.context,
        "source": activity.source_id,
        "profile_id": entry.profile_id,
    }


def _properties(activity: Activity) -> dict[str, Any]:
    """Of a row of a file, also what it changed, by ids. It is not kept twice: files have millions of rows."""
    if activity.type != IMPORTED:
        return activity.properties
    said = {name: value for name, value in activity.properties.items() if name not in {WAS, WAS_OF}}
    was, was_of = (activity.properties.get(name, {}) for name in (WAS, WAS_OF))
    return said | told_of_row(activity.effects or {}, was, was_of)


def _changes(activity: Activity) -> dict[str, Any] | None:
    """What a form did beside filling in attributes, tags by id. An edit tells of its own in its properties."""
    if activity.type != FORM or not activity.effects:
        return None
    consents = {key: said["state"] for key, said in activity.effects.get(CONSENTS, {}).items()}
    told = {"tags": sorted(activity.effects.get(TAGS, ())), "consents": consents}
    return told if any(told.values()) else None


def _name_segments(shown: Sequence[dict[str, Any]]) -> None:
    """Say segments that were entered or left by the names that they have now."""
    told = [answer for answer in shown if answer["type"] in {ENTERED, LEFT}]
    names = segment_names({answer["properties"]["segment"] for answer in told})
    for answer in told:
        answer["name"] = names.get(answer["properties"]["segment"])


def _name_tags(shown: Sequence[dict[str, Any]]) -> None:
    """Say tags by the names that they have now; those that were deleted are left out."""
    given = [answer["changes"] for answer in shown if answer["changes"]]
    lists = [(change, "tags") for change in given]
    rows = [answer["properties"] for answer in shown if answer["type"] == IMPORTED]
    lists += [(said["tags"], "added") for said in rows if "tags" in said]
    names = tags.names({tag for holder, part in lists for tag in holder[part]})
    for holder, part in lists:
        holder[part] = sorted(names[tag] for tag in holder[part] if tag in names)


def _name_memberships(shown: Sequence[dict[str, Any]]) -> None:
    """The same of the lists and segments into which rows of files have put somebody."""
    rows = [answer["properties"] for answer in shown if answer["type"] == IMPORTED]
    joined = [said["lists"] for said in rows if "lists" in said]
    names = lists.names({id_ for told in joined for id_ in told["added"]})
    for told in joined:
        told["added"] = sorted(names[id_] for id_ in told["added"] if id_ in names)
    decided = [said for said in rows if "segments" in said]
    names = segment_names({id_ for said in decided for id_ in said["segments"]})
    for said in decided:
        said["segments"] = {names[id_]: how for id_, how in said["segments"].items() if id_ in names}
