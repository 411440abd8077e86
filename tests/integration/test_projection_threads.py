"""Several threads project the people of a batch; those who may claim each other are projected in turn."""

import json
import os
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import product
from pathlib import Path
from threading import Lock
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.domain.identity import Identity
from crm.domain.stream_change import StreamChange, connected_profiles
from crm.services.projection import projector as projecting
from crm.services.projection import stream_consumer
from crm.services.projection.deployment import id_of
from crm.services.projection.projector import Projector
from crm.settings import settings
from crm.storage.profiles import ProfileTable
from functions.project_profiles.app import handler as project
from tests.support.activities import NOON, activity, browser, email, user
from tests.support.dynamodb.item_size import Item
from tests.support.dynamodb.schema import table_from_definition
from tests.support.dynamodb.slow_dynamodb import SlowDynamoDB
from tests.support.stage import TABLE, environment, stream_record
from tests.support.template import table_definition

CUSTOMERS = [(user(f"u{n}"), email(f"u{n}@example.com"), browser(f"b{n}")) for n in range(30)]
SHARED_BROWSER = [(user(f"u{n}"), browser("till")) for n in range(12)]


@contextmanager
def deployed(threads: int) -> Iterator[SlowDynamoDB]:
    """Deploy on an empty table, with a number of threads for projections."""
    store = SlowDynamoDB([table_from_definition({"TableName": TABLE, **table_definition()})], 0.001)
    with environment(), store.plugged_in():
        os.environ["PROJECTION_THREADS"] = str(threads)
        settings.cache_clear()
        yield store


@pytest.fixture
def store() -> Iterator[SlowDynamoDB]:
    with deployed(threads=8) as store:
        yield store


def batch_of(store: SlowDynamoDB, people: Sequence[tuple[Identity, ...]]) -> dict[str, Any]:
    stated = [activity(*ids, at=NOON + n, message_id=f"m{n}") for n, ids in enumerate(people)]
    ProfileTable().append(stated)
    changes = [change for change in store.drain(TABLE) if change.key["sk"]["S"].startswith("A#")]
    return {"Records": [stream_record(change, number) for number, change in enumerate(changes)]}


def profiles_of(store: SlowDynamoDB) -> dict[str, Item]:
    items = store.tables[TABLE].items.values()
    return {item["pk"]["S"]: item for item in items if item["sk"]["S"] == "PROFILE"}


@pytest.mark.parametrize(("people", "most"), [(CUSTOMERS, 8), (SHARED_BROWSER, 1)])
def test_the_number_of_threads_does_not_change_the_profiles(
    people: list[tuple[Identity, ...]], most: int
) -> None:
    with deployed(threads=1) as one:
        project(batch_of(one, people), None)
    with deployed(threads=8) as many:
        project(batch_of(many, people), None)

    assert profiles_of(one) == profiles_of(many)
    assert len(profiles_of(many)) == len({identity for person in people for identity in person})
    assert one.most_at_once == 1
    assert (
        min(most, 3) <= many.most_at_once <= most
    )  # the number of threads that overlap depends on the machine


def test_a_failing_profile_does_not_stop_the_others(
    store: SlowDynamoDB, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    bad = {id_of(user("u3")), id_of(user("u7"))}

    class Failing(Projector):
        def project(self, profile_id: str, minutes: Any, held: Any = None) -> None:
            if profile_id in bad:
                raise RuntimeError("secret@example.com")
            super().project(profile_id, minutes, held)

    queued: list[str] = []
    monkeypatch.setattr(projecting, "Projector", Failing)
    monkeypatch.setattr(stream_consumer, "send_failures", queued.extend)

    project(batch_of(store, CUSTOMERS), None)

    assert {id_ for text in queued for id_ in json.loads(text)["profiles"]} == bad
    stored = {pk.removeprefix("P#") for pk in profiles_of(store)}
    assert stored >= {id_of(ids[0]) for ids in CUSTOMERS} - bad
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [line["profile_id"] for line in lines if line.get("message") == "projection failed"] != []
    assert "secret" not in json.dumps(lines)


def test_no_profile_is_projected_twice_at_once(store: SlowDynamoDB, monkeypatch: pytest.MonkeyPatch) -> None:
    busy, lock, most = Counter[str](), Lock(), Counter[str]()

    class Watched(Projector):
        def project(self, profile_id: str, minutes: Any, held: Any = None) -> None:
            with lock:
                busy[profile_id] += 1
                most[profile_id] = max(most[profile_id], busy[profile_id])
            super().project(profile_id, minutes, held)
            with lock:
                busy[profile_id] -= 1

    monkeypatch.setattr(projecting, "Projector", Watched)
    project(batch_of(store, [*CUSTOMERS, *CUSTOMERS]), None)
    assert most
    assert set(most.values()) == {1}


def test_a_stream_record_names_the_profiles_of_its_identities() -> None:
    with environment():
        records = json.loads((Path("events") / "project_profiles.json").read_text())["Records"]
        from crm.storage.stream import stream_change_of

        stream_changes = [read_change for record in records if (read_change := stream_change_of(record))]
    assert stream_changes
    assert all(read_change.profile_id not in read_change.named for read_change in stream_changes)


IDS = st.sampled_from("abcdefgh")


@given(st.lists(st.tuples(IDS, st.lists(IDS, max_size=2))))
def test_connected_profiles_are_in_one_group(pairs: list[tuple[str, list[str]]]) -> None:
    groups = connected_profiles([StreamChange(changed, 0, tuple(named)) for changed, named in pairs])

    assert sorted(id_ for group in groups for id_ in group) == sorted({changed for changed, _ in pairs})
    place = {id_: number for number, group in enumerate(groups) for id_ in group}
    around = {id_: {id_} for id_ in "abcdefgh"}
    for _ in around:
        for changed, named in pairs:
            together = set().union(*(around[id_] for id_ in (changed, *named)))
            for id_ in together:
                around[id_] = together
    for one, other in product(place, repeat=2):
        assert (place[one] == place[other]) == (other in around[one])
