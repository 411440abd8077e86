"""Idempotency: perform a repeated request once, and repeat the first answer (docs/decisions/012)."""

import hashlib
import hmac
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from crm.domain.errors import ConflictError, CrmError, GoneError, InProgressError
from crm.domain.json_text import decode, encode
from crm.domain.retention import RESPONSES_DAYS
from crm.domain.times import DAY_MS
from crm.observability import count_metric, log
from crm.settings import settings
from crm.storage import idempotency_records
from crm.storage.idempotency_records import AnswerRecord

BUSY_MS = 30_000
"""Longest time that a request may run: API Gateway waits no longer for any."""
_KEPT_MS = RESPONSES_DAYS * DAY_MS
_LARGEST = 350_000
"""Bytes of a response: an item of DynamoDB holds 400 KB."""


@dataclass(frozen=True, slots=True)
class Call:
    """A request by its key (`id`) and its content (`fingerprint`)."""

    id: str
    fingerprint: str


@dataclass(frozen=True, slots=True, kw_only=True)
class IdempotencyOutcome:
    """The outcome of a request. `answer` is plain JSON.

    `done`: it took effect; otherwise it may be sent again under the same key. `kept`: the answer may be stored;
    `person` is the profile whose data it contains. `made` is the id of what was created.
    """

    answer: dict[str, Any]
    done: bool = True
    kept: bool = True
    person: str | None = None
    made: str | None = None


def call(*, scope: tuple[str, ...], content: tuple[str | bytes, ...]) -> Call:
    """Return the call. `scope`: the caller, the route and the key.

    `content`: everything that makes it the same request.
    """
    return Call(_digest(scope), _digest(content))


def _digest(parts: tuple[str | bytes, ...]) -> str:
    # Keyed: names of people must not be found by hashing guesses and comparing them with the table.
    hashed = hmac.new(settings().identity_namespace.bytes, digestmod=hashlib.sha256)
    for part in parts:
        text = part if isinstance(part, bytes) else part.encode(errors="surrogatepass")
        hashed.update(len(text).to_bytes(8, "big") + text)
    return hashed.hexdigest()


def once(call: Call, perform: Callable[[], IdempotencyOutcome], *, now: int) -> tuple[dict[str, Any], bool]:
    """Return the answer, and whether it is that of an earlier call. `now` in epoch milliseconds.

    A refusal (CrmError) is not stored, so that a corrected request goes through; after a crash the request may be
    repeated 30 s later. Raises what `perform` raises, InProgressError, ConflictError `idempotency_key_reused` and
    `already_done`, and GoneError `answer_gone`.
    """
    record = AnswerRecord(secrets.token_hex(8), call.fingerprint, busy_until=now + BUSY_MS)
    if earlier := idempotency_records.begin(call.id, record, now=now, keep_until=now + _KEPT_MS):
        return _answer_again(call, earlier), True
    try:
        outcome = perform()
    except CrmError:
        _delete(call, record)
        raise
    if outcome.done:
        _keep(call, replace(record, busy_until=None), outcome, now)
    else:
        _delete(call, record)
    return outcome.answer, False


def _answer_again(call: Call, earlier: AnswerRecord) -> dict[str, Any]:
    if earlier.fingerprint != call.fingerprint:
        raise ConflictError(
            "this Idempotency-Key was used for another request: send a new key with each new request",
            code="idempotency_key_reused",
        )
    if earlier.busy_until is not None:
        raise InProgressError("this request is still in progress: retry in a second", retry_after=1)
    text = idempotency_records.find_with_person(earlier.person, call.id) if earlier.person else earlier.answer
    if text is not None:
        answer: dict[str, Any] = decode(text)
        return answer
    if earlier.person:
        raise GoneError(
            "this request was performed before; its response was deleted with the person's data",
            code="answer_gone",
        )
    raise ConflictError(
        "this request was performed before; its response was not stored, because it was secret, "
        "contained data of several people, or was too large",
        code="already_done",
        details={"id": earlier.made} if earlier.made else {},
    )


def _keep(call: Call, record: AnswerRecord, outcome: IdempotencyOutcome, now: int) -> None:
    keep_until = now + _KEPT_MS
    text = encode(outcome.answer) if outcome.kept else None
    if text is None or len(text) > _LARGEST:
        record = replace(record, made=outcome.made)
    elif outcome.person is None:
        record = replace(record, answer=text)
    else:
        record = replace(record, person=outcome.person)
    with _best_effort():
        if record.person and text:
            idempotency_records.keep_with_person(
                record.person, call.id, text, since=now, keep_until=keep_until
            )
        idempotency_records.finish(call.id, record, keep_until=keep_until)


def _delete(call: Call, record: AnswerRecord) -> None:
    with _best_effort():
        idempotency_records.delete_record(call.id, record.attempt)


@contextmanager
def _best_effort() -> Iterator[None]:
    # A performed request is answered even if the answer cannot be stored: the record then ends in 30 s.
    try:
        yield
    except (BotoCoreError, ClientError):
        log.warning("a response could not be stored", exc_info=True)
        count_metric("AnswerNotKept")
