"""Categories of the timeline: where an activity is shown."""

from crm.domain.activity import Activity
from crm.domain.event_names import subject_of

ALL = "all"
CATEGORIES = (
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
    "edits",
    "system",
)
"""Every category beside `all`."""

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
_EDITS = {"profile", "tag", "list", "consent", "score"}
"""What others do to a profile: `profile.edited`, `tag.added`... Whatever else has a dot is the system's."""

_BY_KIND = {"web": "web", "mobile": "mobile"}
_SYSTEM = "system"
_ELSEWHERE = "other"
"""What a customer did, when neither the event nor its source tells more."""


def category_of(activity: Activity) -> str:
    """The most specific category: what happened before where it happened."""
    return _subject_of(activity) or _BY_KIND.get(activity.source_kind, _ELSEWHERE)


def matches(activity: Activity, category: str) -> bool:
    """Whether a category shows this activity: by what happened, or by the kind of its source."""
    if category == ALL:
        return True
    subject = _subject_of(activity)
    if subject in {"edits", _SYSTEM}:
        return category == subject
    return category in (subject, _BY_KIND.get(activity.source_kind)) or category == category_of(activity)


def _subject_of(activity: Activity) -> str | None:
    if "." in activity.type:
        return "edits" if activity.type.partition(".")[0] in _EDITS else _SYSTEM
    if activity.type == "track" and activity.name:
        return subject_of(activity.name)
    return _BY_TYPE.get(activity.type)
