"""Send messages to the queue of jobs: each message names a job to resume, or a part of it to do."""

import json
from collections.abc import Iterable

from crm.settings import settings
from crm.storage import message_queue

MAX_DELAY_S = 900
"""Maximum delay of an SQS message."""


def send(job_id: str, *, delay_s: int = 0) -> None:
    """Resume a job, at once or after a delay in seconds (at most 900). Raises botocore's errors."""
    body = json.dumps({"job": job_id})
    message_queue.sqs().send_message(
        QueueUrl=settings().job_queue_url, MessageBody=body, DelaySeconds=delay_s
    )


def send_parts(job_id: str, step: str, numbers: Iterable[int]) -> None:
    """Send parts of a stage to be done in parallel. Raises RuntimeError if the queue accepted only some of them."""
    bodies = (json.dumps({"job": job_id, "step": step, "part": number}) for number in numbers)
    message_queue.send_all(settings().job_queue_url, bodies)


def put_off(receipt: str, seconds: int) -> None:
    """Delay a received message by this many seconds. Raises botocore's errors."""
    message_queue.put_off(settings().job_queue_url, receipt, seconds)
