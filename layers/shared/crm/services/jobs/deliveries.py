"""Take messages of the job queue, with retries after minutes when they fail, until they are given up."""

import json
from dataclasses import dataclass

from crm.observability import log
from crm.services.jobs import jobs
from crm.services.jobs.deadline import Deadline
from crm.services.jobs.jobs import Kinds
from crm.storage import job_queue

JOB_ATTEMPTS = 5
"""Attempts at a message.

It is delivered once more, so that a job whose process failed in the last attempt is given up as well; then it goes to
the dead-letter queue.
"""

JOB_WAITS_S = (30, 120, 300, 600, 0)
"""Wait after each attempt. The visibility timeout applies only when a process fails: it may run that long."""


class RetriesExhaustedError(Exception):
    """The message goes to the dead-letter queue."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """A message as it was received. `number` counts the deliveries from 1."""

    body: str
    receipt: str
    number: int


def process_message(delivery: Delivery, kinds: Kinds, deadline: Deadline) -> None:
    """Process a message. On return the message is done; otherwise it is delivered again soon."""
    message = json.loads(delivery.body)
    part = (message["step"], message["part"]) if "part" in message else None
    try:
        if delivery.number <= JOB_ATTEMPTS:
            last = delivery.number == JOB_ATTEMPTS
            jobs.run(message["job"], kinds, deadline, part=part, last_time=last)
        elif jobs.is_left_undone(message["job"], kinds, deadline, part=part):
            raise RetriesExhaustedError
    except Exception:
        _put_off(delivery)
        raise


def _put_off(delivery: Delivery) -> None:
    wait = JOB_WAITS_S[min(delivery.number, len(JOB_WAITS_S)) - 1]
    try:
        job_queue.put_off(delivery.receipt, wait)
    except Exception:
        # It is delivered again after the visibility timeout instead.
        log.exception("a message could not be postponed")
