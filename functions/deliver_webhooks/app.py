"""Deliver the queue of webhooks to their addresses, one at a time."""

import json
import random
import time
from typing import Any

from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response
from aws_lambda_powertools.utilities.batch.types import PartialItemFailureResponse
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
from aws_lambda_powertools.utilities.typing import LambdaContext

from crm.observability import log, traced
from crm.services.webhooks import http_post
from crm.services.webhooks.deliver import Attempt, deliver

processor = BatchProcessor(event_type=EventType.SQS, raise_on_entire_batch_failure=False, logger=log)


@traced
def handler(event: dict[str, Any], context: LambdaContext | None) -> PartialItemFailureResponse:
    """Process a batch of the queue; return which messages must be retried."""
    return process_partial_response(
        event=event, record_handler=_deliver, processor=processor, context=context
    )


def _deliver(record: SQSRecord) -> None:
    now = time.time_ns() // 1_000_000
    attempt = Attempt(
        message=json.loads(record.body),
        receipt=record.receipt_handle,
        number=int(record.attributes.get("ApproximateReceiveCount") or 1),
        first_at=int(record.attributes.get("ApproximateFirstReceiveTimestamp") or now),
        now=now,
    )
    deliver(attempt, http_post.post, jitter=random.random())  # noqa: S311 - no secret
