"""Retry dropped files whose events were discarded; each ends in a report if no retry succeeds."""

from collections.abc import Mapping
from typing import Any

from crm.observability import count_metric, log
from crm.services.imports import dropped_file

DROP_ATTEMPTS = 5
"""Retries of a discarded event, some minutes apart, before its import is failed."""


def import_dead_drop(message: Mapping[str, Any], *, attempt: int, now: int) -> None:
    """Import the file after all, or at the last attempt fail its import with the reason.

    `message`: the event as EventBridge discards it, or Lambda's record of a discarded event. Raises what goes wrong:
    the message is delivered again.
    """
    event = message.get("requestPayload", message)["detail"]
    try:
        dropped_file.on_object_created(event, now=now)
    except Exception as error:
        log.exception("a dropped file could not be imported", extra={"attempt": attempt})
        if attempt < DROP_ATTEMPTS:
            raise
        dropped_file.give_up(event, _reason(message, error), now=now)
        count_metric("DropGivenUp")


def _reason(message: Mapping[str, Any], error: Exception) -> str:
    """Return types of exceptions and conditions only: a message can quote the file's content."""
    condition = message.get("requestContext", {}).get("condition", "the event could not be delivered")
    return (
        f"no import could be started: {condition}, then {type(error).__name__}; start it by POST /v1/imports"
    )
