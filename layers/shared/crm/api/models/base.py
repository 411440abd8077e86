"""Base classes of the request and response models."""

from datetime import datetime
from typing import Annotated, Any, ClassVar

from pydantic import MISSING, BaseModel, ConfigDict, Field

Properties = dict[str, Any]


class Input(BaseModel):
    """Base of request models. A field that is not declared is rejected and named in the error.

    `EXAMPLE`: a body that is valid as it is, or with ids that exist; the page at /docs starts from it.
    """

    EXAMPLE: ClassVar[Properties]

    model_config = ConfigDict(extra="forbid", strict=True)


OMITTED: Any = MISSING
"""The default of a field that may be left out and then has no value: neither null nor a default of its type."""


class PartialUpdate(Input):
    """Base of the bodies of PATCH: every field may be left out, and then stays as it is.

    A field is declared by its type alone. It can be set to null only where its type allows null.
    """

    model_config = ConfigDict(defer_build=True)

    @classmethod
    def __pydantic_init_subclass__(cls, **kwargs: Any) -> None:
        """Make every field optional, before the deferred schema is built."""
        super().__pydantic_init_subclass__(**kwargs)
        for field in cls.model_fields.values():
            field.default = OMITTED


class Output(BaseModel):
    """Base of response models. Fields may be added over time; clients must ignore fields that they do not know."""


Instant = Annotated[datetime, Field(examples=["2026-11-21T19:30:00.123Z"])]
"""ISO 8601 in UTC, with milliseconds."""


class Error(Output):
    """The body of every error response."""

    code: str = Field(description="Stable error code, for programs.", examples=["invalid_parameter"])
    message: str = Field(description="Message for people: what was wrong, and what would be right.")
    details: Properties = Field(description="What the code refers to, for example the field.")
