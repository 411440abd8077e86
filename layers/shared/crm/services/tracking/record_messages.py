"""Record messages: valid ones become activities of the log, invalid ones are kept as rejected input."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from crm import observability
from crm.domain.activity import Activity, resent_marks
from crm.domain.errors import InvalidInputError
from crm.domain.json_text import encode
from crm.domain.times import iso
from crm.domain.tracking.message import MessageReading, read_message
from crm.domain.tracking.message_time import has_waited
from crm.domain.tracking.reception import MessageRules, Reception
from crm.domain.tracking.rejection import Rejection, reject
from crm.domain.tracking.user_agent import is_bot
from crm.domain.tracking.wire import (
    EXPANDED_TOO_LARGE,
    MAX_BATCH_BYTES,
    MAX_EXPANDED_BYTES,
    MAX_MESSAGE_BYTES,
    Envelope,
    check_message,
    expanded_too_large,
)
from crm.services.tracking.first_delivery import FirstDeliveries, dated

if TYPE_CHECKING:
    from crm.domain.views.tracking import AcceptedView


MAX_SINGLE_REJECTIONS = 24
"""Rejected messages of one request that are stored one by one.

With the rest, stored as one, they fill a call of 25 items.
"""


class Log(FirstDeliveries, Protocol):
    """The log that activities are appended to (`crm.storage.log_writer.LogWriter`)."""

    def append(self, activities: Sequence[Activity], rejections: Sequence[Rejection] = ()) -> int: ...


@dataclass(frozen=True, slots=True)
class MessageOutcome:
    """The result of the messages of one request. `left_out`: messages of bots, where the rules drop them."""

    activities: list[Activity] = field(default_factory=list)
    rejections: list[Rejection] = field(default_factory=list)
    left_out: list[Activity] = field(default_factory=list)

    def answer(self) -> "AcceptedView":
        """Return the response body: how many messages were accepted, and why the others were rejected."""
        answer: AcceptedView = {
            "success": True,
            "accepted": len(self.activities),
            "rejected": [
                {"index": bad.index, "code": bad.code, "message": bad.message} for bad in self.rejections
            ],
        }
        if self.left_out:
            answer["left_out"] = len(self.left_out)
        return answer


def record(
    envelope: Envelope,
    reception: Reception,
    *,
    log: Log,
    rules: MessageRules,
    new_id: Callable[[], str],
    replayed: bool = False,
) -> MessageOutcome:
    """Make everything in the envelope durable: valid messages as activities, invalid ones as rejected input.

    `replayed`: the envelope is stored already; rejected messages are stored again only with accepted ones. Raises
    UnavailableError when not everything can be made durable; then the whole request may be sent again.
    """
    outcome, room = MessageOutcome(), MAX_EXPANDED_BYTES
    taken: list[MessageReading] = []
    for index, message in enumerate(envelope.messages):
        try:
            room -= check_message(message) + envelope.context_bytes
            if room < 0:
                raise expanded_too_large()
            reading = _read(message, index, envelope, reception, rules, new_id)
        except InvalidInputError as error:
            outcome.rejections.append(_reject(message, error, index, envelope, reception))
        else:
            if rules.drop_bots and is_bot(reading.activity.context.get("environment", {})):
                outcome.left_out.append(reading.activity)
                continue
            taken.append(reading)
    outcome.activities.extend(dated(taken, log))
    if outcome.left_out:
        observability.count_metric("BotMessages", len(outcome.left_out))
    with_rejections = not replayed or outcome.activities
    repeated = reception.repeated or _waited(envelope, reception, outcome)
    marks = [mark for sent in outcome.activities for mark in resent_marks(sent)] if repeated else []
    kept = _rejections_to_store(outcome.rejections, envelope, reception) if with_rejections else []
    store([*outcome.activities, *marks], kept, log)
    return outcome


def _waited(envelope: Envelope, reception: Reception, outcome: MessageOutcome) -> bool:
    """Decide whether the request is one message that may have been sent before without a header that says so.

    The browser SDKs of Customer.io, Hightouch and June send pending requests again on the next page when a page is
    left, with the user's id added and no header that counts the attempts.
    """
    if envelope.is_batch or reception.archived or not outcome.activities:
        return False
    return has_waited(envelope.messages[0], outcome.activities[0].original_at)


def store(activities: Sequence[Activity], rejections: Sequence[Rejection], log: Log) -> None:
    """Append to the log, and count rejected and spilled items. Raises UnavailableError."""
    if activities or rejections:
        spilled = log.append(activities, _selected(rejections))
        if spilled:
            observability.count_metric("SpilledItems", spilled)
    reasons: Counter[str] = Counter()
    for rejection in rejections:
        reasons.update(rejection.by_code)
    for code, times in reasons.items():
        observability.count_metric("RejectedMessages", times, code=code)
        facts = {"code": code, "count": times, "source": rejections[0].reception.source_id}
        observability.log.info("rejected", extra=facts)


def _selected(rejections: Sequence[Rejection]) -> Sequence[Rejection]:
    """Return the rejections whose content is stored."""
    if not rejections:
        return rejections
    # Most requests have none: they start without its dependencies.
    from crm.services.tracking.rejection_budget import count_and_select

    return count_and_select(rejections)


def _read(
    message: Any,
    index: int,
    envelope: Envelope,
    reception: Reception,
    rules: MessageRules,
    new_id: Callable[[], str],
) -> MessageReading:
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
        followed_by=len(envelope.messages) - 1 - index,
    )


def _with_context(message: Any, envelope: Envelope) -> Any:
    """Return the message with the batch's context; the message's own values win."""
    if not envelope.context or not isinstance(message, dict):
        return message
    own = message.get("context") or {}
    return {**message, "context": {**envelope.context, **own}} if isinstance(own, dict) else message


def _reject(
    message: Any, error: InvalidInputError, index: int, envelope: Envelope, reception: Reception
) -> Rejection:
    """Reject a message of a batch as a message of its own, with the batch's context and `sentAt`."""
    whole, message_type = message, envelope.type
    if envelope.is_batch and isinstance(message, dict):
        whole = _with_context(message, envelope)
        if envelope.sent_at is not None:
            whole = {"sentAt": iso(envelope.sent_at), **whole}
        message_type = str(message.get("type", ""))[:32]
    content = encode(whole)
    limit = MAX_MESSAGE_BYTES + len(content) - len(encode(message))  # the batch's context does not count
    return reject(content, error, message_type=message_type, index=index, reception=reception, limit=limit)


def _rejections_to_store(
    rejections: list[Rejection], envelope: Envelope, reception: Reception
) -> list[Rejection]:
    """Return the rejections to store: the first ones alone, as many as a call and a body hold, the rest as one."""
    room, alone = MAX_BATCH_BYTES, 0
    for rejection in rejections[:MAX_SINGLE_REJECTIONS]:
        room -= len(rejection.content)
        if room < 0 or rejection.code == EXPANDED_TOO_LARGE:
            break
        alone += 1
    rest = rejections[alone:]
    return [*rejections[:alone], _as_one_batch(rest, envelope, reception)] if rest else rejections


def _as_one_batch(rest: list[Rejection], envelope: Envelope, reception: Reception) -> Rejection:
    batch: dict[str, Any] = {"batch": [envelope.messages[bad.index] for bad in rest]}
    if envelope.context:
        batch["context"] = envelope.context
    if envelope.sent_at is not None:
        batch["sentAt"] = iso(envelope.sent_at)
    reasons = Counter(bad.code for bad in rest)
    counted = ", ".join(f"{code} {times}" for code, times in reasons.most_common())
    error = InvalidInputError(
        f"{len(rest)} more messages of the batch were rejected ({counted}); the first: {rest[0].message}",
        code=reasons.most_common(1)[0][0],
    )
    return reject(
        encode(batch), error, message_type="batch", index=rest[0].index, reception=reception, reasons=reasons
    )
