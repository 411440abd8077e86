"""Measure the depth of queues."""

from crm.storage.message_queue import sqs


def receivable(queue_url: str) -> int:
    """Return the number of messages that can be received now, as estimated by SQS."""
    answer = sqs().get_queue_attributes(QueueUrl=queue_url, AttributeNames=["ApproximateNumberOfMessages"])
    return int(answer["Attributes"]["ApproximateNumberOfMessages"])
