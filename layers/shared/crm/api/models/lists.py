"""Lists that customers are put on."""

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
    """A list that nobody is on yet. Names that differ in capitals and blanks only are one."""

    name: Name
    description: Description = ""


class ListChanges(Input):
    """Only what is given changes. A new name is that of everybody who is on the list."""

    model_config = ConfigDict(json_schema_extra=_without_defaults)

    name: Name = ""
    description: Description = ""


class List(Output):
    """A list. `count` is exact: the customers who are on it, of those that the key sees."""

    id: str
    name: str
    description: str
    created_at: Instant
    count: int


class ListPage(Output):
    """Lists with their counts."""

    lists: list[List]
    next_cursor: str | None
