"""Messages are sent to SQS in calls within its limits: ten messages, and less than 256 KB."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.storage import message_queue

MAX_BYTES = 256 * 1024


class Queue:
    """Stores sent messages, and refuses a number of messages of each call."""

    def __init__(self, refused: int = 0) -> None:
        self.calls: list[list[str]] = []
        self._refused = refused

    def send_message_batch(self, *, QueueUrl: str, Entries: Any) -> dict[str, Any]:  # noqa: N803 - boto3's names
        assert QueueUrl == "queue"
        assert len({entry["Id"] for entry in Entries}) == len(Entries)
        self.calls.append([entry["MessageBody"] for entry in Entries])
        return {"Failed": [{}] * self._refused} if self._refused else {}


@given(st.lists(st.tuples(st.sampled_from("aé€😀"), st.integers(1, 60_000)), max_size=40))
def test_messages_are_sent_in_order_within_the_limits_of_sqs(drawn: list[tuple[str, int]]) -> None:
    bodies, queue = [letter * length for letter, length in drawn], Queue()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(message_queue, "sqs", lambda: queue)
        message_queue.send_all("queue", bodies)
    assert [body for call in queue.calls for body in call] == bodies
    assert all(1 <= len(call) <= 10 for call in queue.calls)
    assert all(sum(len(body.encode()) for body in call) < MAX_BYTES for call in queue.calls)


def test_messages_refused_by_the_queue_are_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(message_queue, "sqs", lambda: Queue(refused=2))
    with pytest.raises(RuntimeError, match="all but 2"):
        message_queue.send_all("queue", ["a", "b", "c"])
