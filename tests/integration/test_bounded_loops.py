"""Loops that concurrent changes could prolong end after a number of attempts, with the reason."""

from __future__ import annotations

import time
from itertools import count
from typing import Any

import pytest

from crm.domain.errors import UnavailableError, VersionConflictError
from crm.services.imports import decided_lines
from crm.services.projection.deployment import deployed_projector
from crm.services.projection.projector import MAX_ROUNDS, Projector
from crm.services.ruleset import ruleset, version
from crm.storage import bucket, jobs, partitions, stuck_profiles, tasks
from crm.storage.retry_on_conflict import ATTEMPTS
from tests.support.shop import Shop


def test_reading_the_rule_set_gives_up_while_definitions_keep_changing(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    versions = count(1)
    changing = {"zone": "UTC", "rules": ""}
    monkeypatch.setattr(version, "read_head", lambda: changing | {"version": next(versions)})
    with pytest.raises(VersionConflictError, match="in the meantime"):
        ruleset.read_draft()
    assert next(versions) == 2 * ATTEMPTS + 1


def test_a_projection_gives_up_while_claims_keep_changing(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    rounds = count()
    monkeypatch.setattr(Projector, "_project_once", lambda *_, **__: next(rounds) < 0)
    with pytest.raises(VersionConflictError, match="not settled"):
        deployed_projector().project("p-1", ())
    assert next(rounds) == MAX_ROUNDS


def test_a_truncated_file_of_decided_rows_is_an_error(shop: Shop) -> None:
    shop.wire.bucket.files["work/cut"] = b'{"n":1,"i":[["email","ana@exam'
    with pytest.raises(EOFError, match="cut off after 25 bytes"):
        decided_lines._read_line("work/cut", 5)
    assert bucket.read_range("work/cut", 5, 30) == b'1,"i":[["email","ana@exam'


@pytest.mark.parametrize("read", [jobs.find, stuck_profiles.among])
def test_batch_reads_give_up_on_unprocessed_keys(
    shop: Shop, monkeypatch: pytest.MonkeyPatch, read: Any
) -> None:
    ensure_bounded(monkeypatch, lambda: read(["one"]))


def test_reading_tasks_gives_up_on_unprocessed_keys(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    entry = tasks.TaskEntry("open", "place", "p-1", "t-1")
    ensure_bounded(monkeypatch, lambda: tasks.find_tasks([entry]))


def ensure_bounded(monkeypatch: pytest.MonkeyPatch, read: Any) -> None:
    asked: list[Any] = []

    class Throttled:
        def batch_get_item(self, RequestItems: Any) -> Any:  # noqa: N803 - boto3's name
            asked.append(RequestItems)
            return {"Responses": {}, "UnprocessedKeys": RequestItems}

    monkeypatch.setattr(partitions, "dynamodb", Throttled)
    monkeypatch.setattr(time, "sleep", lambda _: None)
    with pytest.raises(UnavailableError):
        read()
    assert len(asked) == partitions._ATTEMPTS
