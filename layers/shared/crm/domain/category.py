"""Categories of the timeline: the part of it in which an activity is shown."""

from typing import Literal, get_args

from crm.domain.activity import Activity
from crm.domain.event_names import OwnNames, event_subject

ALL = "all"
EventCategory = Literal[
    "web",
    "mobile",
    "forms",
    "notes",
    "pages",
    "places",
    "shopping",
    "cart",
    "automation",
    "coupons",
    "campaigns",
    "account",
    "content",
    "support",
    "other",
]
"""Categories of customers' own activities, never edits or the system's."""

OF_EVENTS = get_args(EventCategory)
CATEGORIES = (*OF_EVENTS, "edits", "system")
"""Every category except `all`."""

_BY_TYPE = {
    "form": "forms",
    "note": "notes",
    "task": "notes",
    "page": "pages",
    "screen": "pages",
    "identify": "account",
    "group": "account",
    "alias": "account",
}
_EDITS = {"profile", "tag", "list", "consent", "score", "conflict"}
"""Prefixes of activities by others: `profile.edited`, `tag.added`... Any other type with a dot is the system's."""

_BY_KIND = {"web": "web", "mobile": "mobile"}
_SYSTEM = "system"
_ELSEWHERE = "other"
"""Category of a customer's activity, when neither the event nor its source gives a better one."""


def category_of(activity: Activity, own: OwnNames | None = None) -> str:
    """Return the most specific category: the event before the kind of source.

    `own`: names that the deployment declared.
    """
    return _subject_of(activity, own) or _BY_KIND.get(activity.source_kind, _ELSEWHERE)


def matches(activity: Activity, category: str, own: OwnNames | None = None) -> bool:
    """Return whether a category shows this activity: by the event, or by the kind of its source."""
    if category == ALL:
        return True
    subject = _subject_of(activity, own)
    if subject in {"edits", _SYSTEM}:
        return category == subject
    where = _BY_KIND.get(activity.source_kind)
    return category in (subject or where or _ELSEWHERE, where)


def _subject_of(activity: Activity, own: OwnNames | None) -> str | None:
    if "." in activity.type:
        return "edits" if activity.type.partition(".")[0] in _EDITS else _SYSTEM
    if activity.type == "track" and activity.name:
        return event_subject(activity.name, own)
    return _BY_TYPE.get(activity.type)
