"""The table's stream, as the event source mapping delivers it to the functions."""

import importlib
from collections.abc import Callable
from typing import Any, Protocol
from unittest import mock

from botocore.exceptions import ClientError

from crm.domain.activity import CONFLICT, ENTERED, LEFT
from crm.services import consume_changes
from tests.support.gateway import Answer, Client

Record = dict[str, Any]
"""One record as the event source mapping delivers it."""


class Stream(Protocol):
    """A table's stream, which has no state of its readers."""

    def after(self, place: Any = None) -> tuple[list[Record], Any]:
        """Return the records after a position (None: all of them), and the position after them."""


class Pump:
    """Reads a stream and calls its consumers, in order, until no new record is left."""

    def __init__(self, stream: Stream) -> None:
        self._stream = stream
        self._place: Any = None

    def __call__(self, *, batch_size: int = 100, publish: bool = False) -> int:
        """Project new records, update memberships, and publish events with `publish`.

        Return the number of records that were delivered to the projection.
        """
        handed = 0
        while records := self.take():
            handed += self._hand("project_profiles", [r for r in records if _is_activity(r)], batch_size)
            consumed = [r for r in records if _is_consumed(r)]
            if publish:
                self._hand("publish_changes", consumed, batch_size)
            else:
                _bring_up(consumed)
        return handed

    def take(self) -> list[Record]:
        """Return the new records, without passing them to a consumer."""
        records, self._place = self._stream.after(self._place)
        return records

    def read_again(self) -> list[Record]:
        """Return every record of the stream so far."""
        return self._stream.after()[0]

    def _hand(self, function: str, records: list[Record], batch_size: int) -> int:
        for start in range(0, len(records), batch_size):
            app = importlib.import_module(f"functions.{function}.app")
            answer = app.handler({"Records": records[start : start + batch_size]}, None) or {}
            failures = answer.get("batchItemFailures")
            assert not failures, f"{function} left records to be retried: {failures}"
        return len(records)


class Follower:
    """The consumer of the stream, up to date before each request. The pump publishes events, not this class."""

    def __init__(self, stream: Stream) -> None:
        self._pump = Pump(stream)

    def __call__(self) -> None:
        """Update memberships and segment activities for everything that was stored so far."""
        try:
            while records := [r for r in self._pump.take() if _is_consumed(r)]:
                _bring_up(records)
        except ClientError as error:
            if error.response["Error"]["Code"] != "ResourceNotFoundException":
                raise  # else the test has deleted the table


class PatientClient(Client):
    """A client that waits a moment before and after each request."""

    def __init__(self, follow: Callable[[], None]) -> None:
        self._follow = follow

    def __call__(self, *args: Any, **more: Any) -> Answer:
        self._follow()
        answer = super().__call__(*args, **more)
        self._follow()
        return answer


def _bring_up(records: list[Record]) -> None:
    with mock.patch.object(consume_changes, "publish"):
        assert consume_changes.consume(records) is None


def _sort_key(record: Record) -> str:
    key: str = record["dynamodb"]["Keys"]["sk"]["S"]
    return key


def _is_activity(record: Record) -> bool:
    return record["eventName"] in {"INSERT", "MODIFY"} and _sort_key(record).startswith("A#")


def _is_consumed(record: Record) -> bool:
    published = record["dynamodb"].get("NewImage", {}).get("ty", {}).get("S")
    return _sort_key(record) == "PROFILE" or published in {CONFLICT, ENTERED, LEFT}
