"""The queue of webhooks on moto, whose messages are delivered as the event source mapping does."""

from __future__ import annotations

from typing import Any

import boto3

from functions.deliver_webhooks.app import handler

ATTRIBUTES: Any = ["All"]


def process_queue(queue_url: str) -> int:
    """Deliver visible messages to the function, one by one, until none is left; return the number of attempts."""
    sqs, attempts = boto3.client("sqs"), 0
    while messages := sqs.receive_message(QueueUrl=queue_url, AttributeNames=ATTRIBUTES).get("Messages"):
        for message in messages:
            attempts += 1
            if not handler({"Records": [_record(message)]}, None)["batchItemFailures"]:
                sqs.delete_message(QueueUrl=queue_url, ReceiptHandle=message["ReceiptHandle"])
    return attempts


def count_messages(queue_url: str) -> int:
    """Return the number of messages in the queue, visible or not."""
    names: Any = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
    found = boto3.client("sqs").get_queue_attributes(QueueUrl=queue_url, AttributeNames=names)
    return sum(int(number) for number in found["Attributes"].values())


def _record(message: Any) -> dict[str, Any]:
    return {
        "messageId": message["MessageId"],
        "receiptHandle": message["ReceiptHandle"],
        "body": message["Body"],
        "attributes": message["Attributes"],
        "eventSource": "aws:sqs",
    }
