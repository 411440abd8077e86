"""Lists of customers."""

from typing import Annotated, Any

from pydantic import ConfigDict, Field

from crm.api.models.base import Input, Instant, Output
from crm.domain import named

Name = Annotated[str, Field(min_length=1, max_length=named.LONGEST_NAME, examples=["Trade fair, spring"])]
Description = Annotated[str, Field(max_length=named.LONGEST_DESCRIPTION)]


def _without_defaults(schema: dict[str, Any]) -> None:
    for field in schema["properties"].values():
        field.pop("default", None)


class NewList(Input):
    """A new list, without customers. Names that differ only in case and spaces are the same list."""

    name: Name
    description: Description = ""


class ListChanges(Input):
    """A partial update: omitted fields stay as they are. A new name applies to all customers on the list."""

    model_config = ConfigDict(json_schema_extra=_without_defaults)

    name: Name = ""
    description: Description = ""


class List(Output):
    """A list. `count` is exact: the number of customers on the list among those that the key can see."""

    id: str
    name: str
    description: str
    created_at: Instant
    count: int


class ListPage(Output):
    """All lists with their counts."""

    lists: list[List]
    next_cursor: str | None
