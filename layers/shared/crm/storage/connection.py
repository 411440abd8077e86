"""How requests reach DynamoDB and EventBridge: HTTP session, credentials, events and address are botocore's.

A client of botocore has them, but making one reads the models of services and the rules of all endpoints, a quarter of
a cold start. In a function everything is told by environment variables, and the addresses follow from the region.
"""

import os
import re
import socket
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from crm.settings import settings

if TYPE_CHECKING:
    from botocore.session import Session
    from mypy_boto3_dynamodb import DynamoDBClient

CONNECT_TIMEOUT_S, READ_TIMEOUT_S = 2, 5
ATTEMPTS = 4
_FEWEST_CONNECTIONS = 10
_SOCKET_OPTIONS: Any = [(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)]
"""A request leaves in two parts: without this the second waits up to 40 ms for the service to acknowledge the first."""
_ORDINARY_REGION = re.compile(r"(?!cn)[a-z]{2}-[a-z]+-\d+")
"""Of the partition `aws`; the others have addresses of their own."""

_UNUSUAL = (
    "AWS_CA_BUNDLE",
    "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS",
    "AWS_PROFILE",
    "AWS_USE_DUALSTACK_ENDPOINT",
    "AWS_USE_FIPS_ENDPOINT",
    "REQUESTS_CA_BUNDLE",
)


class Service(NamedTuple):
    """A service that speaks AWS's JSON: what botocore calls it and its endpoint, and how requests name an operation."""

    id: str
    endpoint: str
    target: str
    json_version: str


DYNAMODB = Service("dynamodb", "dynamodb", "DynamoDB_20120810", "1.0")
EVENTS = Service("eventbridge", "events", "AWSEvents", "1.1")


@dataclass(frozen=True, slots=True)
class Connection:
    """`http` sends prepared requests, `events` is told of each; `url` ends in a slash."""

    http: Any
    events: Any
    credentials: Any
    url: str
    region: str
    service: Service = DYNAMODB


def connection(service: Service = DYNAMODB) -> Connection:
    """The container's connection with a service, made when the first call needs it."""
    return _connection(service)


@cache
def _connection(service: Service) -> Connection:
    return _from_environment(service) or _of_client(_client(service), service)


def botocore_client() -> "DynamoDBClient":
    """A low-level client, for PynamoDB. AWS_ENDPOINT_URL and the credentials come from the environment."""
    return cast("DynamoDBClient", _client(DYNAMODB))


@cache
def _client(service: Service) -> Any:
    # botocore without boto3 and without parameter validation: both cost more than the call itself.
    from botocore.config import Config

    config = Config(
        parameter_validation=False,
        connect_timeout=CONNECT_TIMEOUT_S,
        read_timeout=READ_TIMEOUT_S,
        max_pool_connections=_pool_size(),
        retries={"mode": "standard", "total_max_attempts": ATTEMPTS},
        user_agent=user_agent(),
    )
    client: Any = _session().create_client(service.endpoint, region_name=settings().region, config=config)
    if made := _from_environment(service):
        client._endpoint.http_session = made.http  # one pool of connections for both
    return client


def user_agent() -> str:
    """What AWS's logs call us. botocore would put one together for every call, which takes an eighth of the call."""
    import botocore

    return f"customer-data Botocore/{botocore.__version__}"


def forget() -> None:
    """Make new ones from now on."""
    for made in (_connection, _client, _from_environment, _http_session, _session):
        made.cache_clear()


@cache
def _session() -> "Session":
    import botocore.session

    return botocore.session.get_session()


@cache
def _from_environment(service: Service) -> Connection | None:
    """None where something is configured in a way that only botocore knows to read."""
    session, region = _session(), settings().region
    names = (f"AWS_ENDPOINT_URL_{service.id.upper()}", "AWS_ENDPOINT_URL")
    endpoint = next((os.environ[name] for name in names if os.environ.get(name)), None)
    if endpoint is None and _ORDINARY_REGION.fullmatch(region):
        endpoint = f"https://{service.endpoint}.{region}.amazonaws.com"
    if endpoint is None or any(os.environ.get(name) for name in _UNUSUAL) or session.full_config["profiles"]:
        return None
    http, events = _http_session(endpoint), session.get_component("event_emitter")
    return Connection(http, events, session.get_credentials(), endpoint.rstrip("/") + "/", region, service)


@cache
def _http_session(endpoint: str) -> Any:
    """The pool of connections of an endpoint."""
    from botocore.httpsession import URLLib3Session
    from botocore.utils import get_environ_proxies

    timeouts: Any = (CONNECT_TIMEOUT_S, READ_TIMEOUT_S)
    proxies = get_environ_proxies(endpoint)
    return URLLib3Session(
        proxies=proxies,
        timeout=timeouts,
        max_pool_connections=_pool_size(),
        socket_options=_SOCKET_OPTIONS,
    )


def _of_client(client: Any, service: Service) -> Connection:
    return Connection(
        client._endpoint.http_session,
        client.meta.events,
        client._request_signer._credentials,
        client.meta.endpoint_url.rstrip("/") + "/",
        client.meta.region_name,
        service,
    )


def _pool_size() -> int:
    return max(_FEWEST_CONNECTIONS, settings().projection_threads)
