"""What all bodies share."""

from datetime import datetime
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field


class Input(BaseModel):
    """What clients send: a field that is not declared is a mistake, and told."""

    model_config = ConfigDict(extra="forbid", strict=True)


class Output(BaseModel):
    """What we answer. Fields may be added in time; clients ignore what they do not know."""


Instant = Annotated[datetime, Field(examples=["2026-11-21T19:30:00.123Z"])]
"""ISO 8601 in UTC, with milliseconds."""

Properties = dict[str, Any]


class Error(Output):
    """Every refusal has this shape."""

    code: str = Field(description="For programs; stable.", examples=["invalid_parameter"])
    message: str = Field(description="For people: what was wrong, and what would be right.")
    details: Properties = Field(description="What the code is about, for example the field.")
