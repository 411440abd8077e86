"""Changed definitions and parameters apply to existing profiles, too."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

import pytest

from crm.domain.identity import Identity, profile_id
from crm.services.definitions import attribute_changes
from crm.settings import settings
from crm.storage.packed_fold import unpack
from tests.support.segmented_shop import Segmented
from tests.support.stage import ENVIRONMENT

ANA = profile_id(UUID(ENVIRONMENT["IDENTITY_NAMESPACE"]), Identity("user_id", "ana"))


def card(segmented: Segmented, id_: str = ANA) -> dict[str, Any]:
    answer = segmented.shop.ask("GET", f"profiles/{id_}")
    assert answer.status == 200, answer.body
    return dict(answer.body)


def declare(segmented: Segmented, method: str, path: str, body: dict[str, Any]) -> dict[str, Any]:
    answer = segmented.shop.ask(method, path, body)
    assert answer.status in (200, 201), answer.body
    segmented.later(minutes=1)
    return dict(answer.body)


def test_an_attribute_declares_which_ranks_may_set_it(segmented: Segmented) -> None:
    segmented.shop.send("identify", userId="ana", traits={"tier": "gold", "city": "Rome"})
    made = declare(segmented, "POST", "attributes", {"name": "tier", "set_by": "trusted"})
    assert made["set_by"] == "trusted"
    assert card(segmented)["attributes"] == {"city": "Rome"}
    gold = {"type": "attribute", "name": "tier", "operator": "equals", "value": "gold"}
    segment = segmented.make("Gold", gold)
    assert segmented.of(segment) == set()
    declare(segmented, "PATCH", "attributes/tier", {"set_by": "anybody"})
    assert card(segmented)["attributes"] == {"city": "Rome", "tier": "gold"}
    assert segmented.of(segment) == {ANA}
    declare(segmented, "PATCH", "attributes/tier", {"set_by": "by_hand"})
    assert segmented.of(segment) == set()
    edited = segmented.shop.ask("PATCH", f"profiles/{ANA}", {"attributes": {"tier": "gold"}})
    assert edited.body["attributes"]["tier"] == "gold"
    segmented.shop.send("identify", userId="ana", traits={"tier": "silver"})
    assert card(segmented)["attributes"]["tier"] == "gold"
    assert segmented.of(segment) == {ANA}


def test_a_left_out_attribute_is_kept_once_it_is_declared(segmented: Segmented) -> None:
    segmented.shop.send("identify", userId="ana", traits={f"n{n:02d}": f"value {n}" for n in range(33)})
    (left_out,) = card(segmented)["left_out"]
    assert (left_out["reason"], len(left_out["names"]), left_out["more"]) == ("too_many_names", 3, False)
    name = left_out["names"][0]
    assert name not in card(segmented)["attributes"]
    declare(segmented, "POST", "attributes", {"name": name})
    assert card(segmented)["attributes"][name] == f"value {int(name[1:])}"


def test_declared_attributes_are_limited_to_what_a_profile_can_hold(segmented: Segmented) -> None:
    statuses = [
        segmented.shop.ask("POST", "attributes", {"name": f"own_{number:03d}"}).status
        for number in range(111)
    ]
    assert statuses == [201] * 110 + [409]
    refused = segmented.shop.ask("POST", "attributes", {"name": "one_more"}).body
    assert refused["code"] == "attributes_too_large"
    assert segmented.shop.ask("POST", "attributes", {"name": "number", "type": "number"}).status == 201
    # Existing values can be changed, if they need no more room.
    assert segmented.shop.ask("PATCH", "attributes/own_000", {"label": "First"}).status == 200
    assert segmented.shop.ask("PATCH", "attributes/own_000", {"type": "number"}).status == 200


def test_a_changed_parameter_refolds_all_profiles(
    segmented: Segmented, monkeypatch: pytest.MonkeyPatch
) -> None:
    context = {"consent": {"categoryPreferences": {"newsletter": True, "processing": True}}}
    segmented.shop.send("page", userId="ana", context=context)
    segmented.tick()
    assert card(segmented)["consents"] == {}
    with monkeypatch.context() as patch:
        patch.setenv("CONSENT_KEYS", "newsletter")
        settings.cache_clear()
        segmented.tick()
        assert set(card(segmented)["consents"]) == {"newsletter"}
        patch.setenv("PROCESSING_CONSENT_BY_PAGES", "true")
        settings.cache_clear()
        segmented.tick()
        assert set(card(segmented)["consents"]) == {"newsletter", "processing"}
    settings.cache_clear()


def test_profiles_of_the_previous_version_are_refolded_by_a_tick(segmented: Segmented) -> None:
    segmented.shop.send("identify", userId="ana", traits={f"n{n:02d}": n for n in range(33)})
    (item,) = (i for i in segmented.shop.items() if (i["pk"]["S"], i["sk"]["S"]) == (f"P#{ANA}", "PROFILE"))
    fold = json.loads(unpack(item["doc"]))
    old = {key: value for key, value in fold.items() if key not in ("V", "L", "R")}
    old["a"] = {f"n{n:02d}": [n, 0] for n in range(33)}
    segmented.shop.put({**item, "doc": {"S": json.dumps(old)}})
    assert len(card(segmented)["attributes"]) == 33
    segmented.tick()
    assert len(card(segmented)["attributes"]) == 30
    jobs = len(segmented.shop.ask("GET", "jobs").body["jobs"])
    segmented.tick()
    assert len(segmented.shop.ask("GET", "jobs").body["jobs"]) == jobs


def test_a_change_that_affects_no_profile_starts_no_job(segmented: Segmented) -> None:
    segmented.shop.send("identify", userId="ana", traits={"city": "Rome"})
    segmented.tick()
    before = len(segmented.shop.ask("GET", "jobs").body["jobs"])
    attribute_changes.create(name="shoe_size")
    segmented.tick()
    assert len(segmented.shop.ask("GET", "jobs").body["jobs"]) == before
