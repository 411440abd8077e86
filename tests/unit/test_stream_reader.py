"""The local stack delivers a table's stream to its functions in order, with retries."""

from collections import defaultdict
from itertools import takewhile
from random import Random
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infra.local.stream_poller import StreamPoller
from infra.local.stream_reader import Batch, Entry, StreamReader

ARN = "arn:aws:dynamodb:us-east-1:000000000000:table/t/stream/1"


def record(key: str, number: int, source: str = "") -> dict[str, Any]:
    image = {"so": {"S": source}} if source else {}
    keys = {"pk": {"S": key}, "sk": {"S": "A#"}}
    return {"dynamodb": {"SequenceNumber": str(number), "Keys": keys, "NewImage": image}}


def reader_of(keys: str, sources: str = "") -> StreamReader:
    """Return a reader that has read a record of each of these keys, in this order, and of the sources below."""
    reader = StreamReader(0)
    records = zip(keys, sources.ljust(len(keys)), strict=True)
    found = [(place, record(key, place, source.strip())) for place, (key, source) in enumerate(records)]
    reader.add(found, end=len(keys))
    return reader


def places(batch: Batch) -> list[int]:
    return [entry.place for entries in batch.values() for entry in entries]


def before_the_first_failure(failed: set[str], entries: list[Entry]) -> list[int]:
    return [entry.place for entry in takewhile(lambda one: one.id not in failed, entries)]


def test_a_new_event_does_not_wait_for_an_import() -> None:
    reader = reader_of("abcdefghijkl", "iiiiiiiiiiwi")
    taken = [sorted(places(reader.take(3))) for _ in range(3)]
    assert taken == [[0, 1, 2], [3, 4, 10], [5, 6, 7]]


def test_an_event_is_taken_with_earlier_records_of_its_key() -> None:
    reader = reader_of("abcdeb", "iiiiiw")
    reader.take(1)
    assert places(reader.take(2)) == [1, 5]


def test_the_records_of_a_key_keep_their_order() -> None:
    reader = reader_of("aaab")
    first = reader.take(2)
    assert places(first) == [0, 1]
    assert places(reader.take(2)) == [
        3
    ]  # the later records of `a` wait until the first one has been processed
    assert places(reader.take(2)) == []
    reader.settle(first, set())
    assert places(reader.take(2)) == [2]


def test_failed_records_are_retried_with_later_records_of_their_key() -> None:
    reader = reader_of("aabbc")
    batch = reader.take(10)
    reader.settle(batch, {"1", "2"})
    assert reader.position == 1
    again = [reader.take(10), reader.take(10)]
    assert sorted(map(places, again)) == [[1], [2, 3]]
    assert {entry.attempts for one in again for entries in one.values() for entry in entries} == {1}
    for one in again:
        reader.settle(one, set())
    assert reader.position == 5


@given(
    st.lists(st.tuples(st.sampled_from("abcd"), st.sampled_from("iw ")), min_size=1, max_size=30),
    st.randoms(use_true_random=False),
)
def test_every_record_is_read_in_the_order_of_its_key(sent: list[tuple[str, str]], random: Random) -> None:
    reader, read, open_ = (
        reader_of(*map("".join, zip(*sent, strict=True))),
        defaultdict[str, list[int]](list),
        list[Batch](),
    )
    failures = 5
    while reader.waiting or open_:
        if open_ and random.random() < 0.5:
            batch = open_.pop(random.randrange(len(open_)))
            failed = {entry.id for entries in batch.values() for entry in entries if random.random() < 0.2}
            failed, failures = (failed, failures - 1) if failures else (set[str](), 0)
            for key, entries in batch.items():
                read[key] += before_the_first_failure(failed, entries)
            reader.settle(batch, failed)
        elif batch := reader.take(random.randrange(1, 5)):
            open_.append(batch)
        unread = [one[0].place for group in (*reader.waiting.values(), *open_) for one in group.values()]
        assert reader.position == min(unread, default=len(sent))
    assert sorted(place for places in read.values() for place in places) == list(range(len(sent)))
    assert all(places == sorted(places) for places in read.values())


class Emulator:
    """The parts of the emulator that the poller uses: one table with a stream, one mapping, and functions that run at
    once.
    """

    def __init__(self, answers: list[dict[str, Any]], **mapping: Any) -> None:
        self.records = [record(f"P#{number}", number) for number in range(4)]
        self.answers, self.events = answers, list[list[str]]()
        self.given_up: list[dict[str, Any]] = []
        self.mapping = {
            "UUID": "m",
            "EventSourceArn": ARN,
            "FunctionName": "f",
            "StartingPosition": "TRIM_HORIZON",
        }
        self.mapping |= mapping
        scope = SimpleNamespace(set=lambda _: None, reset=lambda _: None)
        self.dynamodb = SimpleNamespace(
            _tables={"t": {"LatestStreamArn": ARN}},
            stream_start_position=lambda _: 0,
            stream_end_position=lambda _: len(self.records),
            stream_records_since=lambda _, place, limit: self.records[place : place + limit],
        )
        self.lambdas = SimpleNamespace(
            _request_account_id=scope,
            _request_region=scope,
            _iter_all_esms=lambda: [("000000000000", "us-east-1", self.mapping)],
            _get_func_record_for_qualifier=lambda *_: ({}, {}),
            _esm_backoff_until={},
            _dynamodb_stream_positions_lock=StreamReader(0).lock,
            _dynamodb_stream_positions={},
            _apply_filter_criteria=lambda records, _: records,
            _dispatch_esm_batch=lambda _, run, *given: run(*given),
            _execute_function=self.run,
            _send_ddb_stream_failure_record=lambda *shown: self.given_up.extend(shown[2]),
            logger=SimpleNamespace(info=lambda *_: None, warning=lambda *_: None),
        )

    def run(self, _: Any, event: dict[str, Any]) -> dict[str, Any]:
        self.events.append([one["dynamodb"]["SequenceNumber"] for one in event["Records"]])
        return self.answers.pop(0) if self.answers else {"body": None}

    def poll(self, poller: StreamPoller) -> None:
        self.lambdas._esm_backoff_until.clear()
        poller.poll()

    @property
    def position(self) -> int:
        return int(self.lambdas._dynamodb_stream_positions["m"])


def refusing(*ids: str) -> dict[str, Any]:
    return {"body": {"batchItemFailures": [{"itemIdentifier": one} for one in ids]}}


def test_a_partial_failure_is_retried_and_given_up_as_configured() -> None:
    emulator = Emulator([refusing("2"), refusing("2"), refusing("2")], MaximumRetryAttempts="2")
    poller = StreamPoller(emulator.dynamodb, emulator.lambdas)
    for _ in range(4):
        emulator.poll(poller)
    assert emulator.events == [["0", "1", "2", "3"], ["2"], ["2"]]
    assert [one["dynamodb"]["SequenceNumber"] for one in emulator.given_up] == ["2"]
    assert emulator.position == 4


@pytest.mark.parametrize("answer", [{"error": True}, refusing(""), refusing("unknown")])
def test_a_failed_batch_is_retried_record_by_record(answer: dict[str, Any]) -> None:
    emulator = Emulator([answer])
    poller = StreamPoller(emulator.dynamodb, emulator.lambdas)
    for _ in range(2):
        emulator.poll(poller)
    assert sorted(emulator.events[1:]) == [["0"], ["1"], ["2"], ["3"]]


def test_a_new_poller_resumes_at_the_last_position() -> None:
    emulator = Emulator([])
    emulator.poll(StreamPoller(emulator.dynamodb, emulator.lambdas))
    emulator.records.append(record("P#9", 9))
    emulator.poll(StreamPoller(emulator.dynamodb, emulator.lambdas))
    assert emulator.events == [["0", "1", "2", "3"], ["9"]]


def test_other_event_sources_are_left_to_the_emulator() -> None:
    emulator = Emulator([], EventSourceArn="arn:aws:sqs:us-east-1:000000000000:q")
    assert StreamPoller(emulator.dynamodb, emulator.lambdas).poll() is False
