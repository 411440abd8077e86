"""Sources and API keys."""

from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field, PlainSerializer, WithJsonSchema, WrapValidator

from crm.api.models.base import Input, Instant, Output
from crm.domain.api_key import CLASS_PATTERN, MAX_CLASSES, SCOPES
from crm.domain.source import DEFAULT_LIMIT, MAX_NAME_LENGTH, MAX_ORIGINS

Name = Annotated[str, Field(min_length=1, max_length=MAX_NAME_LENGTH, examples=["Shop"])]
Kind = Literal["web", "mobile", "server"]
Origins = Annotated[
    list[str],
    Field(
        max_length=MAX_ORIGINS,
        examples=[["https://shop.example", "https://*.shop.example"]],
        description="Pages that may send in its name; none means those that the deployment allows.",
    ),
]
Rate = Annotated[float, Field(gt=0, le=1_000_000, description="Events per second.")]
NamedRate = Annotated[
    Rate | None,
    WrapValidator(lambda value, check: value if value == DEFAULT_LIMIT else check(value)),
    PlainSerializer(lambda value: value, return_type=Any),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "number", "exclusiveMinimum": 0, "maximum": 1_000_000},
                {"const": DEFAULT_LIMIT, "type": "string"},
                {"type": "null"},
            ],
            "description": "Events per second. `default` is the deployment's limit, which servers do not have; "
            "null is none.",
        }
    ),
]
Burst = Annotated[int, Field(ge=1, le=1_000_000, description="Events at once; default one second's worth.")]
Scope = Annotated[str, Field(json_schema_extra={"enum": list(SCOPES)})]
Class = Annotated[str, Field(pattern=f"^{CLASS_PATTERN}$", examples=["vip"])]
Classes = Annotated[
    list[Class],
    Field(
        min_length=1,
        max_length=MAX_CLASSES,
        description="Only customers of one of these classes are shown; without it all are.",
    ),
]
MAX_GRACE_SECONDS = 2_592_000


def _without_defaults(schema: dict[str, Any]) -> None:
    for field in schema["properties"].values():
        field.pop("default", None)


class NewSource(Input):
    """A site, app or server that will send events."""

    name: Name
    kind: Kind = "web"
    allowed_origins: Origins = Field(default=[])
    enabled: bool = True
    rate_limit: NamedRate = DEFAULT_LIMIT  # type: ignore[assignment]
    burst: Burst | None = None


class SourceChanges(Input):
    """Only what is given changes; null takes a limit away, `default` brings the deployment's back."""

    model_config = ConfigDict(json_schema_extra=_without_defaults)

    name: Name = ""
    kind: Kind = "web"
    allowed_origins: Origins = Field(default=[])
    enabled: bool = True
    rate_limit: NamedRate = DEFAULT_LIMIT  # type: ignore[assignment]
    burst: Burst | None = None


class Rotation(Input):
    """How the old write key ends."""

    grace_seconds: int = Field(
        default=0, ge=0, le=MAX_GRACE_SECONDS, description="For how long the old key still works."
    )


class Source(Output):
    """A source. Its write key is public by nature: it stands in pages. It can write, and read nothing."""

    id: str
    name: str
    kind: Kind
    allowed_origins: list[str]
    enabled: bool
    rate_limit: float | None = Field(description="Events per second, as in force; null is no limit.")
    burst: int | None
    default_limit: bool = Field(description="Whether the limit in force is the deployment's.")
    write_key: str
    retiring_key: str | None
    retires_at: Instant | None
    created_at: Instant
    updated_at: Instant
    version: int


class LeftOutEvents(Output):
    """Events of which profiles do not keep all: too many names, or too long ones, or too large values."""

    since: Instant
    last_at: Instant
    events: int = Field(description="About how many; a month without any begins anew.")


class SourceDetails(Source):
    """A source, and whether it sends more than profiles keep."""

    left_out: LeftOutEvents | None


class SourceList(Output):
    """Every source, oldest first."""

    sources: list[Source]


class NewApiKey(Input):
    """A key may give the scopes that it has itself, admin gives all; and the classes that it is limited to itself."""

    name: Name
    scopes: list[Scope] = Field(min_length=1)
    classes: Classes | None = None


class ApiKey(Output):
    """A key without the key."""

    id: str
    name: str
    scopes: list[str]
    classes: list[str] | None = Field(description="Whom it sees; null is everybody.")
    created_at: Instant
    revoked: bool
    revoked_at: Instant | None


class CreatedApiKey(ApiKey):
    """The one time that the key is shown."""

    key: str


class ApiKeyList(Output):
    """Every key, oldest first."""

    api_keys: list[ApiKey]
