"""Lists of customers."""

from typing import Annotated, ClassVar

from pydantic import Field

from crm.api.models.base import Input, Instant, Output, PartialUpdate, Properties
from crm.domain import named

_Name = Annotated[str, Field(min_length=1, max_length=named.MAX_NAME_LENGTH, examples=["Trade fair, spring"])]
_Description = Annotated[str, Field(max_length=named.MAX_DESCRIPTION_LENGTH)]


class NewList(Input):
    """A new list, without customers. Names that differ only in case and spaces are the same list."""

    EXAMPLE: ClassVar[Properties] = {"name": "Trade fair", "description": "left a card at the stand"}

    name: _Name
    description: _Description = ""


class ListChanges(PartialUpdate):
    """A partial update: omitted fields stay as they are. A new name applies to all customers on the list."""

    EXAMPLE: ClassVar[Properties] = {"name": "Trade fair 2027"}

    name: _Name
    description: _Description


class List(Output):
    """A list. `count`: the customers on it that the key can see, all of them unless `more` is true."""

    id: str
    name: str
    description: str
    created_at: Instant
    count: int
    more: bool = Field(description="Whether there are more than `count`; only with `count_up_to`.")
    version: int


class ListPage(Output):
    """All lists with their counts."""

    lists: list[List]
    next_cursor: str | None
