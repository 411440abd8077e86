"""Selections have each customer once, in spite of concurrent changes and repeated walks."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Unpack

import pytest

from crm.domain.api_key import SYSTEM, Principal
from crm.domain.commands.selections import Selected
from crm.domain.job import EXPORT, Job, JobFailedError
from crm.domain.times import HOUR_MS
from crm.services.jobs.deadline import RESERVE_MS, Deadline, DeadlineExceededError
from crm.services.profiles import people
from crm.services.profiles.people import Person
from crm.services.selections import selection_walk, selections
from crm.storage import jobs as storage
from tests.support.shop import Shop, profile, visit

ADMIN = Principal("key:1", frozenset())
NAMES = [f"c{number}" for number in range(7)]
VISITORS = [f"v{number}" for number in range(5)]


@pytest.fixture
def crowd(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """Create seven customers and five visitors, with files of three and parts of two; return their ids by name."""
    monkeypatch.setattr(selections, "PART_SIZE", 2)
    monkeypatch.setattr(selections, "FILE_IDS", 3)
    monkeypatch.setattr(selection_walk, "READ_AT_ONCE", 2)
    for name in NAMES:
        shop.send("identify", userId=name, traits={"city": "Lugo"})
    for name in VISITORS:
        shop.send("page", anonymousId=name)
        shop.clock.now += HOUR_MS
    customers = {name: profile("user_id", name) for name in NAMES}
    return customers | {name: profile("anonymous_id", name) for name in VISITORS}


def start(shop: Shop, **selected: Unpack[Selected]) -> Job:
    """Start a job, which waits until the test continues it."""
    selection, subject = selections.read_selection(selected, ADMIN), {"format": "csv", "columns": []}
    job = selections.start(EXPORT, selection, subject, by=ADMIN, now=shop.clock.now)
    shop.wire.queues["jobs"].clear()
    return job


def deadline(*remaining: int) -> Deadline:
    """Set the remaining time (ms) at each check of a process, and plenty at the end."""
    left = iter(remaining)
    return Deadline(lambda: 0, lambda: next(left, RESERVE_MS))


def parts_of(job: Job) -> list[list[str]]:
    return [selections.ids_of_part(job, part) for part in range(job.parts)]


def ids_in(job: Job) -> list[str]:
    found = [id_ for part in parts_of(job) for id_ in part]
    assert len(found) == len(set(found)) == job.subject["selected"]
    return found


def test_every_customer_is_in_one_part(shop: Shop, crowd: dict[str, str]) -> None:
    job = selections.collect(start(shop, all=True), deadline())
    assert ids_in(job) == [crowd[name] for name in NAMES]
    assert ([len(part) for part in parts_of(job)], job.total) == ([2, 2, 2, 1], 4)


@pytest.mark.parametrize(
    "selection",
    [{"all": True, "kind": "any"}, {"filter": {"created.less_than_days_ago": 5}, "kind": "any"}],
)
def test_a_selection_is_collected_by_several_invocations(
    shop: Shop, crowd: dict[str, str], selection: dict[str, Any]
) -> None:
    job = start(shop, **selection)
    processes = 0
    while True:
        processes += 1
        try:
            planned = selections.collect(job, Deadline(lambda: 0, lambda: 0))
            break
        except DeadlineExceededError:
            continue
    assert processes > 5
    assert ids_in(planned) == [crowd[name] for name in (*VISITORS, *NAMES)]


def test_ids_of_members_select_one_customer(shop: Shop, crowd: dict[str, str]) -> None:
    shop.send("identify", userId="c1", anonymousId="v1", traits={"email": "c1@example.com"})
    same = [crowd["c1"], crowd["v1"], profile("email", "c1@example.com")]
    job = start(shop, ids=[crowd["v0"], *same, crowd["c5"], "unheard of"])
    with pytest.raises(DeadlineExceededError):
        selections.collect(job, deadline(0, 0))
    assert ids_in(selections.collect(job, deadline())) == [crowd["v0"], crowd["c1"], crowd["c5"]]


def test_customers_that_change_during_the_collection_are_selected_once(
    shop: Shop, crowd: dict[str, str]
) -> None:
    job = start(shop, all=True, kind="any")
    with pytest.raises(DeadlineExceededError):
        selections.collect(job, deadline(0, 0))
    shop.send("page", anonymousId="v0")  # was met, and is last now
    shop.send("page", anonymousId="v4")
    shop.send("identify", anonymousId="v3", userId="v3")  # was not met yet
    found = ids_in(selections.collect(job, deadline()))
    expected = {crowd[name] for name in (*NAMES, *VISITORS)} - {crowd["v3"]} | {profile("user_id", "v3")}
    assert sorted(found) == sorted(expected)


def test_the_first_of_two_concurrent_collections_is_used(shop: Shop, crowd: dict[str, str]) -> None:
    job = start(shop, all=True, kind="any")
    other: list[Job] = []

    def another() -> int:
        """Let another process do the whole walk, after this one has built its first file but not stored it."""
        if not other:
            other.append(job)
            other.append(selections.collect(job, deadline()))
        return RESERVE_MS

    planned = selections.collect(job, Deadline(lambda: 0, another))
    assert (planned.parts, parts_of(planned)) == (other[1].parts, parts_of(other[1]))
    assert planned == other[1]


def test_a_repeated_collection_has_the_same_result(shop: Shop, crowd: dict[str, str]) -> None:
    job = start(shop, filter={"city": "lugo"})
    first = selections.collect(job, deadline())
    shop.send("identify", userId="c9", traits={"city": "Lugo"})
    again = selections.collect(job, deadline())
    assert (again, parts_of(again)) == (first, parts_of(first))


def test_an_expired_selection_fails_the_job(shop: Shop, crowd: dict[str, str]) -> None:
    job = start(shop, all=True)
    shop.wire.bucket.files.clear()
    with pytest.raises(JobFailedError) as refused:
        selections.collect(job, deadline())
    assert refused.value.code == "selection_gone"


@pytest.fixture
def tree(shop: Shop) -> Callable[[], set[str]]:
    """Create Jane with all her profiles, others, and one that was merged into hers; return all ids."""
    jane = visit(shop)
    for name in ("u1", "u2", "u3"):
        shop.send("identify", userId=name, anonymousId=f"b-{name}", traits={"email": f"{name}@example.com"})
    shop.ask("POST", f"profiles/{profile('user_id', 'u1')}/merge", {"profiles": [profile("user_id", "u2")]})
    shop.ask("POST", f"profiles/{jane}/merge", {"profiles": [profile("user_id", "u1")]})
    return lambda: {
        item["pk"]["S"].removeprefix("P#") for item in shop.items() if item["pk"]["S"].startswith("P#")
    }


def test_find_many_equals_single_finds(shop: Shop, tree: Callable[[], set[str]]) -> None:
    shop.ask("DELETE", f"profiles/{profile('user_id', 'u3')}")
    asked = [*tree(), "unheard of"]
    together = people.find_many(asked, deleted=True)
    single = {id_: people.find(id_, SYSTEM, deleted=True) for id_ in asked[:-1]}
    assert {id_: _seen(person) for id_, person in together.items()} == {
        id_: _seen(person) for id_, person in single.items()
    }
    gone = {id_ for id_, person in single.items() if person.deleted_at is not None}
    assert gone
    assert people.find_many(asked).keys() == single.keys() - gone


def test_erased_profiles_are_not_found(shop: Shop, tree: Callable[[], set[str]]) -> None:
    shop.erase(profile("user_id", "u1"))
    assert set(people.find_many(tree())) == {
        profile(type_, value)
        for type_, value in (("user_id", "u3"), ("email", "u3@example.com"), ("anonymous_id", "b-u3"))
    }
    assert people.find_many([]) == {}


def test_find_many_reads_a_hundred_profiles_per_request(shop: Shop, tree: Callable[[], set[str]]) -> None:
    asked = tree()
    with shop.wire.watched():
        people.find_many(asked)
    assert 1 <= len(shop.wire.calls) <= 3
    shop.wire.calls.clear()


def _seen(person: Person) -> tuple[str, list[str]]:
    return person.id, [member.id for member in person.members]


def test_a_finished_job_has_no_stored_position(shop: Shop, crowd: dict[str, str]) -> None:
    begun = shop.ask("POST", "exports", {"all": True})
    assert shop.job(begun.body["id"])["state"] == "done"
    assert storage.working_data(begun.body["id"]) == {}
