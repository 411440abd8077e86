"""Evaluate segments of due profiles, by schedule and from a queue, and count the members and their changes by day."""

import time
from typing import Any

from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
from aws_lambda_powertools.utilities.typing import LambdaContext

from crm.observability import log, traced
from crm.services.consents import link_secret
from crm.services.jobs.deadline import Deadline
from crm.services.segments import day_changes, day_counts, ranking, scheduled_evaluation

_MINUTES_MS = 300_000

processor = BatchProcessor(event_type=EventType.SQS, raise_on_entire_batch_failure=False, logger=log)


@traced
def handler(event: dict[str, Any], context: LambdaContext | None) -> Any:
    """Process a tick of a schedule, or a batch of the queue; for a batch, return which messages must be retried."""
    if "Records" in event:
        return process_partial_response(
            event=event, record_handler=_evaluate, processor=processor, context=context
        )
    if event.get("task") == "count":
        ranking.start_nightly(_now())
        counted = day_counts.count_day(_deadline(context))
        return counted | {"days_left": day_changes.count_changes(_deadline(context))}
    # A deployment whose keys are older than this rule has none yet.
    link_secret.ensure()
    return scheduled_evaluation.tick(_deadline(context))


def _evaluate(record: SQSRecord) -> None:
    scheduled_evaluation.evaluate_message(record.body, _now())


def _deadline(context: LambdaContext | None) -> Deadline:
    return Deadline(_now, context.get_remaining_time_in_millis if context else lambda: _MINUTES_MS)


def _now() -> int:
    return time.time_ns() // 1_000_000
