"""Clock, and the queue of those who are due -> who is in which segment, brought up to the time."""

import time
from typing import Any

from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
from aws_lambda_powertools.utilities.typing import LambdaContext

from crm.services.segments import due

processor = BatchProcessor(event_type=EventType.SQS, raise_on_entire_batch_failure=False)


def handler(event: dict[str, Any], context: LambdaContext | None) -> Any:
    """A tick of the schedule; or a batch of the queue, answering which messages must come again."""
    if "Records" not in event:
        return due.tick(time.time_ns() // 1_000_000)
    return process_partial_response(event=event, record_handler=_ask, processor=processor, context=context)


def _ask(record: SQSRecord) -> None:
    due.ask_message(record.body)
