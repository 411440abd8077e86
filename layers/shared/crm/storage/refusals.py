"""Interpret errors of DynamoDB writes: a lost race, a throttle to wait out, or an item that never fits."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple, NoReturn

from botocore.exceptions import BotoCoreError, ClientError

from crm.domain.errors import ItemTooLargeError, RetryLaterError, UnavailableError, VersionConflictError
from crm.storage import backoff
from crm.storage.client import dynamodb
from crm.storage.keys import PK, PROFILE_PREFIX
from crm.storage.retries import THROTTLES

CONDITION_FAILED = "ConditionalCheckFailedException"
_CANCELLED = "TransactionCanceledException"

_LOST_RACES = frozenset(
    {CONDITION_FAILED, "ConditionalCheckFailed", "TransactionConflict", "TransactionConflictException"}
)
_INVALID = frozenset({"ValidationException", "ValidationError"})
_THROTTLES = THROTTLES | {"ProvisionedThroughputExceeded", "ThrottlingError"}
"""The last two are reasons of a cancelled transaction."""

_SERVER_ERRORS = 500
_ATTEMPTS = 4
_MAX_ITEM_BYTES = 400 * 1024


class Reason(NamedTuple):
    """The reason why one write failed. `at`: its position in the transaction; None if the call as a whole failed."""

    code: str
    message: str
    at: int | None = None


def reasons_of(error: Exception) -> list[Reason]:
    """Return the reasons of an error: one for each failed item of a cancelled transaction, otherwise a single one.

    Empty for an exception that is not a response of AWS.
    """
    refusal = _client_error(error)
    if not isinstance(refusal, ClientError):
        return []
    response: Mapping[str, Any] = refusal.response
    if response["Error"]["Code"] != _CANCELLED:
        return [Reason(response["Error"]["Code"], response["Error"].get("Message", ""))]
    # Without reasons, a conflict is all that is known.
    reasons = enumerate(response.get("CancellationReasons") or [{"Code": "TransactionConflict"}])
    return [Reason(one["Code"], one.get("Message") or "", at) for at, one in reasons if one["Code"] != "None"]


def _client_error(error: Exception) -> BaseException:
    """Return botocore's exception: PynamoDB's errors have a copy of it as their cause, without most of the response."""
    cause: BaseException = getattr(error, "cause", None) or error
    return cause.__cause__ if isinstance(cause.__cause__, ClientError) else cause


def refusal_of(error: Exception, items: Sequence[Mapping[str, Any]] = ()) -> Exception:
    """Convert an error to the CrmError that it means; return it unchanged if it means none.

    `items`: the keys or items of the writes, in their order. Items that can never be stored come first: if one is too
    large, a retry cannot succeed.
    """
    reasons = reasons_of(error)
    if large := [reason for reason in reasons if _never_fits(reason)]:
        return _too_large([reason.at for reason in large], items)
    codes = {reason.code for reason in reasons}
    if codes & _LOST_RACES:
        return VersionConflictError("it was changed in the meantime: read it again and retry")
    if codes & _THROTTLES:
        return UnavailableError("the table accepts no more writes at the moment", retry_after=1)
    return error


def raise_refusal(error: Exception, items: Sequence[Mapping[str, Any]] = ()) -> NoReturn:
    """Raise the error that `refusal_of` returns."""
    refusal = refusal_of(error, items)
    if refusal is error:
        raise error
    raise refusal from error


def is_write_conflict(error: Exception) -> bool:
    """Decide whether another writer was faster, so that reading again and retrying helps."""
    return isinstance(refusal_of(error), VersionConflictError)


def is_too_large(error: Exception) -> bool:
    """Decide whether an item exceeds DynamoDB's 400 KB, or a transaction its 4 MB."""
    return any(map(_never_fits, reasons_of(error)))


def _never_fits(reason: Reason) -> bool:
    return reason.code in _INVALID and "size" in reason.message


def _too_large(places: Sequence[int | None], items: Sequence[Mapping[str, Any]]) -> ItemTooLargeError:
    """Build the error that names the profiles to blame. If a call failed as a whole, these are the large ones."""
    named = [items[at] for at in places if at is not None and at < len(items)]
    named = named or [item for item in items if _size(item) > _MAX_ITEM_BYTES] or list(items)
    keys = [str(item[PK]["S"]) for item in named]
    ids = [key.removeprefix(PROFILE_PREFIX) for key in keys if key.startswith(PROFILE_PREFIX)]
    return ItemTooLargeError("the data exceeds the 400 KB of an item", profile_ids=dict.fromkeys(ids))


def _size(item: Mapping[str, Any]) -> int:
    attributes = ((name, next(iter(value.values()))) for name, value in item.items())
    return sum(len(name) + len(it if isinstance(it, bytes) else str(it).encode()) for name, it in attributes)


def is_transient(error: Exception) -> bool:
    """Decide whether the same call may succeed later: after a throttle, a failure of AWS or of the network, or a lost
    race.
    """
    cause = _client_error(error)
    if isinstance(cause, ClientError):
        status = cause.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
        codes = {reason.code for reason in reasons_of(error)}
        return status >= _SERVER_ERRORS or bool(codes & (_THROTTLES | _LOST_RACES))
    return isinstance(cause, BotoCoreError | RetryLaterError | VersionConflictError)


def transact(writes: Sequence[Any]) -> None:
    """Perform all of these writes or none.

    Raises VersionConflictError if a condition does not hold, ItemTooLargeError, which names the profiles, and
    UnavailableError if the table throttles: SDKs retry throttled calls, but not cancelled transactions.
    """
    for attempt in range(_ATTEMPTS):
        if attempt:
            backoff.pause(attempt)
        try:
            dynamodb().transact_write_items(TransactItems=writes)
        except ClientError as error:
            items = [_target(write) for write in writes]
            if attempt == _ATTEMPTS - 1 or not isinstance(refusal_of(error, items), UnavailableError):
                raise_refusal(error, items)
        else:
            return


def _target(write: Mapping[str, Any]) -> Mapping[str, Any]:
    (parameters,) = write.values()
    target: Mapping[str, Any] = parameters.get("Item") or parameters["Key"]
    return target
