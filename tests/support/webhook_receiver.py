"""A receiver of webhooks on loopback, as a user of webhooks would write it."""

from __future__ import annotations

import json
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

from standardwebhooks.webhooks import Webhook

HttpAnswer = tuple[int, dict[str, str]]


@dataclass(frozen=True)
class Received:
    """One request, and the status of its response. Header names are in lower case."""

    path: str
    headers: dict[str, str]
    body: bytes
    status: int

    def verified(self, secret: str) -> dict[str, Any]:
        """Return the verified content. Raises WebhookVerificationError if the signature is invalid."""
        content: dict[str, Any] = Webhook(secret).verify(self.body, self.headers)
        return content


@dataclass
class Receiver:
    """A receiver that responds with `next_answers` first, then with `answer`."""

    url: str
    answer: HttpAnswer = (204, {})
    content: bytes = b""
    next_answers: list[HttpAnswer] = field(default_factory=list)
    received: list[Received] = field(default_factory=list)
    server: ThreadingHTTPServer | None = None

    def use(self, certificate: ssl.SSLContext) -> None:
        """Use TLS from now on."""
        assert self.server is not None
        self.server.socket = certificate.wrap_socket(self.server.socket, server_side=True)

    def taken(self, type: str = "") -> list[dict[str, Any]]:
        """Return the contents of successful deliveries, of one type or of all."""
        contents = [json.loads(one.body) for one in self.received if one.status < 300]
        return [content for content in contents if type in {"", content["type"]}]


class _Server(ThreadingHTTPServer):
    def handle_error(self, *_: object) -> None:
        """Ignore clients that refuse the certificate and close the connection."""


@contextmanager
def receiver() -> Iterator[Receiver]:
    made = Receiver("")

    class Handler(BaseHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            pass

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length") or 0))
            status, headers = made.next_answers.pop(0) if made.next_answers else made.answer
            names = {name.lower(): value for name, value in self.headers.items()}
            made.received.append(Received(self.path, names, body, status))
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            if made.content:
                self.send_header("content-length", str(len(made.content)))
            self.end_headers()
            self.wfile.write(made.content)

    server = _Server(("127.0.0.1", 0), Handler)
    made.server = server
    Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    made.url = f"http://127.0.0.1:{server.server_port}/webhooks"
    try:
        yield made
    finally:
        server.shutdown()
        server.server_close()
