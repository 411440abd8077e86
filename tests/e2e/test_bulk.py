"""Bulk actions on the stack: tags for all customers of a filter, a cancellation, and erasures."""

import csv
import io
from functools import partial
from typing import Any

import pytest

from tests.e2e.files import Files, load, until
from tests.support.contacts import as_csv, contact

CUSTOMERS = 25


@pytest.fixture
def customers(files: Files) -> list[str]:
    """Create customers whose addresses have one domain, and return their ids."""
    done = files.drop("contacts.csv", as_csv(contact(number, files.domain) for number in range(CUSTOMERS)))
    assert done["report"]["created"] == CUSTOMERS
    return [card["id"] for card in files.profiles_when(CUSTOMERS, **of(files))]


def of(files: Files) -> dict[str, str]:
    """Return the filter that finds them."""
    return {"email.ends_with": f"@{files.domain}"}


def test_every_customer_of_a_filter_is_tagged_and_reported(files: Files, customers: list[str]) -> None:
    tag = f"Fair {files.name}"
    action = {"type": "add_tags", "tags": [tag]}
    done = files.work("/v1/bulk", {"filter": of(files), "action": action})
    assert (done["state"], done["counts"]) == ("done", {"changed": CUSTOMERS})
    assert {card["id"] for card in files.profiles_when(CUSTOMERS, tag=tag)} == set(customers)
    results = list(csv.DictReader(io.StringIO(load(done["links"]["results"]).body.decode("utf-8-sig"))))
    assert {row["id"]: row["outcome"] for row in results} == dict.fromkeys(customers, "changed")

    again = files.work("/v1/bulk", {"filter": of(files), "action": action})
    assert again["counts"] == {"unchanged": CUSTOMERS}


def test_customers_are_added_to_a_list_and_get_a_responsible_user(files: Files, customers: list[str]) -> None:
    listed = files.ask("/v1/lists", {"name": f"Spring {files.name}"})
    body = {"ids": customers[:5], "action": {"type": "add_to_list", "list": listed["id"]}}
    assert files.work("/v1/bulk", body)["counts"] == {"changed": 5}
    files.profiles_when(5, list=listed["id"])
    body = {"list": listed["name"], "action": {"type": "set_responsible", "responsible": files.name}}
    assert files.work("/v1/bulk", body)["counts"] == {"changed": 5}
    cards = files.profiles_when(5, responsible=files.name)
    assert {card["id"] for card in cards} == set(customers[:5])


def test_every_bulk_action_is_performed(files: Files, customers: list[str]) -> None:
    actions: list[dict[str, Any]] = [
        {"type": "set_attributes", "attributes": {"department": files.name, "street": None}},
        {"type": "add_classes", "classes": ["b2b"]},
        {"type": "remove_classes", "classes": ["b2b"]},
        {"type": "remove_tags", "tags": ["never heard of"]},
        {"type": "merge", "into": customers[1]},
        {"type": "delete"},
    ]
    shown = [files.work("/v1/bulk", {"ids": customers[:2], "action": action}) for action in actions]
    assert [done["state"] for done in shown] == ["done"] * len(actions)
    assert [done["counts"].get("changed") for done in shown] == [2, 2, 2, None, 2, 1]
    files.profiles_when(CUSTOMERS - 2, **of(files))
    export = {"filter": of(files), "action": {"type": "export", "format": "jsonl"}}
    made = files.ask("/v1/bulk", export)
    assert files.wait_for_job(f"/v1/exports/{made['id']}")["file"]["rows"] == CUSTOMERS - 2


def test_a_bulk_action_is_cancelled(files: Files, customers: list[str]) -> None:
    action = {"type": "set_attributes", "attributes": {"department": files.name}}
    job = until(partial(cancelled, files, {"all": True, "action": action}))
    assert files.ask(f"/v1/jobs/{job}")["state"] == "cancelled"
    assert customers


def cancelled(files: Files, body: dict[str, Any]) -> str | None:
    """Start a bulk action and cancel it; return its id, or None if it had ended before the cancellation."""
    begun = files.ask("/v1/bulk", body)
    answer = files.stack.admin(f"/v1/jobs/{begun['id']}/cancel", method="POST", json_body={})
    if answer.status == 409:
        return None
    assert (answer.status, answer.json()["state"]) == (200, "cancelled"), answer
    return str(begun["id"])


def test_customers_erased_in_bulk_are_not_found(files: Files, customers: list[str]) -> None:
    body = {"ids": customers[:3], "action": {"type": "erase"}}
    assert files.work("/v1/bulk", body)["counts"] == {"changed": 3}
    left = files.profiles_when(CUSTOMERS - 3, **of(files))
    assert {card["id"] for card in left} == set(customers[3:])
    for id_ in customers[:3]:
        until(partial(is_deleted, files, id_))


def is_deleted(files: Files, id_: str) -> bool | None:
    return files.stack.admin(f"/v1/profiles/{id_}").status == 404 or None
