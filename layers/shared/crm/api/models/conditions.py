"""Conditions: the tree that decides who is in a segment."""

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field
from pydantic_core import PydanticCustomError
from typing_extensions import TypeAliasType

from crm.api.models.card_conditions import CardCondition
from crm.api.models.event_conditions import ActivityCondition
from crm.api.models.operands import ConditionPart
from crm.domain.segments.definition import DEEPEST

MAX_CONDITIONS_TOGETHER = 100


class AllOrAny(ConditionPart):
    """Holds if all of these conditions hold (`and`), or if one of them holds (`or`)."""

    type: Literal["and", "or"]
    conditions: list["Condition"] = Field(min_length=1, max_length=MAX_CONDITIONS_TOGETHER)


class Not(ConditionPart):
    """Holds if the condition does not hold."""

    type: Literal["not"]
    condition: "Condition"


Condition = TypeAliasType(
    "Condition",
    Annotated[
        AllOrAny | Not | CardCondition | ActivityCondition,
        Field(
            discriminator="type",
            description=(
                "The condition that selects customers: a single one, or several joined by `and`, `or` and "
                "`not`."
            ),
            examples=[
                {"type": "tag", "tag": "VIP"},
                {
                    "type": "and",
                    "conditions": [
                        {
                            "type": "attribute",
                            "name": "city",
                            "operator": "one_of",
                            "value": ["Berlin", "Rome"],
                        },
                        {
                            "type": "event",
                            "event": "Order Completed",
                            "function": "sum",
                            "property": "revenue",
                            "value": 100,
                            "window": {"within_days": 90},
                        },
                    ],
                },
            ],
        ),
    ],
)


def _not_too_deep(value: Any) -> Any:
    # The depth is checked before validation: pydantic can read a value nested a thousand levels deep, but cannot
    # serialize it.
    level = [value]
    for _ in range(DEEPEST):
        level = [part for one in level if isinstance(one, dict) for part in _parts(one)]
        if not level:
            return value
    raise PydanticCustomError("too_deep", "must be nested at most {most} levels deep", {"most": DEEPEST})


def _parts(sent: dict[str, Any]) -> list[Any]:
    several = sent.get("conditions")
    return [
        *(several if isinstance(several, list) else ()),
        *([sent["condition"]] if "condition" in sent else ()),
    ]


Tree = Annotated[Condition, BeforeValidator(_not_too_deep)]
"""A condition with all its nested conditions."""
