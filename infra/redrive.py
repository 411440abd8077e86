"""Redrive the messages of a dead-letter queue: `make redrive QUEUE=FailureDeadLetters`, in the deployed stack.

Uses the AWS credentials of the deployment. `GET /v1/health` shows the result a little later.
"""

import sys
from typing import Any

from botocore.exceptions import ClientError

from infra.cloud import deployed

QUEUES = (
    "SpillDeadLetters",
    "FailureDeadLetters",
    "UnpublishedDeadLetters",
    "JobDeadLetters",
    "WebhookDeadLetters",
)
"""Dead-letter queues whose messages come from a queue, to which they return (docs/runbook.md)."""


def main() -> None:
    name = sys.argv[1] if len(sys.argv) > 1 else ""
    if name not in QUEUES:
        sys.exit(f"No queue is set. Set one: make redrive QUEUE={'|'.join(QUEUES)}")
    place = deployed()
    session = place.session()
    try:
        described = session.client("cloudformation").describe_stack_resource(
            StackName=place.stack_name, LogicalResourceId=name
        )
        number = redrive(session.client("sqs"), described["StackResourceDetail"]["PhysicalResourceId"])
    except ClientError as error:
        sys.exit(f"{name} of {place.stack_name} in {place.region}: {error.response['Error']['Message']}")
    print(f"Redriving {number} messages of {name}.")


def redrive(sqs: Any, url: str) -> int:
    """Start moving all messages of a dead-letter queue back to their source; returns their approximate number."""
    names = ["QueueArn", "ApproximateNumberOfMessages"]
    attributes = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=names)["Attributes"]
    sqs.start_message_move_task(SourceArn=attributes["QueueArn"])
    return int(attributes["ApproximateNumberOfMessages"])


if __name__ == "__main__":
    main()
