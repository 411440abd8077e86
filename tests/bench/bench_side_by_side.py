"""Measure a batch of the stream about 100 people: the projector's threads against one, on a table that answers late.

Both project the same records, each on a separate table, and must produce the same profiles.
"""

import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager

from crm.domain.identity import Identity
from crm.settings import settings
from crm.storage import client
from crm.storage.profiles import ProfileTable
from tests.bench.figures import Figure
from tests.support.activities import NOON, activity, browser, email, user
from tests.support.dynamodb.item_size import Item
from tests.support.dynamodb.schema import table_from_definition
from tests.support.dynamodb.slow_dynamodb import SlowDynamoDB
from tests.support.stage import TABLE, environment, handler, stream_record
from tests.support.template import table_definition

NAME = "side-by-side"
PEOPLE = 100
LATENCY = 0.005
THREADS = 8
LEAST_RATIO = 3


def run() -> list[Figure]:
    """Measure the seconds for a batch of visitors, and for a batch of customers with three identities each."""
    return [
        *_compared("views of visitors", [(browser(f"b{n}"),) for n in range(PEOPLE)]),
        *_compared(
            "log-ins of customers",
            [(user(f"u{n}"), email(f"u{n}@example.com"), browser(f"b{n}")) for n in range(PEOPLE)],
        ),
    ]


def _compared(what: str, people: list[tuple[Identity, ...]]) -> list[Figure]:
    one, profiles = _projected(people, threads=1)
    many, same = _projected(people, threads=THREADS)
    if profiles != same:
        raise AssertionError("projecting concurrently, the profiles differ")
    return [
        Figure(bench=NAME, name=f"{what}, one by one / {THREADS} threads", value=one / many, unit="x",
               budget=LEAST_RATIO, at_least=True),
        Figure(bench=NAME, name=f"{what}, people a second", value=PEOPLE / many, unit="/s", naive=PEOPLE / one),
    ]  # fmt: skip


def _projected(people: list[tuple[Identity, ...]], *, threads: int) -> tuple[float, list[Item]]:
    """Return the seconds for the batch in a warm container, and the profiles."""
    store = SlowDynamoDB([table_from_definition({"TableName": TABLE, **table_definition()})], 0)
    with _deployed(store, threads):
        project = handler("project_profiles")
        ProfileTable().append([activity(user("warm"), at=NOON)])
        project({"Records": _records(store)}, None)
        given = [
            activity(*identities, at=NOON + number, message_id=f"m{number}")
            for number, identities in enumerate(people)
        ]
        ProfileTable().append(given)
        records = _records(store)
        store.latency = LATENCY
        begun = time.perf_counter()
        project({"Records": records}, None)
        return time.perf_counter() - begun, list(_profiles(store))


@contextmanager
def _deployed(store: SlowDynamoDB, threads: int) -> Iterator[None]:
    with environment(), store.plugged_in():
        os.environ["PROJECTION_THREADS"] = str(threads)
        settings.cache_clear()
        client.clear_cache()
        yield


def _records(store: SlowDynamoDB) -> list[Item]:
    changes = [change for change in store.drain(TABLE) if change.key["sk"]["S"].startswith("A#")]
    return [stream_record(change, number) for number, change in enumerate(changes)]


def _profiles(store: SlowDynamoDB) -> Iterator[Item]:
    for (_, sk), item in sorted(store.tables[TABLE].items.items()):
        if sk == "PROFILE":
            yield json.loads(json.dumps(item, sort_keys=True))
