"""Why DynamoDB refused a write: another writer was faster, or what was sent can never be stored."""

from typing import Any

TRANSACTION_CANCELLED = "TransactionCanceledException"
_LOST = ("ConditionalCheckFailedException", "TransactionConflictException")
_INVALID, _INVALID_IN_TRANSACTION = "ValidationException", "ValidationError"


def lost_race(error: Exception) -> bool:
    """Whether another writer was faster, so that reading again and retrying helps.

    A cancelled transaction lost no race if it holds what can never be stored, like an item over 400 KB.
    """
    code = _response(error).get("Error", {}).get("Code")
    return code in _LOST or (code == TRANSACTION_CANCELLED and not _invalid_reasons(error))


def is_too_large(error: Exception) -> bool:
    """Whether an item is over DynamoDB's 400 KB, or a transaction over its 4 MB."""
    said = _response(error).get("Error", {})
    messages = _invalid_reasons(error) + ([said["Message"]] if said.get("Code") == _INVALID else [])
    return any("size" in message for message in messages)


def _invalid_reasons(error: Exception) -> list[str]:
    return [message for code, message in _reasons(error) if code == _INVALID_IN_TRANSACTION]


def _reasons(error: Exception) -> list[tuple[str, str]]:
    """(code, message) of each write for which a transaction was cancelled."""
    told = getattr(getattr(error, "cause", None), "cancellation_reasons", None)
    if told is not None:
        return [(reason.code, reason.message or "") for reason in told if reason]
    return [
        (reason["Code"], reason.get("Message", ""))
        for reason in _response(error).get("CancellationReasons", ())
    ]


def _response(error: Exception) -> dict[str, Any]:
    # PynamoDB's errors have botocore's as their cause, without its reasons.
    found: dict[str, Any] = getattr(getattr(error, "cause", None) or error, "response", {})
    return found
