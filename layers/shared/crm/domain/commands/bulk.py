"""Commands of bulk actions."""

from typing import NotRequired, TypedDict

from crm.domain.commands.edits import AttributesJson
from crm.domain.commands.selections import NameList, Selected


class Action(TypedDict):
    """What is done with each customer; the other fields depend on `type`, as the models of the actions declare."""

    type: str
    tags: NotRequired[NameList]
    attributes: NotRequired[AttributesJson]
    list: NotRequired[str]
    segment: NotRequired[str]
    responsible: NotRequired[str | None]
    classes: NotRequired[NameList]
    into: NotRequired[str]
    columns: NotRequired[NameList]
    format: NotRequired[str]


class NewBulk(Selected):
    """One action on the selected customers."""

    action: Action
