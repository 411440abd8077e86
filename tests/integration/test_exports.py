"""Exports: the selection, the columns, the format and the link to the file."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

import pytest

from crm.api.models.exports import Export, ExportPage
from crm.domain.times import DAY_MS, MINUTE_MS
from crm.services.access import api_keys
from crm.storage import bucket
from tests.support.gateway import Answer
from tests.support.shop import EMAIL, PHONE, USER, Shop, add_staff_work, profile, visit

Rows = list[dict[str, str]]


def export(shop: Shop, **body: Any) -> dict[str, Any]:
    """Request an export, and return its completed job."""
    begun = shop.ask("POST", "exports", body)
    assert begun.status == 202, begun.body
    Export.model_validate(begun.body)
    shop.world.settle()
    return exported(shop, begun.body["id"])


def exported(shop: Shop, id_: str) -> dict[str, Any]:
    answer = shop.world.request("GET", f"/v1/exports/{id_}", key=shop.key)
    assert answer.status == 200, answer.body
    Export.model_validate(answer.body)
    return dict(answer.body)


def content(shop: Shop, job: dict[str, Any]) -> bytes:
    """Return the content of the export's file; assert that the bucket has no other file of it."""
    (key,) = [key for key in shop.wire.bucket.files if job["id"] in key]
    assert key == f"exports/{job['id']}/{job['file']['name']}"
    assert len(shop.wire.bucket.files[key]) == job["file"]["bytes"]
    return shop.wire.bucket.files[key]


def rows(shop: Shop, **body: Any) -> Rows:
    """Return the rows of an export in CSV."""
    job = export(shop, **body)
    found = list(csv.DictReader(io.StringIO(content(shop, job).decode("utf-8-sig"), newline="")))
    assert job["file"]["rows"] == len(found) == job["counts"].get("exported", 0)
    return found


def emails(shop: Shop, **body: Any) -> list[str]:
    return [row["email"] for row in rows(shop, columns=["email"], **body)]


@pytest.fixture
def people_by_name(shop: Shop) -> dict[str, str]:
    """Return the customers' ids by name."""
    return shop.prepared(townspeople)


def townspeople(shop: Shop) -> dict[str, str]:
    """Create three recognised customers and an anonymous one; return their ids by name."""
    for number, (name, city) in enumerate([("ada", "Berlin"), ("bob", "Rome"), ("eve", "Rome")]):
        traits = {"email": f"{name}@example.com", "city": city, "points": number}
        shop.send("identify", userId=name, anonymousId=f"browser of {name}", traits=traits)
    shop.send("page", anonymousId="b-nobody")
    ids = {name: profile("user_id", name) for name in ("ada", "bob", "eve")}
    ids["nobody"] = profile("anonymous_id", "b-nobody")
    shop.ask("PUT", f"profiles/{ids['bob']}/tags/New, and old")
    shop.ask("PUT", f"profiles/{ids['eve']}/classes/gold")
    shop.ask("PUT", f"profiles/{ids['ada']}/responsible", {"user": "grace"})
    listed = shop.ask("POST", "lists", {"name": "Fair 2026"})
    shop.ask("PUT", f"profiles/{ids['eve']}/lists/{listed.body['id']}")
    return ids


ADA, BOB, EVE = (f"{name}@example.com" for name in ("ada", "bob", "eve"))


@pytest.mark.parametrize(
    ("selection", "selected"),
    [
        ({"all": True}, [ADA, BOB, EVE]),
        ({"all": True, "kind": "any"}, ["", ADA, BOB, EVE]),
        ({"all": True, "kind": "anonymous"}, [""]),
        ({"filter": {"city": "rome"}}, [BOB, EVE]),
        ({"filter": {"city": ["Berlin", "Paris"]}}, [ADA]),
        ({"filter": {"city.not": "rome"}}, [ADA]),
        ({"filter": {"city.not": "rome", "kind": "anonymous"}}, [""]),
        ({"filter": {"tag": ["new, and old"]}}, [BOB]),
        ({"filter": {"tag.none": ["new, and old"], "city": "rome"}}, [EVE]),
        ({"filter": {"responsible.missing": False}}, [ADA]),
        ({"filter": {"created.less_than_days_ago": 1, "class": "gold"}}, [EVE]),
        ({"filter": {"list": "fair 2026"}}, [EVE]),
        ({"tag": "new, and old"}, [BOB]),
        ({"tag": "new, and old", "kind": "anonymous"}, []),
        ({"list": "Fair 2026"}, [EVE]),
        ({"group": {"kind": "tag", "id": "New, and old"}}, [BOB]),
        ({"group": {"kind": "list", "id": "fair 2026"}}, [EVE]),
        ({"group": {"kind": "class", "id": "gold"}}, [EVE]),
        ({"group": {"kind": "responsible", "id": "grace"}}, [ADA]),
        ({"group": {"kind": "class", "id": "silver"}}, []),
    ],
)
def test_customers_can_be_selected_in_every_way(
    shop: Shop, people_by_name: dict[str, str], selection: dict[str, Any], selected: list[str]
) -> None:
    assert emails(shop, **selection) == selected


def test_selected_ids_are_exported_once_in_their_order(shop: Shop, people_by_name: dict[str, str]) -> None:
    picked = [
        people_by_name["eve"],
        people_by_name["nobody"],
        profile("email", EVE),
        profile("anonymous_id", "browser of ada"),
        "unheard of",
    ]
    assert [row["email"] for row in rows(shop, ids=picked)] == [EVE, "", ADA]
    assert emails(shop, ids=picked, kind="recognised") == [EVE, ADA]


def test_deleted_and_erased_people_are_left_out(shop: Shop, people_by_name: dict[str, str]) -> None:
    shop.ask("DELETE", f"profiles/{people_by_name['ada']}")
    shop.erase(people_by_name["bob"])
    assert emails(shop, all=True) == [EVE]
    assert emails(shop, ids=list(people_by_name.values()), kind="recognised") == [EVE]


def test_customers_deleted_after_the_selection_are_counted_as_left_out(
    shop: Shop, people_by_name: dict[str, str]
) -> None:
    begun = shop.world.request("POST", "/v1/exports", {"all": True}, key=shop.key)
    assert not shop.take_message("jobs")
    shop.world.request("DELETE", f"/v1/profiles/{people_by_name['ada']}", key=shop.key)
    shop.world.settle()
    job = exported(shop, begun.body["id"])
    assert (job["counts"], job["selected"], job["file"]["rows"]) == ({"exported": 2, "left_out": 1}, 3, 2)


def test_a_limited_key_exports_visible_customers_and_sees_its_own_exports(
    shop: Shop, people_by_name: dict[str, str]
) -> None:
    key = api_keys.create("seller", ["profiles:export"], classes=["gold"], now=1)[1]

    def ask(method: str, path: str, body: Any = None) -> Answer:
        answer = shop.world.request(method, f"/v1/{path}", body, key=key)
        shop.world.settle()
        return answer

    everybody = export(shop, all=True)["id"]
    for selection in (
        {"all": True, "kind": "any"},
        {"ids": list(people_by_name.values())},
        {"filter": {"city": "rome"}},
    ):
        begun = ask("POST", "exports", selection | {"columns": ["email"]})
        file = content(shop, ask("GET", f"exports/{begun.body['id']}").body)
        assert file.decode("utf-8-sig").split() == ["email", EVE]
    assert ask("GET", f"exports/{everybody}").status == 404
    assert len(ask("GET", "exports").body["exports"]) == 3


def test_a_file_contains_every_filled_column(shop: Shop) -> None:
    add_staff_work(shop, visit(shop))
    (row,) = rows(shop, all=True)
    assert list(row) == [
        *("id", "kind", "user_id", "email", "phone", "loyalty_id", "anonymous_id", "other_anonymous_ids"),
        *(
            "first_name",
            "last_name",
            "street",
            "tags",
            "lists",
            "segments",
            "classes",
            "responsible",
            "consent:email",
        ),
        *("first_seen", "last_seen", "last_transaction_at", "activities", "orders", "revenue"),
    ]
    assert row["id"] == profile("user_id", USER)
    assert (row["user_id"], row["email"], row["phone"]) == (USER, EMAIL, PHONE)
    assert (row["tags"], row["classes"], row["responsible"]) == ("vip", "b2b", "grace")
    assert (row["consent:email"], row["orders"], row["revenue"]) == ("granted", "1", "5")
    assert row["last_seen"].startswith("2026-11-21T")


def test_requested_columns_are_exported_in_their_order(shop: Shop, people_by_name: dict[str, str]) -> None:
    asked = ["attribute:points", "email", "consent:sms", "city", "email"]
    job = export(shop, filter={"city": "berlin"}, columns=asked)
    assert content(shop, job).decode("utf-8-sig") == f"points,email,consent:sms,city\r\n0,{ADA},,Berlin\r\n"


def test_an_empty_selection_is_a_file_with_a_header(shop: Shop) -> None:
    assert rows(shop, all=True) == []
    assert rows(shop, all=True, columns=["email"]) == []


@pytest.mark.parametrize(
    ("body", "code", "message"),
    [
        ({}, "invalid_selection", "exactly one of ids, filter"),
        ({"all": True, "ids": ["x"]}, "invalid_selection", "exactly one of"),
        ({"all": False}, "invalid_request", "all: "),
        ({"ids": []}, "invalid_request", "ids: "),
        ({"filter": {}}, "invalid_request", "to select all customers"),
        ({"filter": {"citty": "Rome"}}, "invalid_request", "did you mean city"),
        ({"filter": {"city": ""}}, "invalid_request", "must be a non-empty text"),
        ({"filter": {"city": 1.5}}, "invalid_request", "must be a non-empty text"),
        ({"filter": {"limit": 5}}, "invalid_request", "limit is not a parameter"),
        ({"filter": {"kind": "deleted"}}, "invalid_selection", "restore them first"),
        ({"filter": {"kind": "anonymous"}, "kind": "recognised"}, "invalid_selection", "send it once"),
        ({"filter": {"tag": "unheard of"}}, "unknown_group", "filter: names a tag"),
        ({"filter": {"segment": "unheard of"}}, "unknown_group", "filter: names a tag, list or segment"),
        (
            {"segment": "unheard of"},
            "unknown_group",
            "segment: there is no segment with this name, slug or id",
        ),
        ({"tag": "unheard of"}, "unknown_group", "no tag with this name"),
        ({"list": "unheard of"}, "unknown_group", "no list with this name"),
        ({"all": True, "format": "pdf"}, "invalid_request", "format: "),
        ({"all": True, "columns": ["emial"]}, "unknown_column", "did you mean email"),
        ({"all": True, "columns": ["shoe size"]}, "unknown_column", "attribute:shoe size"),
        ({"all": True, "colums": []}, "invalid_request", "colums"),
    ],
)
def test_an_invalid_request_is_refused_and_starts_no_job(
    shop: Shop, body: Any, code: str, message: str
) -> None:
    answer = shop.ask("POST", "exports", body)
    assert (answer.status, answer.body["code"]) == (400, code)
    assert message in answer.body["message"]
    assert (shop.ask("GET", "exports").body["exports"], shop.wire.bucket.files) == ([], {})


def test_the_link_expires_with_the_file(
    shop: Shop, people_by_name: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bucket, "link_to", lambda key, seconds: f"https://s3/{key}?for={seconds}")
    job = export(shop, all=True)
    assert job["file"]["url"] == f"https://s3/exports/{job['id']}/customers-2026-11-21.csv?for=900"
    shop.clock.now += 7 * DAY_MS - 2 * MINUTE_MS
    assert exported(shop, job["id"])["file"]["url"].endswith("?for=120")
    shop.clock.now += 2 * MINUTE_MS
    later = exported(shop, job["id"])["file"]
    assert (later["url"], later["expires_at"], later["rows"]) == (None, job["file"]["expires_at"], 3)


def test_exports_are_listed_newest_first_page_by_page(shop: Shop, people_by_name: dict[str, str]) -> None:
    made = [export(shop, all=True, format=format_)["id"] for format_ in ("csv", "jsonl")]
    first = shop.ask("GET", "exports", query={"limit": 1}).body
    second = shop.ask("GET", "exports", query={"limit": 1, "cursor": first["next_cursor"]}).body
    ExportPage.model_validate(first)
    assert [page["exports"][0]["id"] for page in (first, second)] == made[::-1]
    assert shop.ask("GET", "exports", query={"state": "running"}).body["exports"] == []
    assert shop.ask("GET", f"jobs/{made[0]}").body["kind"] == "export"


def test_a_job_of_another_kind_is_no_export(shop: Shop, people_by_name: dict[str, str]) -> None:
    erased = shop.erase(people_by_name["ada"])
    assert shop.ask("GET", f"exports/{erased['id']}").status == 404


def test_a_finished_export_leaves_only_its_file(shop: Shop, people_by_name: dict[str, str]) -> None:
    job = export(shop, filter={"email": ADA, "city.contains": "berl"})
    assert len(shop.wire.bucket.files) == 1
    kept = [item for item in shop.items() if item["pk"]["S"] == f"J#{job['id']}"]
    assert [item["sk"]["S"] for item in kept] == ["JOB"]
    assert ADA not in json.dumps(kept)
    assert "berl" not in json.dumps(kept)
