"""An access request: all data of a person in one file."""

from __future__ import annotations

import json
from typing import Any

import pytest

from crm.api.models.privacy import PersonExport
from crm.services.access import api_keys
from crm.services.privacy import access_request, file_references
from crm.settings import settings
from tests.support.shop import (
    ID,
    IDENTITIES,
    TABLET,
    USER,
    VALUES,
    Shop,
    add_staff_work,
    profile,
    refused_input,
    visit,
)

DAY_MINUTES = 24 * 60


def export(shop: Shop, id_: str) -> dict[str, Any]:
    answer = shop.ask("GET", f"profiles/{id_}/export")
    assert answer.status == 200, answer.body
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["content-disposition"].startswith('attachment; filename="')
    PersonExport.model_validate(answer.body)
    return dict(answer.body)


def test_the_document_contains_all_data_of_a_person(shop: Shop) -> None:
    id_ = visit(shop)
    add_staff_work(shop, id_)
    refused_input(shop)
    document = export(shop, id_)
    assert [value for value in VALUES if value not in json.dumps(document, ensure_ascii=False)] == []
    assert {member["id"] for member in document["members"]} == {profile(*i) for i in IDENTITIES}
    assert (len(document["activities"]), len(document["notes_and_tasks"])) == (11, 2)
    assert document["profile"]["tags"] == ["vip"]
    assert {(m["kind"], m["id"]) for m in document["memberships"]} >= {
        ("class", "b2b"),
        ("responsible", "grace"),
    }
    assert (len(document["rejected_input"]["found"]), document["rejected_input"]["complete"]) == (5, True)
    granted = [a["effects"] for a in document["activities"] if a["type"] == "consent.changed"]
    assert granted[0]["consents"]["email"]["proof"] == "Janelle said so"


def test_the_id_of_any_member_exports_the_person(shop: Shop) -> None:
    visit(shop)
    assert export(shop, profile("anonymous_id", TABLET))["profile"]["id"] == profile(*ID)


def test_a_shared_tablet_is_listed_in_the_document(shop: Shop) -> None:
    visit(shop)
    (tablet,) = [
        m for m in export(shop, profile(*ID))["members"] if m["id"] == profile("anonymous_id", TABLET)
    ]
    (claim,) = tablet["claimed_by"]
    assert (claim["type"], claim["value"], claim["by_hand"]) == ("user_id", USER, False)


def test_messages_of_others_in_the_same_batch_are_left_out(shop: Shop) -> None:
    visit(shop)
    of_both = {"batch": [{"userId": USER, "n": 1}, {"userId": "u-sam", "n": 2}], "x": "y" * 600_000}
    shop.post("batch", of_both)
    (found,) = export(shop, profile(*ID))["rejected_input"]["found"]
    assert found["content"]["batch"] == [{"userId": USER, "n": 1}]


def test_messages_of_others_are_left_out_of_a_truncated_batch_too(shop: Shop) -> None:
    visit(shop)
    others = [{"userId": "u-sam", "n": number} for number in range(3)]
    shop.post("batch", {"batch": [others[0], {"userId": USER, "n": 1}, *others[1:], {"x": "y" * 600_000}]})
    (found,) = export(shop, profile(*ID))["rejected_input"]["found"]
    assert found["content"] == {"batch": [{"userId": USER, "n": 1}]}


def test_half_an_emoji_in_rejected_input_does_not_stop_the_export(shop: Shop) -> None:
    visit(shop)
    message = f'{{"userId": "{USER}", "x": "\\ud83d"}}'
    shop.post("batch", '{"batch": [' + message + '], "y": "' + "y" * 600_000)
    shop.post("batch", f"{message[:-1]}, broken")
    found = export(shop, profile(*ID))["rejected_input"]["found"]
    assert len(found) == 2


def test_the_document_lists_earlier_erasures(shop: Shop) -> None:
    first = shop.erase(visit(shop))
    shop.send("identify", userId=USER)
    assert [job["id"] for job in export(shop, profile(*ID))["erasures"]] == [first["id"]]


def test_a_deleted_profile_is_exported(shop: Shop) -> None:
    id_ = visit(shop)
    assert shop.ask("DELETE", f"profiles/{id_}").status == 204
    assert export(shop, id_)["profile"]["id"] == id_


def test_an_incomplete_search_is_reported(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    id_ = visit(shop)
    refused_input(shop)
    monkeypatch.setattr(access_request, "SEARCH_MS", -1)
    document = export(shop, id_)
    assert document["rejected_input"] == {"found": [], "complete": False}
    assert (document["complete"], document["incomplete"]) == (False, ["rejected_input_not_searched"])


def test_existing_files_with_the_person_are_listed(shop: Shop) -> None:
    id_ = visit(shop)
    assert (export(shop, id_)["files"], export(shop, id_)["complete"]) == ([], True)
    shop.wire.bucket.files["imports/hers.csv"] = f"user_id,city\n{USER},Lugo\n".encode()
    shop.wire.bucket.files["imports/others.csv"] = b"user_id,email\nu-sam,sam@example.com\n,nobody\n"
    hers, others = (
        shop.ask("POST", "imports", {"key": f"imports/{name}.csv"}).body["id"] for name in ("hers", "others")
    )
    made = shop.ask("POST", "exports", {"all": True}).body["id"]
    document = export(shop, id_)
    found = [(file["kind"], file["job"], file["holds_person"]) for file in document["files"]]
    assert found == [
        ("export", made, "possibly"),
        ("dropped", others, "possibly"),
        ("report", others, "possibly"),
        ("dropped", hers, "yes"),
    ]
    assert (document["complete"], document["incomplete"]) == (
        False,
        ["dropped_files_not_searched", "exports_not_searched", "reports_not_searched"],
    )
    shop.wait(8 * DAY_MINUTES)
    assert [file["kind"] for file in export(shop, id_)["files"]] == ["dropped", "report", "dropped"]
    shop.wait(23 * DAY_MINUTES)
    assert export(shop, id_)["files"] == []


def test_files_older_than_the_person_are_not_listed(shop: Shop) -> None:
    shop.send("identify", userId="u-sam")
    shop.ask("POST", "exports", {"all": True})
    assert export(shop, visit(shop))["files"] == []


def test_more_jobs_than_were_searched_are_reported(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    id_ = visit(shop)
    for _ in range(3):
        shop.ask("POST", "exports", {"all": True})
    monkeypatch.setattr(file_references, "MAX_JOBS", 1)
    monkeypatch.setattr(file_references, "_PAGE", 1)
    document = export(shop, id_)
    assert (len(document["files"]), document["incomplete"]) == (1, ["exports_not_searched", "too_many_jobs"])


def test_hidden_activities_are_in_the_document(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    id_ = visit(shop)
    monkeypatch.setenv("PROCESSING_CONSENT_REQUIRED", "true")
    settings.cache_clear()
    try:
        document = export(shop, id_)
        assert document["processing_consent"] == {"required": True, "granted": False}
        assert document["profile"]["hidden"] == "processing_consent_missing"
        assert (document["profile"]["totals"]["orders"], len(document["activities"])) == (1, 5)
    finally:
        monkeypatch.undo()
        settings.cache_clear()


def test_other_customers_are_not_in_the_document(shop: Shop) -> None:
    id_ = visit(shop)
    shop.ask("PUT", f"profiles/{id_}/classes/b2b")
    keys = {
        name: api_keys.create(name, ["profiles:export"], classes=[name], now=1)[1] for name in ("b2b", "b2c")
    }
    shown = {
        name: shop.world.request("GET", f"/v1/profiles/{id_}/export", key=key).status
        for name, key in keys.items()
    }
    assert shown == {"b2b": 200, "b2c": 404}
    shop.erase(id_)
    assert shop.ask("GET", f"profiles/{id_}/export").status == 404
