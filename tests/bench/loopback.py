"""AWS on loopback, for handlers in separate processes: the table in memory, and queues that drop all messages."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from tests.support.dynamodb.memory_dynamodb import MemoryDynamoDB

CANNED: dict[str, dict[str, Any]] = {
    "SendMessage": {"MessageId": "m-1"},
    "SendMessageBatch": {"Successful": [], "Failed": []},
    "PutEvents": {"FailedEntryCount": 0, "Entries": [{"EventId": "e-1"}]},
}


@contextmanager
def served(store: MemoryDynamoDB) -> Iterator[str]:
    """Serve the store, and yield the endpoint's URL."""

    class Answerer(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = (
            -1
        )  # send header and body in one segment: else the second would wait for a delayed acknowledgement

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["content-length"])))
            operation = self.headers.get("x-amz-target", "").rsplit(".", 1)[-1]
            status, answer = (
                (200, CANNED[operation]) if operation in CANNED else store.answer(operation, body)
            )
            content = json.dumps(answer).encode()
            self.send_response(status)
            self.send_header("content-type", "application/x-amz-json-1.0")
            self.send_header("content-length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: Any) -> None:
            """Print nothing: the bench has its own report."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answerer)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
