"""The result of an import does not depend on its chunks or on repeated messages."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from crm.services.imports import decided_lines, file_fingerprints, row_clusters, stage_0_plan
from crm.services.jobs.deadline import RESERVE_MS, Deadline
from functions.run_jobs import app as run_jobs
from tests.support import world
from tests.support.dropped_files import drop, event_of, newest, put, report_text
from tests.support.shop import Shop
from tests.support.thoroughness import some_of
from tests.support.world import invoke

PHONES = [f"+3460012345{number}" for number in range(10)]


def build_file() -> str:
    """A file with people in several rows, by an address or a number; rejected rows; line breaks in cells; blank lines.

    Only one of its birthdays shows that the day comes first.
    """
    rows = ["email,phone,first_name,city,note,birthday"]
    for number in range(45):
        person = number % 23
        address = f"p{person}@example.com" if number % 7 else ""
        phone = PHONES[person % 10] if number % 5 == 0 or not address else ""
        note = '"first, line\nsecond line"' if number % 4 == 0 else f"note {number // 23}"
        birthday = "25/12/1990" if number == 33 else f"0{person % 9 + 1}/02/1990"
        rows.append(f"{address},{phone},Name {person},City {number % 3},{note},{birthday}")
        if number % 11 == 0:
            rows.append(f"broken{number},,A,B,C,")
        if number % 17 == 0:
            rows += ["", f"p{number}@example.com,too,few"]
        if number % 13 == 0:
            rows += ["once@example.com,,Once,City,,", rows[-1]]
    return "\n".join(rows)


def outcome(shop: Shop, job: dict[str, Any]) -> Any:
    """Return all results of an import, except its number of parts."""
    stored = {
        f"{item['pk']['S']}|{item['sk']['S']}": {
            name: item[name] for name in item if name not in ("v", "expires_at")
        }
        for item in shop.items()
        if item["pk"]["S"].startswith("P#")
    }
    return job["state"], job["counts"], job["result"], report_text(shop, job), stored


@pytest.fixture(scope="module")
def expected(shop_on_wire: Callable[[], Shop]) -> Any:
    """The results of the file in one chunk."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(world, "BATCH", 1000)
        shop = shop_on_wire()
        return outcome(shop, drop(shop, "people.csv", build_file()))


@pytest.fixture
def busy(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> Shop:
    monkeypatch.setattr(world, "BATCH", 1000)
    return shop


def test_the_test_file_covers_every_outcome(expected: Any) -> None:
    _, counted, _, _, _ = expected
    assert min(counted[name] for name in ("created", "updated", "unchanged", "rejected")) > 0
    _, _, result, _, stored = expected
    assert result["columns"][5]["date_format"] == "DD/MM/YYYY"
    assert "invalid_value" not in result["reasons"]
    assert any('"birthday":"1990-02-09"' in str(item) for item in stored.values())


@pytest.mark.parametrize("target", some_of([1, 150, 700], start=2, one_in=3))
def test_the_result_does_not_depend_on_the_size_of_chunks(
    busy: Shop, expected: Any, target: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stage_0_plan, "TARGET", target)
    monkeypatch.setattr(row_clusters, "RANGE_BYTES", 200)
    monkeypatch.setattr(row_clusters, "PART_ROWS", 5)
    monkeypatch.setattr(decided_lines, "_FIRST_READ", 16)
    job = drop(busy, "people.csv", build_file())
    assert job["progress"]["done"] == job["progress"]["total"] > 4
    assert outcome(busy, job) == expected


def test_a_repeated_s3_event_is_one_import(busy: Shop, expected: Any) -> None:
    put(busy, "people.csv", build_file())
    shown = event_of("imports/people.csv", build_file().encode(), sequencer=f"{busy.clock.now}-1")
    busy.clock.now += 5
    invoke("import_csv", shown)
    busy.world.settle()
    invoke("import_csv", shown)
    busy.world.settle()
    jobs = busy.world.request("GET", "/v1/jobs", key=busy.key, query={"kind": "import"}).body["jobs"]
    assert [outcome(busy, job) for job in jobs] == [expected]


def test_repeated_queue_messages_change_nothing(
    busy: Shop, expected: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stage_0_plan, "TARGET", 400)
    put(busy, "people.csv", build_file())
    queue = busy.wire.queues["jobs"]
    seen: list[str] = []
    while queue:
        seen.append(queue[0])
        queue.append(queue[0])
        busy.take_message("jobs")
        busy.take_message("jobs")
    queue += seen
    busy.world.settle()
    assert outcome(busy, newest(busy)) == expected


def test_planning_resumes_after_a_timeout(
    shop_on_wire: Callable[[], Shop], expected: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(world, "BATCH", 1000)
    monkeypatch.setattr(world, "MAX_ROUNDS", 200)
    monkeypatch.setattr(stage_0_plan, "TARGET", 150)
    monkeypatch.setattr(file_fingerprints, "BLOCK", 100)
    whole = shop_on_wire()
    calm = outcome(whole, drop(whole, "people.csv", build_file()))
    assert calm[-2:] == expected[-2:]
    asked: list[int] = []

    def remaining() -> int:
        asked.append(len(asked))
        return 0 if len(asked) % 7 == 0 else RESERVE_MS

    monkeypatch.setattr(
        run_jobs, "_deadline", lambda _context: Deadline(lambda: hurried.clock.now, remaining)
    )
    hurried = shop_on_wire()
    assert outcome(hurried, drop(hurried, "people.csv", build_file())) == calm
    assert len(asked) > len(build_file()) // 100
