"""Stream of the table -> changes on the event bus."""

from typing import Any

from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response
from aws_lambda_powertools.utilities.batch.types import PartialItemFailureResponse
from aws_lambda_powertools.utilities.data_classes.dynamo_db_stream_event import DynamoDBRecord
from aws_lambda_powertools.utilities.typing import LambdaContext

from crm.services.publish import publish_record

processor = BatchProcessor(event_type=EventType.DynamoDBStreams, raise_on_entire_batch_failure=False)


def handler(event: dict[str, Any], context: LambdaContext | None) -> PartialItemFailureResponse:
    """A batch of the stream; answers the records that must come again."""
    return process_partial_response(
        event=event, record_handler=_publish, processor=processor, context=context
    )


def _publish(record: DynamoDBRecord) -> None:
    publish_record(record.raw_event)
