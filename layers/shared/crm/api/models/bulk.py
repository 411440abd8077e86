"""Bulk actions: one action on many customers."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from crm.api.models.base import OMITTED, Input, Properties
from crm.api.models.edits import MAX_CLASSES_SENT, MAX_TAGS_SENT, Attributes, Class, TagName, User
from crm.api.models.exports import ExportColumns, Format
from crm.api.models.links import ProfileId
from crm.api.models.selections import Selected
from crm.domain.exports.formats import CSV

_Tags = Annotated[list[TagName], Field(min_length=1, max_length=MAX_TAGS_SENT, description="Names.")]
ListName = Annotated[
    str, Field(min_length=1, max_length=200, examples=["Trade fair"], description="Name or id of a list.")
]
SegmentName = Annotated[
    str,
    Field(min_length=1, max_length=200, examples=["Big spenders"], description="Name or id of a segment."),
]
_Classes = Annotated[list[Class], Field(min_length=1, max_length=MAX_CLASSES_SENT)]


class ChangeTags(Input):
    """Add and remove tags. A tag to add is registered if it does not exist; a tag to remove need not exist."""

    type: Literal["add_tags", "remove_tags"]
    tags: _Tags


class SetAttributes(Input):
    """Set attributes to the same values for all customers; null clears an attribute. `email` and `phone` can only be
    cleared.
    """

    type: Literal["set_attributes"]
    attributes: Annotated[Attributes, Field(min_length=1, examples=[{"city": "Berlin", "company": None}])]


class ChangeList(Input):
    """Add customers to a list, or remove them from it."""

    type: Literal["add_to_list", "remove_from_list"]
    list: ListName


class DecideSegment(Input):
    """Put customers into a segment or keep them out of it, regardless of its condition."""

    type: Literal["add_to_segment", "remove_from_segment"]
    segment: SegmentName


class SetResponsible(Input):
    """Assign the responsible user; null removes the assignment."""

    type: Literal["set_responsible"]
    responsible: User | None


class ChangeClasses(Input):
    """Add customers to classes, or remove them from classes."""

    type: Literal["add_classes", "remove_classes"]
    classes: _Classes


class MergeAll(Input):
    """Merge customers that are given by `ids` (2 to 100) into one."""

    type: Literal["merge"]
    into: ProfileId = Field(
        default=OMITTED, description="The id of the profile to keep; the first of `ids` by default."
    )


class DeleteAll(Input):
    """Soft-delete customers, until they are restored or are active again (scope `profiles:delete`)."""

    type: Literal["delete"]


class EraseAll(Input):
    """Erase customers permanently (scope `profiles:delete`): one job for each, whose result is the receipt."""

    type: Literal["erase"]


class ExportAll(Input):
    """Export customers (scope `profiles:export`), as `POST /v1/exports` does; the response is the job of the export."""

    type: Literal["export"]
    columns: ExportColumns = Field(default=[])
    format: Format = CSV


_Action = Annotated[
    ChangeTags
    | SetAttributes
    | ChangeList
    | DecideSegment
    | SetResponsible
    | ChangeClasses
    | MergeAll
    | DeleteAll
    | EraseAll
    | ExportAll,
    Field(discriminator="type"),
]


class NewBulk(Selected):
    """A bulk action. The customers are selected by exactly one of `ids`, `filter`, `tag`, `list`, `segment`, `group`
    and `all`.
    """

    EXAMPLE: ClassVar[Properties] = {
        "filter": {"city": "Berlin"},
        "action": {"type": "add_tags", "tags": ["Summer fair"]},
    }

    action: _Action
