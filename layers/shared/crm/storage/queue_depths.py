"""Measure the depth of queues."""

from functools import cache
from typing import TYPE_CHECKING

from crm.settings import settings

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient


@cache
def _sqs() -> "SQSClient":
    import boto3

    return boto3.client("sqs", region_name=settings().region)


def waiting(queue_url: str) -> int:
    """Return the number of messages that can be received now, as estimated by SQS."""
    answer = _sqs().get_queue_attributes(QueueUrl=queue_url, AttributeNames=["ApproximateNumberOfMessages"])
    return int(answer["Attributes"]["ApproximateNumberOfMessages"])
