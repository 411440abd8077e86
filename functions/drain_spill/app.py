"""Drain the spill queue into the log."""

from typing import Any

from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response
from aws_lambda_powertools.utilities.batch.types import PartialItemFailureResponse
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
from aws_lambda_powertools.utilities.typing import LambdaContext

from crm.observability import log, traced
from crm.services.tracking.drain_spill import drain

processor = BatchProcessor(event_type=EventType.SQS, raise_on_entire_batch_failure=False, logger=log)


@traced
def handler(event: dict[str, Any], context: LambdaContext) -> PartialItemFailureResponse:
    """Process a batch of the queue; return which messages must be retried."""
    return process_partial_response(event=event, record_handler=_drain, processor=processor, context=context)


def _drain(record: SQSRecord) -> None:
    drain(record.body)
