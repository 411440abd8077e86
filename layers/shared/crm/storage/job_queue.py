"""The queue of jobs: each message says which job goes on."""

import json
from functools import cache
from typing import TYPE_CHECKING

from crm.settings import settings

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

LONGEST_DELAY_S = 900
"""SQS holds no message back for longer."""


@cache
def _sqs() -> "SQSClient":
    import boto3

    return boto3.client("sqs", region_name=settings().region)


def send(job_id: str, *, delay_s: int = 0) -> None:
    """Have a job go on, at once or after so many seconds (at most 900). Raises botocore's errors."""
    body = json.dumps({"job": job_id})
    _sqs().send_message(QueueUrl=settings().job_queue_url, MessageBody=body, DelaySeconds=delay_s)
