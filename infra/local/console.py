"""Serve the console as it is built now, on the API of a running stack: `python -m infra.local.console`.

`.local/stack.json`, or the file that STACK_JSON names, describes the stack; PORT selects the port of the console. After
`make console`, load the page again: nothing is deployed.
"""

import base64
import json
import os
import urllib.error
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

from functions.serve_console import app
from infra.local.deployment import IDENTITY_NAMESPACE
from infra.local.layout import STACK_FILE

PORT = int(os.environ.get("PORT", "4700"))
HOP = {"connection", "content-length", "host", "transfer-encoding"}


class Console(BaseHTTPRequestHandler):
    """Answers `/console` by the function's own code, and sends everything else to the stack."""

    protocol_version = "HTTP/1.1"
    api_url: str

    def _any(self) -> None:
        path = urlsplit(self.path).path
        is_console = path == "/console" or path.startswith("/console/")
        self._console(path) if is_console else self._forward()

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = _any  # noqa: N815 - the names of http.server

    def _console(self, path: str) -> None:
        app.clear_cache()
        rest = path.removeprefix("/console").strip("/")
        route = "GET /console/{path+}" if rest else "GET /console"
        headers = {name.lower(): value for name, value in self.headers.items()}
        event = {"routeKey": route, "rawPath": path, "headers": headers, "pathParameters": {"path": rest}}
        answer = app.OPERATIONS[route](event)
        body = answer.get("body", "")
        content = base64.b64decode(body) if answer.get("isBase64Encoded") else body.encode()
        self._send(answer["statusCode"], answer["headers"], content)

    def _forward(self) -> None:
        length = int(self.headers.get("content-length") or 0)
        headers = {name: value for name, value in self.headers.items() if name.lower() not in HOP}
        request = urllib.request.Request(  # noqa: S310 - the local stack
            self.api_url + self.path, self.rfile.read(length) or None, headers, method=self.command
        )
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310
                self._send(answer.status, dict(answer.headers), answer.read())
        except urllib.error.HTTPError as error:
            self._send(error.code, dict(error.headers), error.read())

    def _send(self, status: int, headers: dict[str, str], content: bytes) -> None:
        self.send_response(status)
        for name, value in headers.items():
            if name.lower() not in HOP | {"date", "server"}:
                self.send_header(name, value)
        self.send_header("content-length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: Any) -> None:
        """Print nothing for each request."""


def main() -> None:
    stack = json.loads(STACK_FILE.read_text())
    Console.api_url = stack["api_url"]
    os.environ |= {"AWS_ENDPOINT_URL": stack["endpoint_url"], "IMPORT_BUCKET": stack["import_bucket"]}
    os.environ |= {"TABLE_NAME": stack["table"], "IDENTITY_NAMESPACE": str(IDENTITY_NAMESPACE)}
    print(f"http://127.0.0.1:{PORT}/console")
    ThreadingHTTPServer(("127.0.0.1", PORT), Console).serve_forever()


if __name__ == "__main__":
    main()
