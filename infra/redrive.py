"""Has the messages of a dead-letter queue tried again: `make redrive QUEUE=FailureDeadLetters`, in the deployed stack.

With the credentials of whoever deploys. What became of it is in `GET /v1/health` a little later.
"""

import sys

import boto3

from infra.cloud import deployed

QUEUES = (
    "SpillDeadLetters",
    "FailureDeadLetters",
    "UnpublishedDeadLetters",
    "JobDeadLetters",
    "WebhookDeadLetters",
)
"""Those whose messages come from a queue, to which they go back (docs/runbook.md)."""


def main() -> None:
    name = sys.argv[1] if len(sys.argv) > 1 else ""
    if name not in QUEUES:
        sys.exit(f"Name a queue: make redrive QUEUE={'|'.join(QUEUES)}")
    place = deployed()
    session = place.session()
    described = session.client("cloudformation").describe_stack_resource(
        StackName=place.stack_name, LogicalResourceId=name
    )
    url = described["StackResourceDetail"]["PhysicalResourceId"]
    print(f"{redrive(session, url)} messages of {name} are on their way back.")


def redrive(session: boto3.Session, url: str) -> int:
    """Start moving all messages of a dead-letter queue back to where they came from; about how many there are."""
    sqs = session.client("sqs")
    attributes = sqs.get_queue_attributes(
        QueueUrl=url, AttributeNames=["QueueArn", "ApproximateNumberOfMessages"]
    )["Attributes"]
    sqs.start_message_move_task(SourceArn=attributes["QueueArn"])
    return int(attributes["ApproximateNumberOfMessages"])


if __name__ == "__main__":
    main()
