"""Acting on many customers at once."""

from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field

from crm.api.models.base import Input
from crm.api.models.edits import MOST_CLASSES, MOST_TAGS, Attributes, Class, TagName, User
from crm.api.models.exports import Columns, Format
from crm.api.models.links import ProfileId
from crm.api.models.selections import Selected
from crm.domain.exports.formats import CSV

Tags = Annotated[list[TagName], Field(min_length=1, max_length=MOST_TAGS, description="By name.")]
ListName = Annotated[
    str, Field(min_length=1, max_length=200, examples=["Trade fair"], description="Name or id of a list.")
]
SegmentName = Annotated[
    str,
    Field(min_length=1, max_length=200, examples=["Big spenders"], description="Name or id of a segment."),
]
Classes = Annotated[list[Class], Field(min_length=1, max_length=MOST_CLASSES)]


def _without_defaults(schema: dict[str, Any]) -> None:
    for field in schema["properties"].values():
        field.pop("default", None)


class ChangeTags(Input):
    """Give or take tags: those to give are registered if need be, those to take may be unheard of."""

    type: Literal["add_tags", "remove_tags"]
    tags: Tags


class SetAttributes(Input):
    """Set attributes to the same values; null empties one. `email` and `phone` can only be emptied."""

    type: Literal["set_attributes"]
    attributes: Annotated[Attributes, Field(min_length=1, examples=[{"city": "Berlin", "company": None}])]


class ChangeList(Input):
    """Put on a list, or take off it."""

    type: Literal["add_to_list", "remove_from_list"]
    list: ListName


class DecideSegment(Input):
    """Put into a segment, or keep out of it, whatever its conditions say."""

    type: Literal["add_to_segment", "remove_from_segment"]
    segment: SegmentName


class SetResponsible(Input):
    """Say who looks after them; null: nobody."""

    type: Literal["set_responsible"]
    responsible: User | None


class ChangeClasses(Input):
    """Put into classes, or take out of them."""

    type: Literal["add_classes", "remove_classes"]
    classes: Classes


class MergeAll(Input):
    """Make one customer of those picked by hand: 2 to 100 ids."""

    model_config = ConfigDict(json_schema_extra=_without_defaults)

    type: Literal["merge"]
    into: ProfileId = Field(default="", description="The id that stays: the first one of `ids` by default.")


class DeleteAll(Input):
    """Delete them until they are restored or do something (scope `profiles:delete`)."""

    type: Literal["delete"]


class EraseAll(Input):
    """Forget them for good (scope `profiles:delete`): a job for each, whose result is the receipt."""

    type: Literal["erase"]


class ExportAll(Input):
    """Export them (scope `profiles:export`), as `POST /v1/exports` does: the answer is the job of the export."""

    type: Literal["export"]
    columns: Columns = Field(default=[])
    format: Format = CSV


Action = Annotated[
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
    """Whom: exactly one of `ids`, `filter`, `tag`, `list`, `segment`, `group` and `all`; and what is done to each."""

    action: Action
