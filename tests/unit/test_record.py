"""Recording: all messages of a request are durable, or the client must send them again."""

from collections.abc import Sequence
from threading import Barrier
from typing import Any

import pytest

from crm.domain.activity import Activity
from crm.domain.errors import UnavailableError
from crm.domain.identity import Identity
from crm.domain.tracking.reception import MessageRules, Reception
from crm.domain.tracking.rejection import Rejection, received_at_of
from crm.domain.tracking.wire import Envelope
from crm.domain.trust import Rank
from crm.services.tracking.first_delivery import LOOKUPS_AT_ONCE
from crm.services.tracking.record_messages import MessageOutcome, record

RECEIVED = 1_795_289_400_000
GOOD = {"type": "track", "event": "x", "userId": "u", "messageId": "m", "timestamp": "2026-11-21T19:29:00Z"}


class FakeLog:
    """Stores messages, and the first delivery of each."""

    def __init__(self, *, available: bool = True) -> None:
        self.activities: list[Activity] = []
        self.rejections: list[Rejection] = []
        self._first: dict[tuple[Identity, str, Rank], int] = {}
        self._available = available

    def append(self, activities: Sequence[Activity], rejections: Sequence[Rejection] = ()) -> int:
        if not self._available:
            raise UnavailableError("full", retry_after=5)
        self.activities += activities
        self.rejections += rejections
        return 0

    def first_received(self, identity: Identity, message_id: str, rank: Rank, received_at: int) -> int:
        return self._first.setdefault((identity, message_id, rank), received_at)


def run(
    log: FakeLog, *messages: Any, received_at: int = RECEIVED, replayed: bool = False, **batch: Any
) -> MessageOutcome:
    reception = Reception(source_id="src_1", source_kind="web", received_at=received_at)
    envelope = Envelope("batch", list(messages), **batch)
    return record(envelope, reception, log=log, rules=MessageRules(), new_id=lambda: "new", replayed=replayed)


@pytest.fixture(autouse=True)
def _settings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TABLE_NAME", "crm-test")
    monkeypatch.setenv("IDENTITY_NAMESPACE", "6f1c1f0e-3a55-4c8b-9f0e-8f2c8a2f7d11")


def test_valid_messages_become_activities_and_invalid_ones_are_kept() -> None:
    log = FakeLog()
    outcome = run(log, GOOD, {"type": "track", "userId": "u"})
    assert outcome.answer() == {
        "success": True,
        "accepted": 1,
        "rejected": [
            {
                "index": 1,
                "code": "missing_event",
                "message": "A track message requires an `event`: the name of the event, like Order Completed.",
            }
        ],
    }
    assert (len(log.activities), len(log.rejections)) == (1, 1)


def test_a_request_fails_if_nothing_can_be_stored() -> None:
    with pytest.raises(UnavailableError):
        run(FakeLog(available=False), GOOD)
    with pytest.raises(UnavailableError):
        run(FakeLog(available=False), {})


def test_a_resent_message_without_a_time_keeps_its_time() -> None:
    log, message = FakeLog(), {"type": "track", "event": "x", "userId": "u", "messageId": "m"}
    run(log, message)
    run(log, message, received_at=RECEIVED + 60_000)
    assert [(seen.original_at, seen.occurred_at) for seen in log.activities] == [(RECEIVED, RECEIVED)] * 2


def test_a_rejected_message_is_kept_with_the_context_of_its_batch() -> None:
    log = FakeLog()
    run(log, {"type": "track", "userId": "u"}, context={"groupId": "g"}, sent_at=RECEIVED)
    kept = log.rejections[0]
    assert kept.content == (
        b'{"sentAt":"2026-11-21T19:30:00.000Z","type":"track","userId":"u","context":{"groupId":"g"}}'
    )
    assert (kept.type, kept.index, received_at_of(kept.id)) == ("track", 0, RECEIVED)


def test_a_replayed_message_is_not_stored_again() -> None:
    log = FakeLog()
    run(log, {}, replayed=True)
    assert not log.rejections
    run(log, {}, GOOD, replayed=True)
    assert len(log.rejections) == 1, "its batch will be deleted"


def test_messages_without_a_time_keep_the_order_of_their_batch() -> None:
    """Dittofeed's SDKs send no times; the later of two values of a trait must still win."""
    sent = [{"type": "track", "userId": "u", "event": f"E{n}", "messageId": f"m{9 - n}"} for n in range(3)]
    unnamed = {"type": "track", "userId": "u", "event": "E3"}
    log = FakeLog()
    run(log, *sent, unnamed)
    assert [a.occurred_at - RECEIVED for a in log.activities] == [-3, -2, -1, 0]
    assert all(a.original_at == a.occurred_at and a.received_at == RECEIVED for a in log.activities)

    again = FakeLog()
    again._first = log._first
    run(again, sent[2], received_at=RECEIVED + 5000)
    assert again.activities[0].stamp == log.activities[2].stamp


def test_the_time_of_a_message_is_not_changed_in_a_batch() -> None:
    log = FakeLog()
    run(log, GOOD, {"type": "track", "userId": "u", "event": "Played", "messageId": "m"})
    assert log.activities[0].original_at == run(FakeLog(), GOOD).activities[0].original_at


class SlowLog(FakeLog):
    """Responds only to concurrent calls."""

    def __init__(self) -> None:
        super().__init__()
        self._together = Barrier(LOOKUPS_AT_ONCE, timeout=120)

    def first_received(self, identity: Identity, message_id: str, rank: Rank, received_at: int) -> int:
        self._together.wait()
        return super().first_received(identity, message_id, rank, received_at)


def test_first_deliveries_are_looked_up_concurrently() -> None:
    """In sequence, the lookups of a full batch without times took longer than the function's timeout."""
    log, sent = (
        SlowLog(),
        [{"type": "track", "userId": "u", "event": "E", "messageId": f"m{n}"} for n in range(30)],
    )
    run(log, *sent)
    assert [a.message_id for a in log.activities] == [message["messageId"] for message in sent]
    assert [a.occurred_at for a in log.activities] == [RECEIVED - 29 + n for n in range(30)]


def test_a_message_repeated_in_a_batch_has_one_time() -> None:
    log, sent = FakeLog(), {"type": "track", "userId": "u", "event": "E", "messageId": "m"}
    run(log, sent, GOOD, sent)
    first, _, second = log.activities
    assert first.stamp == second.stamp == (RECEIVED - 2, "m")
