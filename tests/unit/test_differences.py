"""The changes of an edit, and their timeline entries."""

from typing import Any

from crm.domain.edit_diff import describe_effects, differing
from crm.domain.effect_fields import Effects
from crm.domain.profile import ProfileState
from crm.domain.stamped import Stamped

STAMP = (1, "m")


def known(**registers: dict[str, Any]) -> ProfileState:
    values = {name: {key: Stamped(v, STAMP) for key, v in held.items()} for name, held in registers.items()}
    return ProfileState("p", **values)  # type: ignore[arg-type]


def test_unchanged_values_are_left_out_of_an_edit() -> None:
    members = [known(attributes={"city": "Berlin", "zip": None}, tags={"t1": True})]
    asked: Effects = {
        "attributes": {"city": "Berlin", "zip": None, "first_name": "Ada"},
        "tags": {"t1": True, "t2": None},
        "classes": {"vip": True},
        "fields": {"responsible": None},
    }
    assert differing(members, asked) == {"attributes": {"first_name": "Ada"}, "classes": {"vip": True}}


def test_a_value_of_another_type_is_a_difference() -> None:
    members = [known(attributes={"age": 1, "plan": "1"})]
    assert differing(members, {"attributes": {"age": True, "plan": 1}}) == {
        "attributes": {"age": True, "plan": 1}
    }


def test_an_edit_is_compared_with_the_latest_value_of_all_members() -> None:
    later = ProfileState("q", attributes={"city": Stamped("Hamburg", (2, "m"))})
    members = [known(attributes={"city": "Berlin"}), later]
    assert differing(members, {"attributes": {"city": "Hamburg"}}) == {}
    assert differing(members, {"attributes": {"city": "Berlin"}}) == {"attributes": {"city": "Berlin"}}


def test_a_consent_is_always_a_difference() -> None:
    members = [known(consents={"email": {"state": "granted"}})]
    given: Effects = {"consents": {"email": {"state": "granted"}}}
    assert differing(members, given) == given


def test_the_timeline_has_values_before_and_after_and_names_of_tags_and_lists() -> None:
    members = [known(attributes={"city": "Berlin"}, fields={"responsible": "grace"})]
    effects: Effects = {
        "attributes": {"city": None, "first_name": "Ada"},
        "tags": {"t1": True, "t2": None},
        "classes": {"vip": True},
        "fields": {"responsible": "alan", "list:l1": True, "list:l2": None},
        "consents": {"email": {"state": "denied", "proof": "a long text"}},
    }
    assert describe_effects(
        members, effects, {"t1": "VIP", "t2": "lead", "l1": "Fair"}, members[0].identity
    ) == {
        "attributes": {"city": {"from": "Berlin", "to": None}, "first_name": {"to": "Ada"}},
        "responsible": {"from": "grace", "to": "alan"},
        "tags": {"added": ["VIP"], "removed": ["lead"]},
        "lists": {"added": ["Fair"], "removed": ["l2"]},
        "classes": {"added": ["vip"]},
        "consents": {"email": "denied"},
    }


def test_a_very_long_previous_value_is_left_out() -> None:
    members = [known(attributes={"bio": "x" * 40_000, "city": "Berlin"})]
    effects: Effects = {"attributes": {"bio": "short", "city": "Hamburg"}}
    assert describe_effects(members, effects, {}, members[0].identity)["attributes"] == {
        "bio": {"to": "short"},
        "city": {"to": "Hamburg"},
    }
