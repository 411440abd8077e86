"""Print received webhooks, as a connected tool would: `python3 docs/examples/receiver.py 8765 > received.jsonl`.

Prints what it is sent, a JSON object a line. With the webhook's secret in WEBHOOK_SECRET it refuses what is not signed
with it, or long ago (https://www.standardwebhooks.com).
"""

import base64
import hashlib
import hmac
import os
import sys
import time
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

TOLERANCE_S = 300


def is_signed(headers: Message, body: bytes, secret: str) -> bool:
    """Whether one of the signatures is the secret's, and recent."""
    id_, sent_at = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "0")
    key = base64.b64decode(secret.removeprefix("whsec_"))
    signed = hmac.digest(key, f"{id_}.{sent_at}.".encode() + body, hashlib.sha256)
    right = "v1," + base64.b64encode(signed).decode()
    known = any(hmac.compare_digest(right, one) for one in headers.get("webhook-signature", "").split())
    return known and sent_at.isdecimal() and abs(time.time() - int(sent_at)) < TOLERANCE_S


class Receiver(BaseHTTPRequestHandler):
    """Answers 204, or 401 to what is not signed."""

    def do_POST(self) -> None:
        """Print the body."""
        body, secret = (
            self.rfile.read(int(self.headers.get("content-length", "0"))),
            os.environ.get("WEBHOOK_SECRET"),
        )
        taken = not secret or is_signed(self.headers, body, secret)
        if taken:
            sys.stdout.write(body.decode() + "\n")
            sys.stdout.flush()
        self.send_response(204 if taken else 401)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Keep the output to what was sent."""


if __name__ == "__main__":
    ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Receiver).serve_forever()
