"""Retry the projections in the failure queue."""

import json
from typing import Any

from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response
from aws_lambda_powertools.utilities.batch.types import PartialItemFailureResponse
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
from aws_lambda_powertools.utilities.typing import LambdaContext

from crm.observability import log, traced
from crm.services.projection.stream_consumer import redrive_projection

processor = BatchProcessor(event_type=EventType.SQS, raise_on_entire_batch_failure=False, logger=log)


@traced
def handler(event: dict[str, Any], context: LambdaContext | None) -> PartialItemFailureResponse:
    """Process a batch of the queue; return which messages must be retried."""
    return process_partial_response(
        event=event, record_handler=_redrive, processor=processor, context=context
    )


def _redrive(record: SQSRecord) -> None:
    redrive_projection(json.loads(record.body))
