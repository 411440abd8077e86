"""Servers on loopback: a web site, a proxy that sends each request twice, an API that fails on demand."""

import gzip
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Event, Lock, Thread
from time import monotonic
from typing import Any, ClassVar
from urllib.error import HTTPError
from urllib.request import Request, urlopen

ROOT = Path(__file__).parents[2]
SDKS = Path(__file__).parent / "node_modules"
CONTENT_TYPES = {".js": "text/javascript", ".html": "text/html; charset=utf-8"}
DO_NOT_RETRY = ("/api/public/apps/", "/api/s/")
"""Paths of Dittofeed's and Jitsu's SDKs."""
HOP_BY_HOP = {"connection", "host", "keep-alive", "transfer-encoding", "content-length", "date", "server"}


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_: object) -> None:
        pass

    def body(self) -> bytes:
        return self.rfile.read(int(self.headers.get("content-length") or 0))

    def answer(self, status: int, body: bytes = b"", headers: dict[str, str] | None = None) -> None:
        self.send_response(status)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


class _Server(ThreadingHTTPServer):
    def handle_error(self, *_: object) -> None:
        """Ignore closed connections of a browser that leaves a page."""


@contextmanager
def _serve(handler: type[_Handler]) -> Iterator[str]:
    server = _Server(("127.0.0.1", 0), handler)
    Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


@dataclass
class Site:
    """A web site: pages by path (the query is ignored), and the SDKs under /sdk/."""

    url: str
    pages: dict[str, str] = field(default_factory=dict)

    def page(self, path: str, body: str = "", *, head: str = "", title: str = "") -> str:
        """Publish a page, and return its address."""
        self.pages[path] = f"<!doctype html><title>{title or path}</title>{head}<body>{body}</body>"
        return self.url + path


@contextmanager
def site() -> Iterator[Site]:
    published = Site("")

    class Handler(_Handler):
        def do_GET(self) -> None:
            path = self.path.partition("?")[0]
            content, kind = published.pages.get(path, "").encode(), ".html"
            if path.startswith("/sdk/"):
                file = SDKS / path.removeprefix("/sdk/")
                content, kind = file.read_bytes() if file.is_file() else b"", file.suffix
            headers = {"content-type": CONTENT_TYPES.get(kind, "text/plain")}
            found = content or path == "/favicon.ico"
            self.answer(200 if found else 404, content, headers)

    with _serve(Handler) as url:
        published.url = url
        yield published


Delivery = Callable[["_Proxy", bytes], None]
"""The action of a proxy on the body of a POST."""


class _Proxy(_Handler):
    """A proxy of the API. It replaces the API's address in responses by its own, so that clients continue to use it."""

    api_url: str
    own: list[str]
    deliver: ClassVar[Delivery]

    def forward(self, body: bytes | None) -> tuple[int, bytes, dict[str, str]]:
        headers = {name: value for name, value in self.headers.items() if name.lower() not in HOP_BY_HOP}
        request = Request(self.api_url + self.path, body, headers, method=self.command)  # noqa: S310 - loopback
        try:
            with urlopen(request, timeout=60) as answer:  # noqa: S310 - loopback
                status, content, fields = answer.status, answer.read(), answer.headers
        except HTTPError as error:
            status, content, fields = error.code, error.read(), error.headers
        content = content.replace(_bare(self.api_url), _bare(self.own[0]))
        return status, content, {n: v for n, v in fields.items() if n.lower() not in HOP_BY_HOP}

    def do_GET(self) -> None:
        self.answer(*self.forward(None))

    def do_OPTIONS(self) -> None:
        self.do_GET()

    def do_POST(self) -> None:
        self.deliver(self.body())


@contextmanager
def _proxy(api_url: str, deliver: Delivery) -> Iterator[str]:
    own: list[str] = []
    with _serve(type("Proxy", (_Proxy,), {"api_url": api_url, "own": own, "deliver": deliver})) as url:
        own.append(url)
        yield url


@contextmanager
def duplicating_proxy(api_url: str) -> Iterator[str]:
    """Start a proxy that forwards every POST twice, as networks with retries do, and responds once."""

    def twice(proxy: _Proxy, body: bytes) -> None:
        proxy.forward(body)
        proxy.answer(*proxy.forward(body))

    with _proxy(api_url, twice) as url:
        yield url


@contextmanager
def response_losing_proxy(api_url: str) -> Iterator[str]:
    """Start a proxy that forwards every POST, and closes the connection instead of its first response to a message.

    It responds to the clients of `DO_NOT_RETRY`, and forwards their messages twice.
    """
    seen: set[str] = set()

    def lose(proxy: _Proxy, body: bytes) -> None:
        answer, message = proxy.forward(body), _first_message_of(body)
        if any(path in proxy.path for path in DO_NOT_RETRY):
            answer = proxy.forward(body)
        elif message not in seen:
            seen.add(message)
            proxy.close_connection = True
            return
        proxy.answer(*answer)

    with _proxy(api_url, lose) as url:
        yield url


def _first_message_of(body: bytes) -> str:
    document = json.loads(gzip.decompress(body) if body.startswith(b"\x1f\x8b") else body)
    return str(document.get("batch", [document])[0]["messageId"])


def _bare(url: str) -> bytes:
    return url.partition("://")[2].encode()


@dataclass
class StubApi:
    """Serves the snippet and records its requests; responds with `next_answers` first, then with 200.

    A status of 0 is no response until the stub is closed.
    """

    url: str
    requests: list[dict[str, Any]] = field(default_factory=list)
    submissions: list[dict[str, Any]] = field(default_factory=list)
    next_answers: list[tuple[int, dict[str, str]]] = field(default_factory=list)
    form_answers: list[tuple[int, dict[str, Any]]] = field(default_factory=list)
    lock: Lock = field(default_factory=Lock)
    closed: Event = field(default_factory=Event)

    def messages(self) -> list[dict[str, Any]]:
        """Return the messages of all requests with the response 200, in order of arrival."""
        with self.lock:
            return [m for r in self.requests if r["status"] == 200 for m in r["body"]["batch"]]

    def record(self, path: str, content_type: str, body: bytes) -> tuple[int, dict[str, str]]:
        with self.lock:
            status, headers = self.next_answers.pop(0) if self.next_answers else (200, {})
            self.requests.append(
                {
                    "path": path,
                    "at": monotonic(),
                    "content_type": content_type,
                    "status": status,
                    "body": json.loads(body),
                }
            )
        return status, headers

    def submit(self, body: bytes) -> tuple[int, dict[str, Any]]:
        """Record the submission of a form of the API."""
        with self.lock:
            self.submissions.append(json.loads(body))
            return (
                self.form_answers.pop(0)
                if self.form_answers
                else (200, {"success": True, "message": "Thanks."})
            )


@contextmanager
def stub_api() -> Iterator[StubApi]:
    stub = StubApi("")
    cors = {"access-control-allow-origin": "*", "access-control-expose-headers": "Retry-After"}

    class Handler(_Handler):
        def do_GET(self) -> None:
            script = ROOT / "functions/serve_site" / self.path.rpartition("/")[2]
            found = script.suffix == ".js" and script.is_file()
            content = script.read_bytes() if found else b""
            self.answer(200 if found else 404, content, {"content-type": "text/javascript"})

        def do_POST(self) -> None:
            content, body = b'{"success": true}', self.body()
            headers: dict[str, str] = {}
            if "/v1/forms/" in self.path:
                status, given = stub.submit(body)
                content = json.dumps(given).encode()
            else:
                status, headers = stub.record(self.path, self.headers.get("content-type", ""), body)
            if not status:
                stub.closed.wait(60)
                return
            self.answer(status, content, cors | headers)

    with _serve(Handler) as url:
        # A path prefix, as API Gateway's stages have.
        stub.url = f"{url}/stage/$default"
        yield stub
        stub.closed.set()
