"""Send stream records that could not be published to a queue."""

from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

from crm.settings import settings

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

_BATCH = 10


@cache
def _sqs() -> "SQSClient":
    import boto3

    return boto3.client("sqs", region_name=settings().region)


def send(messages: Sequence[str]) -> None:
    """Send records. Raises botocore's errors, or RuntimeError if the queue accepted only some."""
    for start in range(0, len(messages), _BATCH):
        batch = messages[start : start + _BATCH]
        entries: Any = [{"Id": str(number), "MessageBody": text} for number, text in enumerate(batch)]
        answer = _sqs().send_message_batch(QueueUrl=settings().unpublished_queue_url, Entries=entries)
        if answer.get("Failed"):
            raise RuntimeError(f"the queue refused {len(answer['Failed'])} messages")
