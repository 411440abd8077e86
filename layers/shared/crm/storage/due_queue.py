"""Send due profiles to a queue, if they are too many for one process."""

from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

from crm.settings import settings

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

_CALL_SIZE = 10


@cache
def _sqs() -> "SQSClient":
    import boto3

    return boto3.client("sqs", region_name=settings().region)


def waiting() -> int:
    """Return the number of messages that wait or are being processed, as estimated by SQS."""
    names: Any = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
    answer = _sqs().get_queue_attributes(QueueUrl=settings().due_queue_url, AttributeNames=names)
    return sum(int(number) for number in answer.get("Attributes", {}).values())


def send(bodies: Sequence[str]) -> None:
    """Send messages. Raises RuntimeError if the queue does not accept all of them."""
    for start in range(0, len(bodies), _CALL_SIZE):
        entries: Any = [
            {"Id": str(at), "MessageBody": body} for at, body in enumerate(bodies[start : start + _CALL_SIZE])
        ]
        answer = _sqs().send_message_batch(QueueUrl=settings().due_queue_url, Entries=entries)
        if answer.get("Failed"):
            raise RuntimeError(f"{len(answer['Failed'])} messages could not be queued")
