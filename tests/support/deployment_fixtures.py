"""The API in front of the real handlers, and what its callers need."""

import time
from collections.abc import Callable, Iterator
from types import BuiltinFunctionType
from typing import TYPE_CHECKING, Any

import pytest

from crm.services.access import api_keys, sources
from crm.settings import settings
from tests.support.declared_placeholders import PLACEHOLDERS
from tests.support.gateway import Client, HttpEvent, build_http_event
from tests.support.import_previews import PreviewFile, preview_by
from tests.support.newsletter_form import newsletter
from tests.support.staff import Send, Staff, staff_of
from tests.support.stream import Follower, PatientClient, Pump, Stream
from tests.support.wired_deployment import SteppingClock

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.service_resource import Table

    from crm.domain.forms.definition import Form
    from crm.domain.source import Source


@pytest.fixture
def source(table: "Table") -> "Source":
    """A web source that may be used from everywhere."""
    return sources.create(name="Shop", kind="web", now=_now())


@pytest.fixture
def write_key(source: "Source") -> str:
    return source.write_key


@pytest.fixture
def api_key(table: "Table") -> Callable[..., str]:
    """`api_key("profiles:read")` makes a key with these scopes (none: admin) and returns its plain text."""
    return lambda *scopes: api_keys.create("test", scopes or ("admin",), now=_now())[1]


@pytest.fixture
def key(api_key: Callable[..., str], request: pytest.FixtureRequest) -> str:
    """An API key with the scopes that the module's SCOPES lists; without it, an admin key."""
    return api_key(*getattr(request.module, "SCOPES", ()))


@pytest.fixture
def admin(api_key: Callable[..., str]) -> str:
    """An API key with every scope."""
    return api_key()


@pytest.fixture
def form(table: "Table") -> "Form":
    """The newsletter's form."""
    return newsletter()


@pytest.fixture
def http_event() -> HttpEvent:
    """Builds the payload (version 2.0) that API Gateway hands to a function."""
    return build_http_event


@pytest.fixture
def client(stream: Stream, monkeypatch: pytest.MonkeyPatch) -> Client:
    """The API: finds the template's route, asks the authorizer, calls the function's handler. The consumer of the
    stream keeps up.

    Each request is in a later millisecond than the one before it: of two values in one millisecond, chance decides.
    """
    follow, clock = Follower(stream), SteppingClock()
    if isinstance(time.time_ns, BuiltinFunctionType):  # a test may have a clock of its own
        monkeypatch.setattr(time, "time_ns", clock.time_ns)

    def step_and_follow() -> None:
        clock.step()
        follow()

    return PatientClient(step_and_follow)


@pytest.fixture
def follow(stream: Stream) -> Follower:
    """`follow()` lets the consumer of the stream bring up memberships."""
    return Follower(stream)


@pytest.fixture
def pump(stream: Stream) -> Pump:
    """`pump()` hands the table's stream to the projection until nothing new comes."""
    return Pump(stream)


@pytest.fixture
def staff(client: Client) -> Staff:
    """Staff with every permission for every profile."""
    return staff_of(client)


@pytest.fixture
def send(client: Client, write_key: str, pump: Pump) -> Send:
    """`send("track", userId="u-1", event="Seen")`: an event that is projected when it returns."""

    def accepted(kind: str, **event: Any) -> None:
        answer = client("POST", f"/v1/{kind}", event | {"writeKey": write_key})
        assert (answer.status, answer.body["rejected"]) == (200, [])
        pump()

    return accepted


@pytest.fixture
def preview(client: Client, key: str) -> PreviewFile:
    """`preview(content, name="customers.csv")` uploads a file and returns its preview."""
    return preview_by(client, key)


@pytest.fixture
def declared_placeholders(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The deployment declares PLACEHOLDERS."""
    monkeypatch.setenv("PLACEHOLDER_IDS", PLACEHOLDERS)
    settings.cache_clear()
    yield
    settings.cache_clear()


def _now() -> int:
    return time.time_ns() // 1_000_000
