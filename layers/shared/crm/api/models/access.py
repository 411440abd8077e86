"""Sources and API keys."""

from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field, PlainSerializer, WithJsonSchema, WrapValidator

from crm.api.models.base import Input, Instant, Output, PartialUpdate, Properties
from crm.api.models.profiles import Activity
from crm.api.models.tracking import Rejected
from crm.domain.api_key import CLASS_PATTERN, MAX_CLASSES, SCOPES
from crm.domain.source import DEFAULT_LIMIT, MAX_ORIGINS, MAX_SOURCE_NAME_LENGTH

_Name = Annotated[str, Field(min_length=1, max_length=MAX_SOURCE_NAME_LENGTH, examples=["Shop"])]
_Kind = Literal["web", "mobile", "server"]
_Origins = Annotated[
    list[str],
    Field(
        max_length=MAX_ORIGINS,
        examples=[["https://shop.example", "https://*.shop.example"]],
        description=(
            "Origins of pages that may send with this source's write key. An empty list means the origins that the "
            "deployment allows."
        ),
    ),
]
Rate = Annotated[float, Field(gt=0, le=1_000_000, description="Sustained rate, in events per second.")]
NamedRate = Annotated[
    Rate | Literal["default"] | None,
    WrapValidator(lambda value, check: value if value == DEFAULT_LIMIT else check(value)),
    PlainSerializer(lambda value: value, return_type=Any),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "number", "exclusiveMinimum": 0, "maximum": 1_000_000},
                {"const": DEFAULT_LIMIT, "type": "string"},
                {"type": "null"},
            ],
            "description": (
                "Events per second. `default` is the deployment's limit, which servers do not have; null "
                "means no limit."
            ),
        }
    ),
]
Burst = Annotated[
    int, Field(ge=1, le=1_000_000, description="Burst size, in events; one second's worth by default.")
]
Scope = Annotated[str, Field(json_schema_extra={"enum": list(SCOPES)})]
_Class = Annotated[str, Field(pattern=f"^{CLASS_PATTERN}$", examples=["vip"])]
_Classes = Annotated[
    list[_Class],
    Field(
        min_length=1,
        max_length=MAX_CLASSES,
        description="Classes of the customers that the key can see. Without it, the key sees all customers.",
    ),
]
MAX_GRACE_SECONDS = 2_592_000


class NewSource(Input):
    """A site, app or server that sends events."""

    EXAMPLE: ClassVar[Properties] = {"name": "Shop", "kind": "web"}

    name: _Name
    kind: _Kind = "web"
    allowed_origins: _Origins = Field(default=[])
    enabled: bool = True
    rate_limit: NamedRate = DEFAULT_LIMIT
    burst: Burst | None = None


class SourceChanges(PartialUpdate):
    """A partial update of a source: omitted fields stay as they are; null removes a rate limit, `default` restores the
    deployment's.
    """

    EXAMPLE: ClassVar[Properties] = {"enabled": False}

    name: _Name
    kind: _Kind
    allowed_origins: _Origins
    enabled: bool
    rate_limit: NamedRate
    burst: Burst | None


class Rotation(Input):
    """Options for the rotation of a write key."""

    EXAMPLE: ClassVar[Properties] = {"grace_seconds": 86_400}

    grace_seconds: int = Field(
        default=0, ge=0, le=MAX_GRACE_SECONDS, description="How long the old write key stays valid."
    )


class Source(Output):
    """A source. Its write key is public by nature, because pages contain it: it can send events and read nothing."""

    id: str
    name: str
    kind: _Kind
    allowed_origins: list[str]
    enabled: bool
    rate_limit: float | None = Field(
        description="The rate limit in force, in events per second; null means no limit."
    )
    burst: int | None
    default_limit: bool = Field(description="Whether the limit in force is the deployment's default.")
    write_key: str
    retiring_key: str | None
    retires_at: Instant | None
    created_at: Instant
    updated_at: Instant
    version: int


class LeftOutEvents(Output):
    """Events of a source that are not kept in full on profiles: too many names, names that are too long, or values that
    are too large.
    """

    since: Instant
    last_at: Instant
    events: int = Field(
        description="Approximate number of events. The count starts again after a month without any."
    )


class SourceDetails(Source):
    """A source, with the events that exceed what profiles keep."""

    left_out: LeftOutEvents | None


class SourceList(Output):
    """All sources, oldest first."""

    sources: list[Source]


class SourceEvents(Output):
    """The newest events of a source, by time of receipt."""

    events: list[Activity] = Field(
        description=(
            "Accepted events of the last day, newest first. A busy source is sampled: its newest events are always "
            "among them, within some seconds."
        )
    )
    customers: dict[str, str] = Field(
        description="The ids of the customers, by the `profile_id` of the events."
    )
    rejected: list[Rejected] | None = Field(
        description="Input rejected today (UTC), newest first; null for keys without `rejected:read`."
    )


class NewApiKey(Input):
    """A new API key. A key can grant only the scopes and the classes that it has itself; `admin` grants all."""

    EXAMPLE: ClassVar[Properties] = {"name": "reports", "scopes": ["profiles:read"]}

    name: _Name
    scopes: list[Scope] = Field(min_length=1)
    classes: _Classes | None = None


class ApiKey(Output):
    """An API key, without its secret."""

    id: str
    name: str
    scopes: list[str]
    classes: list[str] | None = Field(
        description="Classes of the customers that the key can see; null means all customers."
    )
    created_at: Instant
    created_by: str | None = Field(
        description="Id of the key that created it; null for the deployment's first key, and if it is not known."
    )
    last_used_at: Instant | None = Field(
        description="When it was last used, to the hour; null if it was not used in the last year."
    )
    revoked: bool
    revoked_at: Instant | None
    revoked_by: str | None = Field(
        description="Id of the key that revoked it, which can be itself; null if it is not known."
    )


class CreatedApiKey(ApiKey):
    """A new API key with its secret, which is shown only once."""

    key: str


class ApiKeyList(Output):
    """All API keys, oldest first."""

    api_keys: list[ApiKey]


class Caller(Output):
    """The API key of the request, and the settings of the deployment that its caller needs to show data correctly."""

    id: str
    name: str
    scopes: list[str] = Field(description="As they were granted: `admin` includes all scopes.")
    classes: list[str] | None = Field(
        description="Classes of the customers that the key can see; null means all customers."
    )
    time_zone: str = Field(description="The time zone in which days are counted.", examples=["Europe/Berlin"])
    processing_consent_required: bool = Field(
        description="Whether activities are hidden until a person consents to processing."
    )
