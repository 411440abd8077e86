"""Send messages to SQS queues, as many in a call as SQS takes."""

from collections.abc import Iterable, Iterator
from functools import cache
from typing import TYPE_CHECKING, Any

from crm.settings import settings

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

_CALL_SIZE = 10
_CALL_BYTES = 240_000
"""Maximum size of all messages in a call, below the 256 KB of SQS."""


@cache
def sqs() -> "SQSClient":
    """Return the client of SQS."""
    import boto3

    return boto3.client("sqs", region_name=settings().region)


def send_all(queue_url: str, bodies: Iterable[str]) -> None:
    """Send messages. Raises botocore's errors, or RuntimeError if the queue accepted only some: then all must be sent
    again.
    """
    for call in _calls(bodies):
        entries: Any = [{"Id": str(number), "MessageBody": body} for number, body in enumerate(call)]
        answer = sqs().send_message_batch(QueueUrl=queue_url, Entries=entries)
        if answer.get("Failed"):
            raise RuntimeError(f"the queue accepted all but {len(answer['Failed'])} messages")


def _calls(bodies: Iterable[str]) -> Iterator[list[str]]:
    call: list[str] = []
    free = _CALL_BYTES
    for body in bodies:
        size = len(body.encode())
        if call and (len(call) == _CALL_SIZE or size > free):
            yield call
            call, free = [], _CALL_BYTES
        call.append(body)
        free -= size
    if call:
        yield call


def put_off(queue_url: str, receipt: str, seconds: int) -> None:
    """Delay a received message by this many seconds (at most 12 hours). Raises botocore's errors."""
    sqs().change_message_visibility(QueueUrl=queue_url, ReceiptHandle=receipt, VisibilityTimeout=seconds)
