"""Connect to DynamoDB and EventBridge with the HTTP session, credentials, events and endpoints of botocore.

A botocore client has them, but creating one reads the models of services and the rules of all endpoints, a quarter of a
cold start. In a Lambda function, environment variables configure everything, and the endpoints follow from the region.
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
_ATTEMPTS = 4
_FEWEST_CONNECTIONS = 10
_SOCKET_OPTIONS: Any = [(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)]
"""TCP_NODELAY. A request is sent in two parts: without it, the second waits up to 40 ms for the acknowledgement of the
first.
"""
_ORDINARY_REGION = re.compile(r"(?!cn)[a-z]{2}-[a-z]+-\d+")
"""Domain of the partition `aws`; the other partitions have domains of their own."""

_UNUSUAL = (
    "AWS_CA_BUNDLE",
    "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS",
    "AWS_PROFILE",
    "AWS_USE_DUALSTACK_ENDPOINT",
    "AWS_USE_FIPS_ENDPOINT",
    "REQUESTS_CA_BUNDLE",
)


class Service(NamedTuple):
    """A service with AWS's JSON protocol: its name and endpoint in botocore, and the prefix of its operations."""

    id: str
    endpoint: str
    target: str
    json_version: str


DYNAMODB = Service("dynamodb", "dynamodb", "DynamoDB_20120810", "1.0")
EVENTBRIDGE = Service("eventbridge", "events", "AWSEvents", "1.1")


@dataclass(frozen=True, slots=True)
class Connection:
    """A connection. `http` sends prepared requests, `events` is notified of each; `url` ends in a slash."""

    http: Any
    events: Any
    credentials: Any
    url: str
    region: str
    service: Service = DYNAMODB


def connection(service: Service = DYNAMODB) -> Connection:
    """Return the container's connection to a service, created at the first call that needs it."""
    return _connection(service)


@cache
def _connection(service: Service) -> Connection:
    return _from_environment(service) or _of_client(_client(service), service)


def botocore_client() -> "DynamoDBClient":
    """Return a low-level client for PynamoDB. AWS_ENDPOINT_URL and the credentials come from the environment."""
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
        retries={"mode": "standard", "total_max_attempts": _ATTEMPTS},
        user_agent=user_agent(),
    )
    client: Any = _session().create_client(service.endpoint, region_name=settings().region, config=config)
    if made := _from_environment(service):
        client._endpoint.http_session = made.http  # one connection pool for both
    return client


def user_agent() -> str:
    """Return the user agent for AWS's logs. botocore would build one for every call, which takes an eighth of the
    call.
    """
    import botocore

    return f"customer-data Botocore/{botocore.__version__}"


def clear_cache() -> None:
    """Reset the connections; new ones are created at the next call."""
    for made in (_connection, _client, _from_environment, _http_session, _session):
        made.cache_clear()


@cache
def _session() -> "Session":
    import botocore.session

    return botocore.session.get_session()


@cache
def _from_environment(service: Service) -> Connection | None:
    """Build the connection from the environment; None if the configuration needs botocore."""
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
    """Return the connection pool of an endpoint."""
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
