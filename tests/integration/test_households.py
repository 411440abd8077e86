"""Two people of a household with one phone number: from events, forms, files and edits, as the API shows them."""

from __future__ import annotations

from typing import Any

import pytest

from crm.domain.commands.forms import FormField
from crm.services.definitions import forms
from tests.support.gateway import Client
from tests.support.newsletter_form import NOW
from tests.support.newsletter_form import send as submit
from tests.support.staff import Send, Staff
from tests.support.stream import Pump

pytestmark = pytest.mark.usefixtures("large_batches")

PHONE = "+4930123456"


@pytest.fixture
def ann(client: Client, staff: Staff, send: Send) -> str:
    send("identify", userId="ann", traits={"phone": PHONE, "firstName": "Ann", "lastName": "Lee"})
    return str(shown(client, staff, "user_id", "ann")["id"])


def shown(client: Client, staff: Staff, type_: str, value: str) -> dict[str, Any]:
    answer = client("GET", f"/v1/identities/{type_}/{value}", key=staff.key)
    assert answer.status == 200, answer.body
    return dict(answer.body)


def name_of(staff: Staff, id_: str) -> tuple[Any, ...]:
    attributes = staff.card(id_)["attributes"]
    return tuple(attributes.get(name) for name in ("first_name", "last_name", "birthday", "gender"))


def test_an_event_with_the_phone_alone_does_not_rename_the_customer(
    staff: Staff, send: Send, ann: str
) -> None:
    traits = {"phone": PHONE, "firstName": "Bob", "birthday": "1990-05-04", "gender": "male", "shoe_size": 44}
    send("identify", anonymousId="bobs-phone", traits=traits)
    assert name_of(staff, ann) == ("Ann", "Lee", None, None)
    (entry,) = [one for one in staff.timeline(ann) if one["properties"].get("first_name") == "Bob"]
    assert entry["properties"]["shoe_size"] == 44, "all of it stays in the timeline"
    send(
        "identify",
        anonymousId="anns-phone",
        traits={"phone": PHONE, "firstName": "ann", "birthday": "1980-01-02"},
    )
    assert name_of(staff, ann) == ("Ann", "Lee", "1980-01-02", None)


def test_a_form_with_the_phone_alone_does_not_rename_the_customer(
    client: Client, staff: Staff, pump: Pump, ann: str
) -> None:
    fields: list[FormField] = [
        {"name": name, "attribute": name, "label": name}
        for name in ("phone", "first_name", "birthday", "city")
    ]
    form = forms.create(now=NOW, name="Call me back", fields=fields, tags=["call"])
    sent = {"phone": PHONE, "first_name": "Bob", "birthday": "1990-05-04", "city": "Bonn"}
    assert submit(client, form, sent).status == 200
    pump()
    card = staff.card(ann)
    assert name_of(staff, ann) == ("Ann", "Lee", None, None)
    assert "city" not in card["attributes"]
    assert card["tags"] == ["call"], "the form itself is the customer's history"
    assert staff.timeline(ann)[0]["properties"]["fields"]["first_name"] == "Bob"


def test_an_edit_by_hand_renames_any_customer(staff: Staff, send: Send, ann: str) -> None:
    staff("PATCH", f"{ann}/attributes", {"first_name": "Anna", "birthday": "1980-01-02"})
    send("identify", anonymousId="x", traits={"phone": PHONE, "firstName": "Bob", "birthday": "1990-05-04"})
    assert name_of(staff, ann) == ("Anna", "Lee", "1980-01-02", None)


def test_list_filters_use_the_values_of_the_customer(
    client: Client, staff: Staff, send: Send, ann: str
) -> None:
    send(
        "identify", anonymousId="x", timestamp="2026-03-01T00:00:00Z", traits={"phone": PHONE, "city": "Bonn"}
    )
    assert [one["id"] for one in staff("GET", "", city="Bonn").body["profiles"]] == [ann]
    send("identify", userId="ann", traits={"city": None})
    assert staff("GET", "", city="Bonn").body["profiles"] == []


def test_the_preview_of_a_merge_equals_the_merged_profile(
    client: Client, staff: Staff, send: Send, ann: str
) -> None:
    other = "+4930999999"
    send("identify", anonymousId="b", traits={"phone": other, "firstName": "Bob", "city": "Bonn"})
    bob = shown(client, staff, "phone", other)["id"]
    preview = staff("POST", f"{ann}/merge", {"profiles": [bob]}, dry_run="true").body
    assert preview["attributes"]["first_name"]["value"] == "Ann"
    assert staff("POST", f"{ann}/merge", {"profiles": [bob]}).status == 200
    merged = staff.card(ann)["attributes"]
    assert merged == {name: one["value"] for name, one in preview["attributes"].items()}
    assert (merged["first_name"], merged["city"]) == ("Ann", "Bonn")
    assert staff("POST", f"{ann}/unmerge", {"profile": bob}).status == 200
    assert staff.card(bob)["attributes"]["city"] == "Bonn"
