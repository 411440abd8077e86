"""Send messages to the queue of jobs: each message names a job to resume, or a part of it to do."""

import json
from collections.abc import Iterable
from functools import cache
from typing import TYPE_CHECKING, Any

from crm.settings import settings

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

MAX_DELAY_S = 900
"""Maximum delay of an SQS message."""

_CALL_SIZE = 10


@cache
def _sqs() -> "SQSClient":
    import boto3

    return boto3.client("sqs", region_name=settings().region)


def send(job_id: str, *, delay_s: int = 0) -> None:
    """Resume a job, at once or after a delay in seconds (at most 900). Raises botocore's errors."""
    body = json.dumps({"job": job_id})
    _sqs().send_message(QueueUrl=settings().job_queue_url, MessageBody=body, DelaySeconds=delay_s)


def send_parts(job_id: str, step: str, numbers: Iterable[int]) -> None:
    """Send parts of a stage to be done in parallel. Raises RuntimeError if the queue does not accept all of them."""
    bodies = [json.dumps({"job": job_id, "step": step, "part": number}) for number in numbers]
    for start in range(0, len(bodies), _CALL_SIZE):
        entries: Any = [
            {"Id": str(at), "MessageBody": body} for at, body in enumerate(bodies[start : start + _CALL_SIZE])
        ]
        answer = _sqs().send_message_batch(QueueUrl=settings().job_queue_url, Entries=entries)
        if answer.get("Failed"):
            raise RuntimeError(f"{len(answer['Failed'])} parts could not be queued")


def put_off(receipt: str, seconds: int) -> None:
    """Delay a received message by this many seconds. Raises botocore's errors."""
    _sqs().change_message_visibility(
        QueueUrl=settings().job_queue_url, ReceiptHandle=receipt, VisibilityTimeout=seconds
    )
