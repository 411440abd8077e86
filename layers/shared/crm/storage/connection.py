"""How requests reach DynamoDB: an HTTP session, credentials, events and the address, all of them botocore's.

A client of botocore has them, but making one reads the models of services and the rules of all endpoints, a quarter of
a cold start. In a function everything is told by environment variables, and DynamoDB's address follows from its region.
"""

import os
import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, cast

from crm.settings import settings

if TYPE_CHECKING:
    from botocore.session import Session
    from mypy_boto3_dynamodb import DynamoDBClient

CONNECT_TIMEOUT_S, READ_TIMEOUT_S = 2, 5
ATTEMPTS = 4
_FEWEST_CONNECTIONS = 10
_ORDINARY_REGION = re.compile(r"(?!cn)[a-z]{2}-[a-z]+-\d+")
"""Of the partition `aws`; the others have addresses of their own."""

_ENDPOINTS = ("AWS_ENDPOINT_URL_DYNAMODB", "AWS_ENDPOINT_URL")
_UNUSUAL = (
    "AWS_CA_BUNDLE",
    "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS",
    "AWS_PROFILE",
    "AWS_USE_DUALSTACK_ENDPOINT",
    "AWS_USE_FIPS_ENDPOINT",
    "REQUESTS_CA_BUNDLE",
)


@dataclass(frozen=True, slots=True)
class Connection:
    """`http` sends prepared requests, `events` is told of each; `url` ends in a slash."""

    http: Any
    events: Any
    credentials: Any
    url: str
    region: str


@cache
def connection() -> Connection:
    """The container's connection, made when the first call needs it."""
    return _from_environment() or _of_client(botocore_client())


@cache
def botocore_client() -> "DynamoDBClient":
    """A low-level client, for PynamoDB. AWS_ENDPOINT_URL and the credentials come from the environment."""
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
    client = _session().create_client("dynamodb", region_name=settings().region, config=config)
    if made := _from_environment():
        internals: Any = client
        internals._endpoint.http_session = made.http  # one pool of connections for both
    return cast("DynamoDBClient", client)


def user_agent() -> str:
    """What AWS's logs call us. botocore would put one together for every call, which takes an eighth of the call."""
    import botocore

    return f"customer-data Botocore/{botocore.__version__}"


def forget() -> None:
    """Make new ones from now on."""
    for made in (connection, botocore_client, _from_environment, _session):
        made.cache_clear()


@cache
def _session() -> "Session":
    import botocore.session

    return botocore.session.get_session()


@cache
def _from_environment() -> Connection | None:
    """None where something is configured in a way that only botocore knows to read."""
    from botocore.httpsession import URLLib3Session
    from botocore.utils import get_environ_proxies

    session, region = _session(), settings().region
    endpoint = next((os.environ[name] for name in _ENDPOINTS if os.environ.get(name)), None)
    if endpoint is None and _ORDINARY_REGION.fullmatch(region):
        endpoint = f"https://dynamodb.{region}.amazonaws.com"
    if endpoint is None or any(os.environ.get(name) for name in _UNUSUAL) or session.full_config["profiles"]:
        return None
    timeouts: Any = (CONNECT_TIMEOUT_S, READ_TIMEOUT_S)
    http = URLLib3Session(
        proxies=get_environ_proxies(endpoint),
        timeout=timeouts,
        max_pool_connections=_pool_size(),
    )
    events = session.get_component("event_emitter")
    return Connection(http, events, session.get_credentials(), endpoint.rstrip("/") + "/", region)


def _of_client(client: "DynamoDBClient") -> Connection:
    internals: Any = client
    return Connection(
        internals._endpoint.http_session,
        client.meta.events,
        internals._request_signer._credentials,
        client.meta.endpoint_url.rstrip("/") + "/",
        client.meta.region_name,
    )


def _pool_size() -> int:
    return max(_FEWEST_CONNECTIONS, settings().projection_threads)
