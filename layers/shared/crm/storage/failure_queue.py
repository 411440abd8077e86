"""Send failed projections to a queue, which retries them later."""

from collections.abc import Sequence

from crm.settings import settings
from crm.storage import message_queue


def send_failures(messages: Sequence[str]) -> None:
    """Send failures. Raises botocore's errors, or RuntimeError if the queue accepted only some: the caller must not
    continue then.
    """
    message_queue.send_all(settings().failure_queue_url, messages)
