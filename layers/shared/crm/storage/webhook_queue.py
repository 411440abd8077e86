"""Send messages to the queue of deliveries: each is one change for one webhook, and waits in it between attempts."""

import json
from collections.abc import Sequence
from typing import Any

from crm.settings import settings
from crm.storage import message_queue


def send(messages: Sequence[dict[str, Any]]) -> None:
    """Send deliveries. Raises botocore's errors, or RuntimeError if the queue accepted only some: then all must be sent
    again.
    """
    bodies = (json.dumps(message, separators=(",", ":")) for message in messages)
    message_queue.send_all(settings().webhook_queue_url, bodies)


def put_off(receipt: str, seconds: int) -> None:
    """Delay a received message by this many seconds (at most 12 hours)."""
    message_queue.put_off(settings().webhook_queue_url, receipt, seconds)
