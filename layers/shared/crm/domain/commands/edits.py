"""Commands that edit profiles."""

from typing import Any, NewType, NotRequired, TypedDict

AttributesJson = dict[str, Any]
"""Values by the names of attributes; None clears one."""

AttributeValues = NewType("AttributeValues", AttributesJson)
"""The values of the attributes to set."""


class ConsentEdit(TypedDict):
    """The consent to grant or deny for one channel."""

    state: str
    purpose: NotRequired[str | None]
    proof: NotRequired[str | None]
    source: NotRequired[str | None]
    expires_at: NotRequired[str | None]
    channel: str


class NewProfile(TypedDict, total=False):
    """A new customer, with at least one identity, in `identities` or among the attributes."""

    identities: dict[str, str | int]
    attributes: AttributesJson
    tags: list[str]
    consents: list[ConsentEdit]
    responsible: str | None
    classes: list[str]


class Switches(TypedDict, total=False):
    """Tags or classes to add and to remove, by name."""

    add: list[str]
    remove: list[str]


class ProfileChanges(TypedDict, total=False):
    """A partial update: omitted fields stay as they are."""

    identities: dict[str, str | int]
    attributes: AttributesJson
    tags: Switches
    consents: list[ConsentEdit]
    responsible: str | None
    classes: Switches


class Responsible(TypedDict):
    """The user who is responsible for a customer."""

    user: str
