"""An erasure removes the person from definitions, whose meaning for others does not change."""

from __future__ import annotations

from typing import Any

import pytest

from crm.services.privacy import definitions
from crm.services.ruleset import ruleset
from tests.integration.test_erasure_of_related_profiles import assert_erased
from tests.support.copied_activities import done
from tests.support.shop import EMAIL, PHONE, PHONE_ON_PAPER, USER, Shop, profile, visit

SAM = "sam@example.com"


@pytest.fixture
def jane(shop: Shop) -> str:
    return shop.prepared(visited)


def visited(shop: Shop) -> str:
    ruleset.clear_cache()
    done(shop, "POST", "attributes", {"name": "external_id", "type": "text"})
    shop.send("identify", userId="u-sam", traits={"email": SAM, "city": "Vigo"})
    return visit(shop)


def attribute(name: str, operator: str, value: Any) -> dict[str, Any]:
    return {"type": "attribute", "name": name, "operator": operator, "value": value}


def segment(shop: Shop, condition: dict[str, Any], name: str = "Some") -> str:
    made = done(shop, "POST", "segments", {"name": name, "condition": condition})
    return str(made["id"])


def condition_of(shop: Shop, id_: str) -> Any:
    return shop.ask("GET", f"segments/{id_}").body["condition"]


def members_of(shop: Shop, id_: str) -> list[str]:
    found = shop.ask("GET", f"segments/{id_}/members").body["members"]
    return [one["profile"]["id"] for one in found]


def test_a_condition_on_the_erased_address_matches_no_customer(shop: Shop, jane: str) -> None:
    id_ = segment(shop, attribute("email", "equals", EMAIL))
    assert members_of(shop, id_) == [jane]
    job = shop.erase(jane)
    assert condition_of(shop, id_) == attribute("email", "equals", "[erased]")
    assert members_of(shop, id_) == []
    assert job["counts"]["definitions_redacted"] == 2
    assert_erased(shop)


def test_segments_keep_their_other_members(shop: Shop, jane: str) -> None:
    sam = profile("user_id", "u-sam")
    ids = [
        segment(shop, attribute("email", "one_of", [EMAIL, SAM]), "Both"),
        segment(shop, attribute("email", "not_equals", EMAIL), "Not her"),
        segment(shop, {"type": "and", "conditions": [attribute("city", "equals", "Vigo")]}, "Vigo"),
    ]
    before = condition_of(shop, ids[2])
    shop.erase(jane)
    assert [members_of(shop, id_) for id_ in ids] == [[sam]] * 3
    assert condition_of(shop, ids[0])["value"] == ["[erased]", SAM]
    assert condition_of(shop, ids[2]) == before
    shop.send("identify", userId="u-sam", traits={"city": "Lugo"})
    assert [members_of(shop, id_) for id_ in ids] == [[sam], [sam], []]


@pytest.mark.parametrize(
    "condition",
    [
        attribute("phone", "equals", PHONE_ON_PAPER),
        attribute("phone", "equals", PHONE),
        attribute("external_id", "equals", USER),
        attribute("email", "contains", EMAIL.upper()),
        {"type": "responsible", "user": EMAIL},
        {
            "type": "event",
            "event": f"Mail to {EMAIL}",
            "operator": "at_least",
            "value": 1,
            "where": [{"property": "to", "operator": "equals", "value": EMAIL}],
        },
    ],
)
def test_an_identity_is_redacted_in_any_form(shop: Shop, jane: str, condition: dict[str, Any]) -> None:
    segment(shop, condition)
    shop.erase(jane)
    assert_erased(shop)


def test_every_version_of_a_segment_is_redacted(shop: Shop, jane: str) -> None:
    id_ = segment(shop, attribute("email", "equals", EMAIL), f"Only {EMAIL}")
    done(
        shop, "PATCH", f"segments/{id_}", {"name": "Nobody", "condition": attribute("city", "equals", "Vigo")}
    )
    shop.erase(jane)
    first = shop.ask("GET", f"segments/{id_}/versions").body["versions"][-1]
    assert (first["name"], first["condition"]["value"]) == ("Only [erased]", "[erased]")
    assert_erased(shop)


def test_versions_of_deleted_segments_are_redacted_too(shop: Shop, jane: str) -> None:
    id_ = segment(shop, attribute("email", "equals", EMAIL))
    assert shop.ask("DELETE", f"segments/{id_}").status == 204
    shop.erase(jane)
    assert_erased(shop)


def test_redacted_segments_keep_different_names(shop: Shop, jane: str) -> None:
    for name in (EMAIL, PHONE):
        segment(shop, attribute("city", "equals", "Vigo"), name)
    shop.erase(jane)
    names = [one["name"] for one in shop.ask("GET", "segments").body["segments"]]
    assert len(set(names)) == 2
    assert all(name.startswith("[erased]") for name in names)


def test_words_of_conditions_that_equal_an_id_are_kept(shop: Shop, jane: str) -> None:
    for word in ("premium", "equals", "attribute", "2026-11-21"):
        shop.send("identify", userId=word)
    asked = (
        attribute("plan", "equals", "premium"),
        attribute("birthday", "between", ["2026-11-21", "2026-11-22"]),
    )
    ids = [segment(shop, condition, f"S{n}") for n, condition in enumerate(asked)]
    before = [condition_of(shop, id_) for id_ in ids]
    for word in ("premium", "equals", "attribute", "2026-11-21"):
        shop.erase(profile("user_id", word))
    assert [condition_of(shop, id_) for id_ in ids] == before


def test_values_forms_mappings_names_and_keys_are_redacted(shop: Shop, jane: str) -> None:
    text = f'attributes.email == "{EMAIL}" || attributes.email == "{USER}" ? 1 : 0'
    expression = done(shop, "POST", "expressions", {"name": "hers", "text": text})
    where = [{"property": "to", "operator": "equals", "value": EMAIL}]
    done(shop, "POST", "aggregates", {"name": "mails", "function": "count", "event": "Mail", "where": where})
    rules = [{"event": "Mail", "points": 1, "where": where}]
    done(shop, "POST", "scores", {"name": "points", "description": f"of {EMAIL}", "rules": rules})
    fields = [{"name": "email", "attribute": "email", "label": f"Like {EMAIL}"}]
    form = done(shop, "POST", "forms", {"name": f"For {EMAIL}", "fields": fields, "tags": [EMAIL]})
    mapping = {"name": "shop", "columns": [{"column": EMAIL, "to": "ignore"}], "tags": [EMAIL]}
    done(shop, "POST", "import-mappings", mapping)
    done(shop, "POST", "lists", {"name": f"Friends of {EMAIL}", "description": PHONE})
    done(shop, "POST", "sources", {"name": f"Site of {EMAIL}"})
    done(shop, "POST", "api-keys", {"name": f"Key of {EMAIL}", "scopes": ["profiles:read"]})
    done(shop, "POST", "attributes", {"name": "likes_her", "label": f"Likes {EMAIL}", "type": "boolean"})
    done(
        shop,
        "POST",
        "webhooks",
        {"name": f"Tell {EMAIL}", "url": "https://hooks.example.com/", "enabled": False},
    )
    shop.erase(jane)
    assert_erased(shop)
    held = shop.ask("GET", f"expressions/{expression['id']}").body
    assert held["text"] == 'attributes.email == "[erased]" || attributes.email == "[erased]" ? 1 : 0'
    sam = shop.ask("GET", f"profiles/{profile('user_id', 'u-sam')}").body
    assert sam["expressions"]["hers"] == 0
    changed = done(shop, "PATCH", f"forms/{form['id']}", {"name": "For all"})
    assert (changed["fields"][0]["label"], changed["tags"]) == ("Like [erased]", ["[erased]"])
    assert shop.ask("PATCH", "tags/[erased]", {"name": "friends"}).status == 200


def test_definitions_that_cannot_be_redacted_are_counted(shop: Shop, jane: str) -> None:
    url = f"https://hooks.example.com/?account={EMAIL}"
    hook = done(shop, "POST", "webhooks", {"name": "Hook", "url": url, "enabled": False})
    job = shop.erase(jane)
    assert job["counts"]["definitions_left"] == 1
    assert shop.ask("GET", f"webhooks/{hook['id']}").body["url"] == url


def test_file_names_of_finished_jobs_are_redacted(shop: Shop, jane: str) -> None:
    key = f"imports/{EMAIL}.csv"
    shop.wire.bucket.files[key] = f"email,{EMAIL}\n{SAM},x\n".encode()
    done(shop, "POST", "imports", {"key": key})
    shop.wire.bucket.files.clear()
    shop.erase(jane)
    shown = shop.ask("GET", "imports").body["imports"][0]
    assert shown["key"] == "imports/[erased].csv"


def test_definitions_are_redacted_in_parts(shop: Shop, jane: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(definitions, "DEFINITIONS_TOGETHER", 1)
    for number in range(3):
        segment(shop, attribute("email", "equals", EMAIL), f"S{number}")
    shop.erase(jane)
    assert_erased(shop)
