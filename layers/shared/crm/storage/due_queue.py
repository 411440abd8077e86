"""Send due profiles to a queue, if they are too many for one process."""

from collections.abc import Sequence
from typing import Any

from crm.settings import settings
from crm.storage import message_queue


def count_messages() -> int:
    """Return the number of messages that wait or are being processed, as estimated by SQS."""
    names: Any = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
    url = settings().due_queue_url
    answer = message_queue.sqs().get_queue_attributes(QueueUrl=url, AttributeNames=names)
    return sum(int(number) for number in answer.get("Attributes", {}).values())


def send(bodies: Sequence[str]) -> None:
    """Send messages. Raises botocore's errors, or RuntimeError if the queue accepted only some."""
    message_queue.send_all(settings().due_queue_url, bodies)
