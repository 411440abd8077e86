"""Commands of segments."""

from typing import Any, NotRequired, TypedDict

ConditionJson = dict[str, Any]
"""A condition, which may contain others, as the model `Condition` declares it."""


class NewSegment(TypedDict):
    """A segment: dynamic with a condition, or static with members that are added by hand."""

    name: str
    type: NotRequired[str]
    condition: NotRequired[ConditionJson | None]
    description: NotRequired[str]


class PreviewedSegment(TypedDict):
    """A condition to preview."""

    condition: ConditionJson
    kind: NotRequired[str]
    sample: NotRequired[int]


class FilterToConvert(TypedDict):
    """A filter of the list of customers."""

    filter: dict[str, Any]


class SegmentChanges(TypedDict, total=False):
    """A partial update: omitted fields stay as they are. The type cannot be changed. A new condition is a new version,
    which is evaluated for all customers.
    """

    name: str
    condition: ConditionJson
    description: str
    archived: bool


class NewSnapshot(TypedDict):
    """The name of a static segment to create from the current members of this one."""

    name: str
    description: NotRequired[str]
