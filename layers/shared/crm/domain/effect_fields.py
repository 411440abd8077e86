"""The effects of an activity as it stores them: changes to the profile, by register."""

from typing import Any, Final, Literal, TypedDict

from crm.domain.consent_fields import ConsentEffect
from crm.domain.work_fields import Work

ATTRIBUTES: Final = "attributes"
TAGS: Final = "tags"
CLASSES: Final = "classes"
FIELDS: Final = "fields"
CONSENTS: Final = "consents"
LINKS: Final = "links"
WORK: Final = "work"
"""A note or a task as it is from now on; stored next to the profile, not in it."""

PENDING_CONSENTS = "pending"
"""Register in which the fold keeps the consents that need a confirmation."""

GROUPS = "groups"
"""Register in which the fold keeps the traits of `group` messages."""

RESPONSIBLE, DELETED_FIELD, SHOWN_ID, LIST_FIELD, OVERRIDE = (
    "responsible",
    "deleted",
    "canonical:",
    "list:",
    "segment:",
)
"""Keys of FIELDS: the responsible user, whether the profile was deleted by hand; followed by a profile id, that a
merge chose this id to be shown; followed by the id of a list, whether the customer is on it; followed by the id of a
segment, whether the customer is in it (True) or out of it (False), regardless of its condition.
"""

EffectRegister = Literal["attributes", "tags", "classes", "fields"]
REGISTERS: tuple[EffectRegister, ...] = (ATTRIBUTES, TAGS, CLASSES, FIELDS)
"""Effects of the form `{key: value}`, where None clears."""


class Effects(TypedDict, total=False):
    """Changes by register: `{ATTRIBUTES: {"city": "Rome"}, TAGS: {"t1": True}}`. Tags and lists are ids.

    `links`: the identities that are linked with the log's own (`[type, value, True]`) or unlinked (False).
    """

    attributes: dict[str, Any]
    tags: dict[str, bool | None]
    classes: dict[str, bool | None]
    fields: dict[str, Any]
    consents: dict[str, ConsentEffect]
    links: list[list[Any]]
    work: Work
