"""Start the imports of files dropped into the bucket, and record files whose event could not be processed."""

import json
import time
from typing import Any

from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
from aws_lambda_powertools.utilities.typing import LambdaContext

from crm.observability import log, traced
from crm.services.imports import dropped_file
from crm.services.imports.dead_drops import import_dead_drop

processor = BatchProcessor(event_type=EventType.SQS, raise_on_entire_batch_failure=False, logger=log)


@traced
def handler(event: dict[str, Any], context: LambdaContext | None) -> Any:
    """Process an event "Object Created" of S3, as EventBridge delivers it; raises what storing and queuing the job
    raise. Or process a batch of failed events, and return which messages must be retried.
    """
    if "Records" in event:
        return process_partial_response(
            event=event, record_handler=_retry_import, processor=processor, context=context
        )
    return dropped_file.on_object_created(event["detail"], now=_now())


def _retry_import(record: SQSRecord) -> None:
    number = int(record.attributes.get("ApproximateReceiveCount") or 1)
    import_dead_drop(json.loads(record.body), attempt=number, now=_now())


def _now() -> int:
    return time.time_ns() // 1_000_000
