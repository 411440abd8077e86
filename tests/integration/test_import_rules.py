"""The rules of a mapping about conflicts and updates, and the customers that an import does not change."""

from __future__ import annotations

from typing import Any, Unpack

import pytest

from crm.domain.commands.import_mappings import ImportMappingChanges, MappedColumn
from crm.services.imports import import_mappings
from tests.support.dropped_files import counts, csv_of, drop, person, put, timeline
from tests.support.shop import Shop

ANA = {"email": "ana@example.com", "city": "Lugo", "company": ""}
NEW = {"email": "ana@example.com", "city": "Vigo", "company": "Acme"}
FRESH = {"email": "ben@example.com", "city": "Vigo", "company": ""}


def mapping(shop: Shop, **fields: Unpack[ImportMappingChanges]) -> None:
    """The mapping of the folder `crm`."""
    import_mappings.create({"name": "crm", **fields}, now=shop.clock.now)


def city(shop: Shop, who: str = "ana@example.com") -> tuple[Any, Any]:
    values = person(shop, "email", who)["attributes"]
    return values.get("city"), values.get("company")


@pytest.mark.parametrize(
    ("conflict", "expected"), [("file", ("Vigo", "Acme")), ("existing", ("Lugo", "Acme"))]
)
def test_the_conflict_rule_decides_between_file_and_profile(shop: Shop, conflict: str, expected: Any) -> None:
    drop(shop, "first.csv", csv_of(ANA))
    mapping(shop, conflict=conflict)
    assert counts(drop(shop, "crm/second.csv", csv_of(NEW))) == {"rows": 1, "updated": 1}
    assert city(shop) == expected


def test_with_newer_precedence_the_later_value_wins(shop: Shop) -> None:
    columns: list[MappedColumn] = [
        {"column": "email", "to": "identity", "name": "email"},
        {"column": "city", "to": "attribute", "name": "city"},
        {"column": "changed", "to": "changed_at"},
    ]
    mapping(shop, conflict="newer", columns=columns)
    row = {"email": "ana@example.com", "city": "Lugo"}
    dates = {
        "2026-03-01": "Lugo",
        "2026-01-01": "Vigo",
        "2026-05-01": "Madrid",
        "": "Cadiz",
        "2027-01-01": "Rome",
    }
    seen = []
    for number, (date, town) in enumerate(dates.items()):
        drop(shop, f"crm/{number}.csv", csv_of(row | {"city": town, "changed": date}))
        seen.append(city(shop)[0])
    assert seen == ["Lugo", "Lugo", "Madrid", "Madrid", "Rome"]
    shop.ask("PATCH", f"profiles/{person(shop, 'email', row['email'])['id']}/attributes", {"city": "Porto"})
    assert city(shop)[0] == "Porto"  # a future date does not override later values for ever


@pytest.mark.parametrize(
    ("write", "expected", "towns"),
    [
        ("create", {"rows": 2, "created": 1, "skipped": 1}, ("Lugo", 200)),
        ("update", {"rows": 2, "updated": 1, "skipped": 1}, ("Vigo", 404)),
    ],
)
def test_the_write_mode_restricts_to_new_or_known_customers(
    shop: Shop, write: str, expected: dict[str, int], towns: tuple[str, int]
) -> None:
    drop(shop, "first.csv", csv_of(ANA))
    mapping(shop, write=write)
    job = drop(shop, "crm/second.csv", csv_of(NEW, FRESH))
    assert counts(job) == expected
    assert job["result"]["reasons"] == {"exists" if write == "create" else "unknown": 1}
    assert (city(shop)[0], shop.status("email", "ben@example.com")) == towns


def test_a_second_row_about_a_new_customer_is_skipped(shop: Shop) -> None:
    mapping(shop, write="create")
    job = drop(shop, "crm/new.csv", csv_of(ANA, NEW))
    assert (counts(job), city(shop)[0]) == ({"rows": 2, "created": 1, "skipped": 1}, "Lugo")


def test_tags_and_consents_of_the_mapping_apply_to_all_rows(shop: Shop) -> None:
    mapping(shop, tags=["Fair 2026"], consents={"email": {"state": "granted", "proof": "Signed at the fair"}})
    job = drop(shop, "crm/fair.csv", csv_of(ANA | {"tags": "vip, Fair 2026"}, FRESH | {"tags": ""}))
    assert counts(job) == {"rows": 2, "created": 2}
    ana, ben = (person(shop, "email", f"{name}@example.com") for name in ("ana", "ben"))
    assert (ana["tags"], ben["tags"]) == (["Fair 2026", "vip"], ["Fair 2026"])
    consent = ben["consents"]["email"]
    assert (consent["state"], consent["source"]) == ("granted", f"import:{job['id']}")
    (shown,) = timeline(shop, ben["id"])
    assert shown["properties"]["consents"] == {"email": "granted"}
    ledger = shop.ask("GET", f"profiles/{ben['id']}/consents").body["ledger"]
    assert ledger[0]["proof"] == "Signed at the fair"
    again = drop(shop, "crm/more.csv", csv_of(ANA, FRESH))
    assert counts(again) == {"rows": 2, "unchanged": 2}


def test_an_import_does_not_override_a_later_denial(shop: Shop) -> None:
    mapping(shop, consents={"email": {"state": "granted"}})
    drop(shop, "first.csv", csv_of(ANA))
    ana = person(shop, "email", "ana@example.com")["id"]
    shop.ask("PUT", f"profiles/{ana}/consents/email", {"state": "denied"})
    job = drop(shop, "crm/list.csv", csv_of(ANA, FRESH))
    assert job["result"]["warnings"] == {"denial_kept": 1}
    assert counts(job) == {"rows": 2, "created": 1, "unchanged": 1}
    assert person(shop, "email", "ana@example.com")["consents"]["email"]["state"] == "denied"


def test_an_edit_after_the_upload_is_kept(shop: Shop) -> None:
    drop(shop, "first.csv", csv_of(ANA))
    ana = person(shop, "email", "ana@example.com")["id"]
    put(shop, "second.csv", csv_of(NEW))
    shop.ask("PATCH", f"profiles/{ana}/attributes", {"city": "Porto"})
    shop.world.settle()
    assert city(shop) == ("Porto", "Acme")


def test_an_erased_customer_is_not_restored_by_the_same_file(shop: Shop) -> None:
    drop(shop, "people.csv", csv_of(ANA, FRESH))
    shop.erase(person(shop, "email", "ana@example.com")["id"])
    mapping(shop)
    job = drop(shop, "crm/people.csv", csv_of(ANA, FRESH))
    assert counts(job) == {"rows": 2, "skipped": 1, "unchanged": 1}
    assert job["result"]["reasons"] == {"erased": 1}
    assert shop.status("email", "ana@example.com") == 404
    assert counts(drop(shop, "crm/another.csv", csv_of(NEW))) == {"rows": 1, "created": 1}
    assert city(shop) == ("Vigo", "Acme")


def test_a_deleted_customer_is_skipped(shop: Shop) -> None:
    drop(shop, "people.csv", csv_of(ANA))
    shop.ask("DELETE", f"profiles/{person(shop, 'email', 'ana@example.com')['id']}")
    job = drop(shop, "again.csv", csv_of(NEW))
    assert (counts(job), job["result"]["reasons"]) == ({"rows": 1, "skipped": 1}, {"deleted": 1})


def test_a_user_id_and_an_email_of_one_row_are_linked(shop: Shop) -> None:
    shop.send("page", anonymousId="b1")
    shop.send("identify", userId="u-1", anonymousId="b1", traits={"city": "Lugo"})
    job = drop(shop, "people.csv", csv_of({"user_id": "u-1", "email": "ana@example.com", "city": "Lugo"}))
    assert counts(job) == {"rows": 1, "updated": 1}
    assert person(shop, "email", "ana@example.com")["id"] == person(shop, "user_id", "u-1")["id"]
    again = drop(shop, "more.csv", csv_of({"user_id": "u-1", "email": "ana@example.com", "city": ""}))
    assert counts(again) == {"rows": 1, "unchanged": 1}
