"""Send messages to the queue of deliveries: each is one change for one webhook, and waits in it between attempts."""

import json
from collections.abc import Iterator, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

from crm.settings import settings

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

_CALL_SIZE = 10
_CALL_BYTES = 240_000
"""Maximum size of all messages in a call, below the 256 KB of SQS."""


@cache
def _sqs() -> "SQSClient":
    import boto3

    return boto3.client("sqs", region_name=settings().region)


def send(messages: Sequence[dict[str, Any]]) -> None:
    """Send deliveries. Raises botocore's errors, or RuntimeError if the queue accepted only some: then all must be sent
    again.
    """
    for bodies in _calls([json.dumps(message, separators=(",", ":")) for message in messages]):
        entries: Any = [{"Id": str(number), "MessageBody": body} for number, body in enumerate(bodies)]
        answer = _sqs().send_message_batch(QueueUrl=settings().webhook_queue_url, Entries=entries)
        if answer.get("Failed"):
            raise RuntimeError(f"{len(answer['Failed'])} deliveries could not be queued")


def _calls(bodies: Sequence[str]) -> Iterator[list[str]]:
    call: list[str] = []
    size = 0
    for body in bodies:
        if call and (len(call) == _CALL_SIZE or size + len(body) > _CALL_BYTES):
            yield call
            call, size = [], 0
        call.append(body)
        size += len(body)
    if call:
        yield call


def put_off(receipt: str, seconds: int) -> None:
    """Delay a received message by this many seconds (at most 12 hours)."""
    _sqs().change_message_visibility(
        QueueUrl=settings().webhook_queue_url, ReceiptHandle=receipt, VisibilityTimeout=seconds
    )
