"""The customers that a job processes."""

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from crm.api.filters import FILTERS
from crm.api.models.base import OMITTED, Input
from crm.api.models.links import ProfileId
from crm.api.selection_filter import read_filter
from crm.domain.errors import InvalidInputError

MAX_IDS = 10_000


def read_given_filter(given: dict[str, Any]) -> dict[str, Any]:
    """Parse a filter, for pydantic."""
    try:
        return read_filter(given)
    except InvalidInputError as error:
        raise PydanticCustomError(
            "filter", "{message}", {"message": error.message, "parameter": error.details.get("parameter")}
        ) from None


_TEXT = {"anyOf": [{"type": "string", "minLength": 1}, {"type": "array", "items": {"type": "string"}}]}
FILTER_SCHEMA: dict[str, Any] = {
    "additionalProperties": False,
    "properties": {
        parameter.name: _TEXT if parameter.schema["type"] == "array" else parameter.schema
        for parameter in FILTERS
    },
}
_Filter = Annotated[
    dict[str, Any],
    AfterValidator(read_given_filter),
    Field(
        examples=[{"city": ["Berlin", "Rome"], "tag": "VIP", "last_activity.less_than_days_ago": 30}],
        description=(
            "Customers who match all of these filters of `GET /v1/profiles`, except `sort`, `limit` and `cursor`. "
            "Values are texts as in the query string, or lists of texts."
        ),
        json_schema_extra={"minProperties": 1, **FILTER_SCHEMA},
    ),
]


class Group(Input):
    """A group: the customers with a tag, class, list, segment or responsible user."""

    kind: Literal["tag", "class", "list", "segment", "responsible"]
    id: str = Field(
        min_length=1,
        max_length=200,
        examples=["VIP"],
        description=(
            "Name or id of the tag, list or segment; the class; or the responsible user as on the profile."
        ),
    )


_Ids = Annotated[
    list[ProfileId],
    Field(
        min_length=1, max_length=MAX_IDS, description="Ids of customers; the id of any member is accepted."
    ),
]
_Name = Annotated[str, Field(min_length=1, max_length=200, examples=["VIP"], description="Name or id.")]


class Selected(Input):
    """Selects customers by exactly one of `ids`, `filter`, `tag`, `list`, `segment`, `group` and `all`."""

    ids: _Ids = Field(default=OMITTED)
    filter: _Filter = Field(default=OMITTED)
    tag: _Name = OMITTED
    list: _Name = OMITTED
    segment: _Name = OMITTED
    group: Group = OMITTED
    all: Literal[True] = OMITTED
    kind: Literal["recognised", "anonymous", "any"] = Field(
        default=OMITTED,
        description="Restricts the selection to this kind: recognised by default, any with `ids`.",
    )
