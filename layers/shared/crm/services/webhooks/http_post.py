"""Send the one request that goes to an address chosen by a user, within a timeout and guarded against SSRF.

The name is resolved once, the address is checked, and the connection is made to the checked address: a name that
resolves differently a moment later has no effect. Redirects are not followed.
"""

import socket
from collections.abc import Iterator
from contextlib import suppress
from threading import Timer
from typing import Any, cast
from urllib.parse import SplitResult, urlsplit

import urllib3
from urllib3.connection import HTTPConnection, HTTPSConnection

from crm.domain.webhooks.addresses import PUBLIC_ONLY, is_public_address, port_of
from crm.domain.webhooks.delivery import RESPONSE_BYTES, Result, response_text
from crm.settings import settings

CONNECT_S, READ_S = 3.0, 10.0
TOTAL_S = 15.0
"""Seconds for the whole exchange: READ_S starts again with every byte from the receiver."""

CONTENT_S = 0.5
"""Seconds for the beginning of the response's content, after its status: of a slower one, what has arrived is kept."""

_PLAIN = "identity"
_CODES = (
    (urllib3.exceptions.SSLError, "bad_certificate"),
    (urllib3.exceptions.NewConnectionError, "no_connection"),  # before its base class, which is a timeout
    (urllib3.exceptions.TimeoutError, "timeout"),
    (urllib3.exceptions.HTTPError, "no_connection"),
)


class _WithDeadline(HTTPConnection):
    """A connection that ends itself TOTAL_S after it began to connect."""

    _timer: Timer | None = None
    _socket: socket.socket | None = None
    _cut = False

    def connect(self) -> None:
        self.end_in(TOTAL_S)
        super().connect()
        self._socket = self.sock  # the connection forgets it when a response ends by its end

    def end_in(self, seconds: float) -> None:
        """End the exchange after these seconds, instead of at its previous deadline."""
        self._cancel()
        self._timer = Timer(seconds, self._cut_off)
        self._timer.daemon = True
        self._timer.start()

    def getresponse(self) -> Any:
        try:
            answer = super().getresponse()
        except Exception:
            self._check_deadline()
            raise
        if self._cut:
            answer.close()  # truncated headers look complete
        self._check_deadline()
        return answer

    def close(self) -> None:
        self._cancel()
        super().close()

    def _cancel(self) -> None:
        if self._timer:
            self._timer.cancel()

    def _check_deadline(self) -> None:
        if self._cut:
            raise TimeoutError("the exchange took too long")

    def _cut_off(self) -> None:
        self._cut = True
        if used := self.sock or self._socket:
            with suppress(OSError):  # closed in the meantime
                used.shutdown(socket.SHUT_RDWR)


class _HTTPSWithDeadline(_WithDeadline, HTTPSConnection):
    pass


class _HTTPPool(urllib3.HTTPConnectionPool):
    ConnectionCls = _WithDeadline


class _HTTPSPool(urllib3.HTTPSConnectionPool):
    ConnectionCls = _HTTPSWithDeadline


def post(url: str, headers: dict[str, str], body: bytes) -> Result:
    """Send the request and return the status with the beginning of the response, or an `error` without a response."""
    parts = urlsplit(url)
    try:
        address = _address_of(parts)
    except (OSError, UnicodeError):
        return Result(error="unknown_host")
    if settings().webhook_targets == PUBLIC_ONLY and not is_public_address(address):
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
    return Result(
        status=answer.status, retry_after=answer.headers.get("retry-after"), response_body=_text_of(answer)
    )


def _text_of(answer: urllib3.BaseHTTPResponse) -> str | None:
    """Read the beginning of the response's content, and end the exchange. Returns None for compressed content."""
    connection = cast(_WithDeadline, answer.connection)
    if answer.headers.get("content-encoding", _PLAIN).lower() == _PLAIN:
        connection.end_in(CONTENT_S)
        content = b"".join(_pieces(answer))
    else:
        content = None
    answer.close()
    connection.close()
    return None if content is None else response_text(content)


def _pieces(answer: urllib3.BaseHTTPResponse) -> Iterator[bytes]:
    left = RESPONSE_BYTES
    with suppress(urllib3.exceptions.HTTPError, OSError, ValueError):  # what arrived before is kept
        while left and (piece := answer.read1(left, decode_content=False)):
            left -= len(piece)
            yield piece


def _address_of(parts: SplitResult) -> str:
    found = socket.getaddrinfo(parts.hostname, port_of(parts), type=socket.SOCK_STREAM)
    # A function outside a VPC reaches IPv4 addresses only.
    found.sort(key=lambda each: each[0] != socket.AF_INET)
    return str(found[0][4][0])


def _pool(parts: SplitResult, address: str) -> urllib3.HTTPConnectionPool:
    timeout = urllib3.Timeout(connect=CONNECT_S, read=READ_S)
    if parts.scheme == "http":
        return _HTTPPool(address, port_of(parts), timeout=timeout)
    return _HTTPSPool(
        address,
        port_of(parts),
        timeout=timeout,
        server_hostname=parts.hostname,
        assert_hostname=parts.hostname,
    )
