"""Commands that merge and unmerge profiles, and settle conflicts."""

from typing import TypedDict


class Merge(TypedDict):
    """The profiles to merge into the profile."""

    profiles: list[str]


class Unmerge(TypedDict):
    """The member to remove from the profile."""

    profile: str


class NamedIdentity(TypedDict):
    """An identity, as type and value."""

    type: str
    value: str


class Settlement(TypedDict):
    """The decision about the owner of an identity."""

    identity: NamedIdentity
    owner: str


class ConflictFilter(TypedDict, total=False):
    """Selects open conflicts. An omitted field matches any value."""

    type: str | None
    reason: str | None


class SettleConflicts(TypedDict, total=False):
    """Settles the named conflicts (`conflicts`), or keeps the present owner in those that match `filter`."""

    conflicts: list[Settlement]
    filter: ConflictFilter
