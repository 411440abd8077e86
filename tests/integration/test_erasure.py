"""Erasure of a person: no stored data names that person any more, also after repeated messages."""

from __future__ import annotations

import json

import pytest

from crm.storage.groups import count_group
from crm.storage.packed_fold import unpack
from crm.storage.profiles import count_profiles
from tests.support.shop import (
    EMAIL,
    IDENTITIES,
    VALUES,
    Shop,
    add_staff_work,
    profile,
    refused_input,
    visit,
)


def test_an_erasure_leaves_no_trace_of_the_person(shop: Shop, capsys: pytest.CaptureFixture[str]) -> None:
    id_ = visit(shop)
    add_staff_work(shop, id_)
    refused = refused_input(shop)
    assert {trace.partition(" in ")[0] for trace in shop.traces()} == set(VALUES)
    job = shop.erase(id_)
    assert shop.traces(VALUES, capsys.readouterr().out) == []
    assert (job["state"], job["counts"]["rejected_input"], job["counts"]["profiles"]) == ("done", refused, 5)


def test_tombstones_contain_only_the_time_of_the_erasure(shop: Shop) -> None:
    shop.erase(visit(shop))
    stubs = [item for item in shop.items() if item["pk"]["S"] in {f"P#{profile(*i)}" for i in IDENTITIES}]
    assert {item["sk"]["S"][:2] for item in stubs} == {"PR", "T#"}
    given = [json.loads(unpack(item["doc"])) for item in stubs if "doc" in item]
    (erased_at,) = {item["erased_at"]["N"] for item in stubs if "doc" in item}
    assert [doc for doc in given if doc != {"t": [None, None, None], "x": int(erased_at)}] == []


def test_the_receipt_has_the_number_of_deleted_items(shop: Shop) -> None:
    id_ = visit(shop)
    add_staff_work(shop, id_)
    refused_input(shop)
    job = shop.erase(id_)
    assert job["counts"] == {
        "profiles": 5,
        "activities": 11,
        "notes_and_tasks": 2,
        "kept_answers": 1,
        "pages_of_counts": 0,
        "index_entries": 9,
        "activities_redacted": 0,
        "notes_and_tasks_redacted": 0,
        "definitions_redacted": 0,
        "definitions_left": 0,
        "rejected_input": 5,
        "files": 1,
    }
    assert job["progress"] == {"done": 3, "total": 3, "seconds_left": None}
    assert (job["started_by"].partition(":")[0], job["error"]) == ("key", None)
    assert job["result"]["profile_id"] == id_
    assert set(job["result"]["profile_ids"]) == {profile(*identity) for identity in IDENTITIES}


def test_the_person_is_hidden_from_the_start_of_the_erasure(shop: Shop) -> None:
    id_ = visit(shop)
    add_staff_work(shop, id_)
    shop.ask_to_erase(id_)
    shop.take_message("jobs")
    for path in (f"profiles/{id_}", f"profiles/{id_}/activities", f"identities/email/{EMAIL}"):
        assert shop.ask("GET", path).status == 404
    assert shop.ask("GET", "profiles").body["profiles"] == []
    assert (count_profiles("recognised"), count_profiles("anonymous")) == (0, 0)
    assert (count_group("class", "b2b"), count_group("responsible", "grace")) == (0, 0)
    assert shop.ask("PATCH", f"profiles/{id_}/attributes", {"attributes": {"city": "Vigo"}}).status == 404


def test_the_erasure_is_published_by_ids_only(shop: Shop) -> None:
    id_ = visit(shop)
    shop.wire.events.clear()
    shop.erase(id_)
    published = {(event["DetailType"], event["Detail"]) for event in shop.wire.events}
    assert {type_ for type_, _ in published} == {"Profile Erased"}
    assert len(published) == len(IDENTITIES)
    assert all(set(json.loads(detail)) == {"id", "profile_id", "version", "at"} for _, detail in published)
