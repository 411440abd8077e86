"""Saved views of the list of customers."""

from typing import Annotated, Any, ClassVar

from pydantic import AfterValidator, Field

from crm.api.filters import SORT
from crm.api.models.base import Input, Instant, Output, PartialUpdate, Properties
from crm.api.models.selections import FILTER_SCHEMA, read_given_filter
from crm.domain import named


def _checked(given: dict[str, Any]) -> dict[str, Any]:
    """Return the filter as it was sent: it is read when it is used."""
    if given:
        read_given_filter(given)
    return given


_Name = Annotated[
    str, Field(min_length=1, max_length=named.MAX_NAME_LENGTH, examples=["Berlin, active this month"])
]
_Filter = Annotated[
    dict[str, Any],
    AfterValidator(_checked),
    Field(
        max_length=50,
        examples=[{"city": ["Berlin"], "last_activity.less_than_days_ago": 30}],
        description=(
            "Filters of `GET /v1/profiles` by name. Values are texts as in the query string, or lists of texts. Empty: "
            "all customers."
        ),
        json_schema_extra=FILTER_SCHEMA,
    ),
]
_Sort = Annotated[str, AfterValidator(SORT.parse), Field(json_schema_extra={"enum": SORT.schema["enum"]})]


class NewSavedView(Input):
    """A new saved view. Names that differ only in case and spaces are the same."""

    EXAMPLE: ClassVar[Properties] = {"name": "Berlin, active", "filter": {"city": ["Berlin"]}, "sort": "name"}

    name: _Name
    filter: _Filter = Field(default_factory=dict)
    sort: _Sort = SORT.default


class SavedViewChanges(PartialUpdate):
    """A partial update: omitted fields stay as they are; a new filter replaces the former one."""

    EXAMPLE: ClassVar[Properties] = {"sort": "-last_transaction"}

    name: _Name
    filter: _Filter
    sort: _Sort


class SavedView(Output):
    """A filter and an order of the list of customers, as they were saved."""

    id: str
    name: str
    filter: Properties
    sort: str
    created_at: Instant
    version: int


class SavedViewList(Output):
    """All saved views, by name."""

    views: list[SavedView]
