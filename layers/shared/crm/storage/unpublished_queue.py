"""Send stream records that could not be published to a queue."""

from collections.abc import Sequence

from crm.settings import settings
from crm.storage import message_queue


def send(messages: Sequence[str]) -> None:
    """Send records. Raises botocore's errors, or RuntimeError if the queue accepted only some."""
    message_queue.send_all(settings().unpublished_queue_url, messages)
