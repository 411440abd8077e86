"""Dropped files whose events were given up: each is tried some more, and ends in a report where nothing helps."""

from collections.abc import Mapping
from typing import Any

from crm.observability import count, log
from crm.services.imports import drops

ATTEMPTS = 5
"""How often an event that was given up is tried again, some minutes apart, before its import is failed."""


def take(message: Mapping[str, Any], *, attempt: int, now: int) -> None:
    """Import the file after all, or at the last attempt fail its import with the reason.

    `message`: the event itself, as EventBridge gives it up, or what Lambda tells of an event that it gave up. Raises
    what goes wrong: the message comes again.
    """
    told = message.get("requestPayload", message)["detail"]
    try:
        drops.hear(told, now=now)
    except Exception as error:
        log.exception("a dropped file could not be imported", extra={"attempt": attempt})
        if attempt < ATTEMPTS:
            raise
        drops.give_up(told, _reason(message, error), now=now)
        count("DropGivenUp")


def _reason(message: Mapping[str, Any], error: Exception) -> str:
    """Types of exceptions and conditions only: a message can quote what the file says."""
    condition = message.get("requestContext", {}).get("condition", "the event could not be delivered")
    return f"no import could be begun: {condition}, then {type(error).__name__}; start it by POST /v1/imports"
