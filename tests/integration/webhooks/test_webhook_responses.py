"""The beginning of a receiver's response is stored for users, for any content and any speed."""

import gzip
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

import pytest

from crm.domain.webhooks.delivery import RESPONSE_BYTES, Result, response_text
from crm.services.webhooks import http_post

Chunks = list[bytes]


@contextmanager
def responding(*chunks: bytes, pause: float = 0.0, stays: float = 0.0) -> Iterator[str]:
    """Serve one request with these bytes, with a pause between them; the connection stays open afterwards."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            connection, _ = server.accept()
            with connection, suppress(OSError):
                connection.recv(65_536)
                for number, chunk in enumerate(chunks):
                    time.sleep(pause if number else 0)
                    connection.sendall(chunk)
                time.sleep(stays)

        threading.Thread(target=serve, daemon=True).start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}/"


@pytest.fixture
def post(set_environment: Callable[..., None]) -> Callable[[str], Result]:
    set_environment(WEBHOOK_TARGETS="any")
    return lambda url: http_post.post(url, {"content-type": "application/json"}, b"{}")


def head(*headers: str, status: str = "200 OK") -> bytes:
    return "\r\n".join([f"HTTP/1.1 {status}", *headers, "", ""]).encode()


Post = Callable[[str], Result]
REFUSED = '{"error": "no such contact: é"}'.encode()


@pytest.mark.parametrize(
    "chunks",
    [
        [head(f"content-length: {len(REFUSED)}", status="422 Unprocessable"), REFUSED],
        [head(f"content-length: {len(REFUSED)}", "connection: close", status="422 x") + REFUSED],
        [head("connection: close", status="422 x") + REFUSED],
        [
            head("transfer-encoding: chunked", status="422 x"),
            b"%x\r\n%b\r\n0\r\n\r\n" % (len(REFUSED), REFUSED),
        ],
        [
            head("transfer-encoding: chunked", status="422 x"),
            b"1\r\n{\r\n",
            b"1e\r\n" + REFUSED[1:31] + b"\r\n",
        ],
        [b"HTTP/1.0 422 x\r\n\r\n" + REFUSED],
    ],
    ids=["length", "length and close", "close", "chunked", "chunked without an end", "HTTP/1.0"],
)
def test_a_response_is_kept_as_text(post: Post, chunks: Chunks) -> None:
    with responding(*chunks) as url:
        result = post(url)
    assert (result.status, result.error) == (422, None)
    assert result.response_body
    assert REFUSED.decode().startswith(result.response_body)
    assert len(result.response_body) >= 29


@pytest.mark.parametrize(
    "chunks", [[head("content-length: 0")], [head(status="204 No Content")], [head("connection: close")]]
)
def test_an_empty_response_is_empty(post: Post, chunks: Chunks) -> None:
    with responding(*chunks) as url:
        assert post(url).response_body == ""


def test_long_responses_are_truncated(post: Post) -> None:
    with responding(head("content-length: 9999999"), b"x" * 500_000, stays=30) as url:
        started = time.monotonic()
        assert post(url).response_body == "x" * RESPONSE_BYTES
        assert time.monotonic() - started < 10


@pytest.mark.parametrize(
    ("begin", "drop"),
    [
        (head("content-length: 5000"), b"y"),
        (head("connection: close"), b"y"),
        (head("transfer-encoding: chunked"), b"1\r\ny\r\n"),
        (head("transfer-encoding: chunked"), b"0"),
        (head("content-length: 5000", "connection: close"), b"y"),
    ],
)
def test_a_slow_one_is_not_waited_for_and_is_delivered(
    post: Post, monkeypatch: pytest.MonkeyPatch, begin: bytes, drop: bytes
) -> None:
    monkeypatch.setattr(http_post, "CONTENT_S", 0.05)
    with responding(begin, *[drop] * 600, pause=0.02) as url:
        started = time.monotonic()
        result = post(url)
        assert time.monotonic() - started < 10
    assert result.delivered
    assert result.response_body is not None
    assert set(result.response_body) <= {"y"}
    assert len(result.response_body) < 40


@pytest.mark.parametrize(
    "rest",
    [b"zz\r\nwhat?", b"-1\r\n\r\n", b"ffffffffffffffff\r\nab", b"2\r\nabXX", b""],
    ids=["no number", "negative", "huge", "no end of a chunk", "nothing"],
)
def test_content_that_is_no_http_leaves_the_delivery_as_it_is(post: Post, rest: bytes) -> None:
    with responding(head("transfer-encoding: chunked"), rest) as url:
        result = post(url)
    assert result.delivered
    assert result.response_body is not None


@pytest.mark.parametrize("coding", ["gzip", "GZIP", "br", "x-unknown, gzip"])
def test_a_compressed_one_is_not_unpacked(post: Post, coding: str) -> None:
    bomb = gzip.compress(b"0" * 5_000_000)
    with responding(head(f"content-length: {len(bomb)}", f"content-encoding: {coding}"), bomb) as url:
        result = post(url)
    assert (result.status, result.response_body) == (200, None)


def test_no_thread_is_left(post: Post) -> None:
    before = threading.active_count()
    with responding(head("content-length: 2"), b"ok") as url:
        assert post(url).response_body == "ok"
    time.sleep(0.1)
    assert threading.active_count() <= before


@pytest.mark.parametrize(
    ("content", "text"),
    [
        (b"ok\r\n\tline\n", "ok\n\tline\n"),
        (b"a\x00b\x1b[31mc\x7f\xc2\x85d", "ab[31mcd"),
        (b"\xff\xfe", "\ufffd\ufffd"),
        ("é".encode() * 512, "é" * 512),
        (b"x" + "é".encode() * 512, "x" + "é" * 511),
        ("🙂".encode() * 300, "🙂" * 256),
        (b"", ""),
        ("\u202e<script>".encode(), "\u202e<script>"),
    ],
)
def test_control_characters_of_responses_are_removed(content: bytes, text: str) -> None:
    assert response_text(content) == text
