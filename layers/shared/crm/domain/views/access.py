"""Views of sources and API keys."""

from typing import TypedDict

from crm.domain.views.profiles import ActivityView
from crm.domain.views.tracking import RejectedView


class SourceView(TypedDict):
    """A source. Its write key is public by nature, because pages contain it: it can send events and read nothing."""

    id: str
    name: str
    kind: str
    allowed_origins: list[str]
    enabled: bool
    rate_limit: float | None
    burst: int | None
    default_limit: bool
    write_key: str
    retiring_key: str | None
    retires_at: str | None
    created_at: str
    updated_at: str
    version: int


class SourceListView(TypedDict):
    """All sources, oldest first."""

    sources: list[SourceView]


class LeftOutEventsView(TypedDict):
    """Events of a source that are not kept in full on profiles: too many names, names that are too long, or values
    that are too large.
    """

    since: str
    last_at: str
    events: int


class SourceDetailsView(SourceView):
    """A source, with the events that exceed what profiles keep."""

    left_out: LeftOutEventsView | None


class SourceEventsView(TypedDict):
    """The newest events of a source, by time of receipt."""

    events: list[ActivityView]
    customers: dict[str, str]
    rejected: list[RejectedView] | None


class ApiKeyView(TypedDict):
    """An API key, without its secret."""

    id: str
    name: str
    scopes: list[str]
    classes: list[str] | None
    created_at: str
    created_by: str | None
    last_used_at: str | None
    revoked: bool
    revoked_at: str | None
    revoked_by: str | None


class CreatedApiKeyView(ApiKeyView):
    """A new API key with its secret, which is shown only once."""

    key: str


class ApiKeyListView(TypedDict):
    """All API keys, oldest first."""

    api_keys: list[ApiKeyView]


class CallerView(TypedDict):
    """The API key of the request, and the settings of the deployment that its caller needs to show data correctly."""

    id: str
    name: str
    scopes: list[str]
    classes: list[str] | None
    time_zone: str
    processing_consent_required: bool
