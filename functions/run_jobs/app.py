"""Run jobs from the job queue, part by part."""

import time
from typing import Any

from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response
from aws_lambda_powertools.utilities.batch.types import PartialItemFailureResponse
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
from aws_lambda_powertools.utilities.typing import LambdaContext

from crm.domain.job import BACKFILL, BULK, ERASE, EXPORT, IMPORT, RANKING, REPROJECT
from crm.observability import log, traced
from crm.services.bulk.job import BULKS
from crm.services.exports.job import EXPORTS
from crm.services.imports.import_job import IMPORTS
from crm.services.jobs.deadline import Deadline
from crm.services.jobs.deliveries import Delivery, process_message
from crm.services.jobs.staged_job import StagedJob
from crm.services.privacy.erasure_job import ERASURES
from crm.services.reprojection.job import REPROJECTS
from crm.services.segments.backfill import BACKFILLS
from crm.services.segments.ranking import RANKINGS

KINDS: dict[str, StagedJob] = {
    ERASE: ERASURES,
    IMPORT: IMPORTS,
    EXPORT: EXPORTS,
    BULK: BULKS,
    BACKFILL: BACKFILLS,
    REPROJECT: REPROJECTS,
    RANKING: RANKINGS,
}
_AN_HOUR_MS = 3_600_000

processor = BatchProcessor(event_type=EventType.SQS, raise_on_entire_batch_failure=False, logger=log)


@traced
def handler(event: dict[str, Any], context: LambdaContext | None) -> PartialItemFailureResponse:
    """Process a message of the queue; return whether it must be retried."""
    return process_partial_response(event=event, record_handler=_run, processor=processor, context=context)


def _run(record: SQSRecord, lambda_context: LambdaContext | None = None) -> None:
    number = int(record.attributes.get("ApproximateReceiveCount") or 1)
    process_message(Delivery(record.body, record.receipt_handle, number), KINDS, _deadline(lambda_context))


def _deadline(context: LambdaContext | None) -> Deadline:
    remaining = context.get_remaining_time_in_millis if context else lambda: _AN_HOUR_MS
    return Deadline(lambda: time.time_ns() // 1_000_000, remaining)
