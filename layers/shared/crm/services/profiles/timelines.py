"""A person's timeline: the logs of all members as one, newest first."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any

from crm.domain.activity import ENTERED, FORM, IMPORTED, LEFT, Activity
from crm.domain.api_key import Principal
from crm.domain.category import category_of, matches
from crm.domain.commands.pages import CursorJson
from crm.domain.copies import WAS, WAS_OF
from crm.domain.edit_diff import describe_row_effects
from crm.domain.effect_fields import CONSENTS, TAGS
from crm.domain.event_names import OwnNames
from crm.domain.json_text import encode
from crm.domain.profile import ProfileState
from crm.domain.segments.membership_activity import one_by_one
from crm.domain.timeline import (
    TimelineEntry,
    TimelinePosition,
    by_occurrence,
    cursor_of,
    merge_timelines,
    position_in,
)
from crm.domain.times import iso
from crm.domain.views.profiles import ActivitiesView, ActivityView, FormEffectsView
from crm.services.definitions import event_categories, lists, tags
from crm.services.profiles import people
from crm.services.profiles.profile_view import HIDDEN, is_hidden
from crm.services.profiles.source_names import source_names
from crm.services.ruleset.segment_names import segment_names
from crm.storage.activities import read_newest_first

MAX_ACTIVITIES_READ = 2000
"""Activities that one request reads when a category or a period matches few; then it returns what it has found."""

ACTIVITY_PAGE_BYTES = 4_000_000
"""Bytes of activities in a page: a response of Lambda holds 6 MB."""

END_OF_TIME = 1 << 60


def timeline(
    profile_id: str,
    viewer: Principal,
    *,
    category: str | None,
    start: int | None,
    end: int | None,
    limit: int,
    cursor: CursorJson | None,
    now: int,
) -> tuple[ActivitiesView, CursorJson | None]:
    """Return a page of the timeline. `start` and `end` (epoch ms, both inclusive) bound the time of occurrence.

    The position is None after the last activity. `hidden` is present when the person has not consented to
    processing and the deployment requires it. Raises NotFoundError.
    """
    members = people.find(profile_id, viewer).members
    if is_hidden(members, now):
        return {"activities": [], "hidden": HIDDEN}, None
    last = position_in(cursor) if cursor else None
    newest = min(END_OF_TIME if end is None else end, last[0] if last else END_OF_TIME)
    entries = entries_of(members, 0 if start is None else start, newest)
    return _page(entries, last, category, limit)


def entries_of(members: Sequence[ProfileState], start: int, end: int) -> Iterator[TimelineEntry]:
    """Return what occurred to these members from `start` to `end` (epoch ms, both inclusive), newest first. Lazy."""
    logs = [_log(member, start, end) for member in members]
    return (entry for entry in merge_timelines(logs) if start <= entry.activity.occurred_at <= end)


def _log(member: ProfileState, start: int, end: int) -> Iterator[TimelineEntry]:
    # What occurred in [start, end] has its key in the period widened by how wrong the clocks of this log were.
    slowest, fastest = member.skew
    keys = read_newest_first(member.id, start - fastest, end - slowest + 1)
    return by_occurrence(member.id, one_by_one(a for a in keys if not member.is_erased(a)), fastest)


def _page(
    entries: Iterator[TimelineEntry], last: TimelinePosition | None, category: str | None, limit: int
) -> tuple[ActivitiesView, CursorJson | None]:
    shown: list[ActivityView] = []
    size = 0
    entry: TimelineEntry | None = None
    own = event_categories.own_names()
    for entry in islice((e for e in entries if last is None or e.position < last), MAX_ACTIVITIES_READ):
        if category is None or matches(entry.activity, category, own):
            shown.append(_answer(entry, own))
            size += len(encode(shown[-1]))
        if len(shown) == limit or size > ACTIVITY_PAGE_BYTES:
            break
    more = entry is not None and next(entries, None) is not None
    _name(shown)
    return {"activities": shown}, cursor_of(entry.position) if entry and more else None


def activity_views(entries: Iterable[TimelineEntry]) -> list[ActivityView]:
    """Return the models `Activity` of entries, with the names of what they contain."""
    own = event_categories.own_names()
    views = [_answer(entry, own) for entry in entries]
    _name(views)
    return views


def _name(shown: Sequence[ActivityView]) -> None:
    _name_tags(shown)
    _name_segments(shown)
    _name_memberships(shown)
    _name_sources(shown)


def _answer(entry: TimelineEntry, own: OwnNames) -> ActivityView:
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
        "source_name": None,
        "profile_id": entry.profile_id,
    }


def _properties(activity: Activity) -> dict[str, Any]:
    """Return the properties; for a row of a file with its changes, by ids: computed instead of stored twice."""
    if activity.type != IMPORTED:
        return activity.properties
    properties = {name: value for name, value in activity.properties.items() if name not in {WAS, WAS_OF}}
    was, was_of = (activity.properties.get(name, {}) for name in (WAS, WAS_OF))
    return properties | describe_row_effects(activity.effects or {}, was, was_of)


def _changes(activity: Activity) -> FormEffectsView | None:
    """Return the changes of a form other than attributes, tags by id. An edit lists its own in its properties."""
    if activity.type != FORM or not activity.effects:
        return None
    consents = {key: given["state"] for key, given in activity.effects.get(CONSENTS, {}).items()}
    changes: FormEffectsView = {"tags": sorted(activity.effects.get(TAGS, ())), "consents": consents}
    return changes if any(changes.values()) else None


def _name_sources(shown: Sequence[ActivityView]) -> None:
    """Name the API key, the source or the form of each activity."""
    names = source_names(answer["source"] for answer in shown)
    for answer in shown:
        answer["source_name"] = names.get(answer["source"])


def _name_segments(shown: Sequence[ActivityView]) -> None:
    """Name segments that were entered or left by their current names."""
    moves = [answer for answer in shown if answer["type"] in {ENTERED, LEFT}]
    names = segment_names({answer["properties"]["segment"] for answer in moves})
    for answer in moves:
        answer["name"] = names.get(answer["properties"]["segment"])


def _name_tags(shown: Sequence[ActivityView]) -> None:
    """Name tags by their current names; deleted tags are left out."""
    given = [answer["changes"] for answer in shown if answer["changes"]]
    rows = [answer["properties"] for answer in shown if answer["type"] == IMPORTED]
    added = [row["tags"] for row in rows if "tags" in row]
    held = [tag for change in given for tag in change["tags"]] + [
        tag for row in added for tag in row["added"]
    ]
    names = tags.names(dict.fromkeys(held))
    for change in given:
        change["tags"] = sorted(names[tag] for tag in change["tags"] if tag in names)
    for row in added:
        row["added"] = sorted(names[tag] for tag in row["added"] if tag in names)


def _name_memberships(shown: Sequence[ActivityView]) -> None:
    """Name the lists and segments that rows of files have added, by their current names."""
    rows = [answer["properties"] for answer in shown if answer["type"] == IMPORTED]
    joined = [row["lists"] for row in rows if "lists" in row]
    names = lists.names({id_ for change in joined for id_ in change["added"]})
    for change in joined:
        change["added"] = sorted(names[id_] for id_ in change["added"] if id_ in names)
    decided = [row for row in rows if "segments" in row]
    names = segment_names({id_ for row in decided for id_ in row["segments"]})
    for row in decided:
        row["segments"] = {names[id_]: how for id_, how in row["segments"].items() if id_ in names}
