"""Recording: messages become activities of the log, what cannot be read is kept with its reason."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

from crm import observability
from crm.domain.activity import Activity, resent_marks
from crm.domain.errors import InvalidInputError
from crm.domain.identity import Identity
from crm.domain.json_text import encode
from crm.domain.messages.message import Reading, read_message
from crm.domain.messages.reception import MessageRules, Reception
from crm.domain.messages.rejection import Rejection, reject
from crm.domain.messages.wire import Envelope, check_message
from crm.domain.times import iso


class Log(Protocol):
    """Where activities go (`crm.storage.log_writer.LogWriter`)."""

    def append(self, activities: Sequence[Activity], rejections: Sequence[Rejection] = ()) -> int: ...

    def first_received(self, identity: Identity, message_id: str, received_at: int) -> int: ...


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of the messages of one request."""

    activities: list[Activity] = field(default_factory=list)
    rejections: list[Rejection] = field(default_factory=list)

    def answer(self) -> dict[str, Any]:
        """What the client is told: how many were taken, and why the others were not."""
        rejected = [{"index": bad.index, "code": bad.code, "message": bad.message} for bad in self.rejections]
        return {"success": True, "accepted": len(self.activities), "rejected": rejected}


def record(
    envelope: Envelope,
    reception: Reception,
    *,
    log: Log,
    rules: MessageRules,
    new_id: Callable[[], str],
    replayed: bool = False,
) -> Outcome:
    """Make everything in the envelope durable: the good as activities, the bad as rejected input.

    `replayed`: the envelope is kept already; what is rejected is kept anew only beside something accepted.
    Raises UnavailableError when it cannot all be made durable; then all of it may be sent again.
    """
    outcome = Outcome()
    for index, message in enumerate(envelope.messages):
        try:
            reading = _read(message, envelope, reception, rules, new_id)
        except InvalidInputError as error:
            outcome.rejections.append(_reject(message, error, index, envelope, reception))
        else:
            outcome.activities.append(reading.activity if reading.dated else _dated(reading.activity, log))
    keep_bad = not replayed or outcome.activities
    marks = [mark for sent in outcome.activities for mark in resent_marks(sent)] if reception.repeated else []
    store([*outcome.activities, *marks], outcome.rejections if keep_bad else [], log)
    return outcome


def store(activities: Sequence[Activity], rejections: Sequence[Rejection], log: Log) -> None:
    """Append to the log, and count what was rejected or has to wait. Raises UnavailableError."""
    if activities or rejections:
        spilled = log.append(activities, rejections)
        if spilled:
            observability.count("SpilledItems", spilled)
    for code, times in Counter(rejection.code for rejection in rejections).items():
        observability.count("RejectedMessages", times, code=code)
        facts = {"code": code, "count": times, "source": rejections[0].reception.source_id}
        observability.log.info("rejected", extra=facts)


def _read(
    message: Any, envelope: Envelope, reception: Reception, rules: MessageRules, new_id: Callable[[], str]
) -> Reading:
    check_message(message)
    if not envelope.is_batch:
        return read_message(message, envelope.type, reception=reception, rules=rules, new_id=new_id)
    message_type = message.get("type") if isinstance(message, dict) else None
    return read_message(
        _with_context(message, envelope),
        message_type,
        reception=reception,
        rules=rules,
        new_id=new_id,
        sent_at=envelope.sent_at,
    )


def _with_context(message: Any, envelope: Envelope) -> Any:
    """The batch's context holds for each message, unless the message says otherwise."""
    if not envelope.context or not isinstance(message, dict):
        return message
    own = message.get("context") or {}
    return {**message, "context": {**envelope.context, **own}} if isinstance(own, dict) else message


def _dated(activity: Activity, log: Log) -> Activity:
    first = log.first_received(activity.identities[0], activity.message_id, activity.received_at)
    return replace(activity, original_at=first, occurred_at=first)


def _reject(
    message: Any, error: InvalidInputError, index: int, envelope: Envelope, reception: Reception
) -> Rejection:
    """Kept as a message of its own, with what it had of its batch."""
    whole, message_type = message, envelope.type
    if envelope.is_batch and isinstance(message, dict):
        whole = _with_context(message, envelope)
        if envelope.sent_at is not None:
            whole = {"sentAt": iso(envelope.sent_at), **whole}
        message_type = str(message.get("type", ""))[:32]
    return reject(encode(whole), error, message_type=message_type, index=index, reception=reception)
