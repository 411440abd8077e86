"""Categories of the timeline: where an activity is shown."""

import re

from crm.domain.activity import Activity

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
    "edits",
    "system",
)
"""Every category beside `all`."""

_BY_TYPE = {"form": "forms", "note": "notes", "task": "notes", "page": "pages", "screen": "pages"}
_EDITS = {"profile", "tag", "list", "consent", "score"}
"""What others do to a profile: `profile.edited`, `tag.added`... Whatever else has a dot is the system's."""

_BY_EVENT = {
    "product added": "cart",
    "product removed": "cart",
    "checkout started": "shopping",
    "checkout step viewed": "shopping",
    "checkout step completed": "shopping",
    "payment info entered": "shopping",
    "products searched": "shopping",
    "unsubscribed": "campaigns",
    "store visited": "places",
    "note added": "notes",
}
_BY_FIRST_WORD = {
    "order": "shopping",
    "product": "shopping",
    "wishlist": "shopping",
    "cart": "cart",
    "coupon": "coupons",
    "promotion": "campaigns",
    "campaign": "campaigns",
    "email": "campaigns",
    "sms": "campaigns",
    "push": "campaigns",
    "form": "forms",
    "note": "notes",
    "place": "places",
    "beacon": "places",
    "automation": "automation",
    "workflow": "automation",
    "journey": "automation",
}
_BY_KIND = {"web": "web", "mobile": "mobile"}
_BETWEEN_WORDS = re.compile(r"[\s_\-.:]+|(?<=[a-z0-9])(?=[A-Z])")


def category_of(activity: Activity) -> str:
    """The most specific category: what happened before where it happened."""
    return _subject_of(activity) or _BY_KIND.get(activity.source_kind, "system")


def matches(activity: Activity, category: str) -> bool:
    """Whether a category shows this activity: by what happened, or by the kind of its source."""
    if category == ALL:
        return True
    subject = _subject_of(activity)
    if subject in {"edits", "system"}:
        return category == subject
    return category in (subject, _BY_KIND.get(activity.source_kind)) or category == category_of(activity)


def _subject_of(activity: Activity) -> str | None:
    if "." in activity.type:
        return "edits" if activity.type.partition(".")[0] in _EDITS else "system"
    if activity.type == "track" and activity.name:
        return _of_event(activity.name)
    return _BY_TYPE.get(activity.type)


def _of_event(name: str) -> str | None:
    words = _BETWEEN_WORDS.sub(" ", name).lower().split()
    if not words:
        return None
    return _BY_EVENT.get(" ".join(words)) or _BY_FIRST_WORD.get(words[0])
