"""The one request that leaves for an address which somebody else has chosen.

The name is looked up once, what it stands for is checked, and the connection is made to the very address that was
checked: a name that stands for something else a moment later leads nowhere else. Redirects are not followed.
"""

import socket
from urllib.parse import SplitResult, urlsplit

import urllib3

from crm.domain.webhooks.addresses import PUBLIC, is_public, port_of
from crm.domain.webhooks.delivery import Result
from crm.settings import settings

CONNECT_S, READ_S = 3.0, 10.0
_CODES = (
    (urllib3.exceptions.SSLError, "bad_certificate"),
    (urllib3.exceptions.NewConnectionError, "no_connection"),  # before its base class, which is a timeout
    (urllib3.exceptions.TimeoutError, "timeout"),
    (urllib3.exceptions.HTTPError, "no_connection"),
)


def post(url: str, headers: dict[str, str], body: bytes) -> Result:
    """Send it, and answer the status; an `error` instead where there was no answer. Of the answer nothing is kept."""
    parts = urlsplit(url)
    try:
        address = _address_of(parts)
    except (OSError, UnicodeError):
        return Result(error="unknown_host")
    if settings().webhook_targets == PUBLIC and not is_public(address):
        return Result(error="refused_address")
    with _pool(parts, address) as pool:
        return _request(pool, parts, headers, body)


def _request(
    pool: urllib3.HTTPConnectionPool, parts: SplitResult, headers: dict[str, str], body: bytes
) -> Result:
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    try:
        answer = pool.urlopen(
            "POST",
            path,
            body=body,
            headers=headers | {"host": parts.netloc},
            retries=False,
            redirect=False,
            preload_content=False,
        )
    except urllib3.exceptions.HTTPError as error:
        return Result(error=next(code for kind, code in _CODES if isinstance(error, kind)))
    answer.close()
    return Result(status=answer.status, retry_after=answer.headers.get("retry-after"))


def _address_of(parts: SplitResult) -> str:
    found = socket.getaddrinfo(parts.hostname, port_of(parts), type=socket.SOCK_STREAM)
    # A function outside a VPC reaches IPv4 addresses only.
    found.sort(key=lambda each: each[0] != socket.AF_INET)
    return str(found[0][4][0])


def _pool(parts: SplitResult, address: str) -> urllib3.HTTPConnectionPool:
    timeout = urllib3.Timeout(connect=CONNECT_S, read=READ_S)
    if parts.scheme == "http":
        return urllib3.HTTPConnectionPool(address, port_of(parts), timeout=timeout)
    return urllib3.HTTPSConnectionPool(
        address,
        port_of(parts),
        timeout=timeout,
        server_hostname=parts.hostname,
        assert_hostname=parts.hostname,
    )
