"""The card of a customer: its data, and edits."""

import uuid

import pytest

from tests.e2e.browser import Browser
from tests.e2e.console.customers import Made, profile_of, type_city
from tests.e2e.console.panel import Panel
from tests.e2e.stack import Stack

WITHOUT_POLLING = """{
  const later = window.setTimeout;
  window.setTimeout = (act, pause, ...rest) => (pause >= 5000 ? 0 : later(act, pause, ...rest));
}"""
"""Stops the timeline's polling, so that slow pages do not request new entries."""


def test_the_card_is_three_calls(panel: Panel, browser: Browser, made: Made) -> None:
    mary = made()
    browser.before_scripts(WITHOUT_POLLING)
    panel.open(f"/customers/{mary}")
    panel.has_text("Created by hand")
    read = [f"GET /v1/profiles/{mary}{part}" for part in ("", "/activities", "/tasks")]
    assert sorted(panel.calls()) == sorted(["GET /v1/me", *read])


def test_the_page_shows_the_identity_and_contact_data(panel: Panel, browser: Browser, customer: str) -> None:
    panel.open(f"/customers/{customer}")
    for text in ("ada@example.com", "London", "Windows 10", "Chrome 131", "Analytical Engines Ltd", "£84.00"):
        panel.has_text(text)
    assert browser.evaluate("document.querySelector('.page-header .avatar').innerText") == "AL"
    consents = browser.evaluate(
        "[...document.querySelectorAll('.consent')].slice(0, 2).map((one) => one.innerText)"
    )
    assert ["Granted" in consents[0], "Blocked" in consents[1]] == [True, True]


def test_a_field_is_edited_in_place_and_what_changed_is_shown_and_taken_back(
    panel: Panel, browser: Browser, stack: Stack, made: Made
) -> None:
    mary = made()
    panel.open(f"/customers/{mary}")
    type_city(panel, browser, "Hamburg")
    panel.has_text("City: Kiel → Hamburg")
    browser.wait_for("document.querySelector('.entry').innerText.includes('Changed City')")
    assert "Kiel → Hamburg" in browser.text(".entry")
    assert profile_of(stack, mary)["attributes"]["city"] == "Hamburg"
    panel.press_button("Undo")
    panel.has_text("Undone.")
    assert profile_of(stack, mary)["attributes"]["city"] == "Kiel"


def test_a_field_is_edited_by_keyboard_alone(
    panel: Panel, browser: Browser, stack: Stack, made: Made
) -> None:
    mary = made(attributes={"city": "Kiel"})
    panel.open(f"/customers/{mary}")
    panel.has_text("Created by hand")
    browser.evaluate("document.querySelector('main h1').focus()")
    panel.tab_to("Edit: City")
    browser.press("Enter")
    browser.wait_for("document.activeElement.value === 'Kiel'")
    browser.press("End", *" II", "Enter")
    panel.has_text("City: Kiel → Kiel II")
    browser.wait_for("document.activeElement.getAttribute('aria-label') === 'Edit: City'")
    assert profile_of(stack, mary)["attributes"]["city"] == "Kiel II"


def test_a_field_is_emptied_and_its_history_is_kept(
    panel: Panel, browser: Browser, stack: Stack, made: Made
) -> None:
    mary = made()
    panel.open(f"/customers/{mary}")
    panel.press_button("Edit: City")
    panel.press_button("Empty")
    panel.has_text("City was emptied.")
    assert "city" not in profile_of(stack, mary)["attributes"]
    panel.press_button("Undo")
    browser.wait_for("document.querySelector('button[aria-label=\"History: City\"]')")
    panel.press_button("History: City")
    browser.wait_for("document.querySelectorAll('.value-history li').length === 3")
    values = browser.evaluate(
        "[...document.querySelectorAll('.value-history-change')].map((one) => one.innerText)"
    )
    assert values == ["Kiel", "Kiel → empty", "Kiel"]
    assert panel.violations() == []


@pytest.mark.parametrize(
    ("typed", "name", "value"), [("Department", "department", "Optics"), ("shoe_size", "shoe_size", "41")]
)
def test_an_existing_attribute_or_a_new_field_is_added(
    panel: Panel, browser: Browser, stack: Stack, made: Made, typed: str, name: str, value: str
) -> None:
    mary = made()
    if name == "shoe_size":
        stack.admin("/v1/attributes", method="POST", json_body={"name": name})
    panel.open(f"/customers/{mary}")
    panel.press_button("Add field")
    browser.fill("dialog [role=combobox]", typed)
    browser.wait_for("document.querySelector('dialog [role=option]')")
    browser.press("Enter")
    browser.wait_for("document.querySelector('dialog .dialog-body > .field input')")
    browser.fill("dialog .dialog-body > .field input", value)
    browser.press("Enter")
    browser.wait_for("!document.querySelector('dialog')")
    panel.has_text(value)
    assert str(profile_of(stack, mary)["attributes"][name]) == value


def test_tags_are_added_and_removed_and_that_is_undone(
    panel: Panel, browser: Browser, stack: Stack, made: Made
) -> None:
    mary = made(tags=["card-kept"])
    panel.open(f"/customers/{mary}")
    panel.press_button("Add tag")
    browser.wait_for("document.activeElement.getAttribute('role') === 'combobox'")
    browser.fill(".chips-field input", "card-added")
    browser.wait_for("document.querySelector('[role=option]')")
    browser.press("Enter")
    panel.has_text("Tag “card-added” was added.")
    assert profile_of(stack, mary)["tags"] == ["card-added", "card-kept"]
    panel.press_button("Remove card-kept")
    panel.has_text("Tag “card-kept” was removed.")
    browser.click(".toast:has-text('card-kept') >> text=Undo")
    panel.has_text("Undone.")
    assert profile_of(stack, mary)["tags"] == ["card-added", "card-kept"]


def test_the_customer_is_put_on_a_list_and_taken_off(
    panel: Panel, browser: Browser, stack: Stack, made: Made
) -> None:
    mary, name = made(), f"Card {uuid.uuid4().hex[:8]}"
    assert stack.admin("/v1/lists", method="POST", json_body={"name": name}).status == 201
    panel.open(f"/customers/{mary}")
    panel.press_button("Add to list")
    browser.fill(".chips-field input", name)
    browser.wait_for("document.querySelectorAll('[role=option]').length === 1")
    browser.press("Enter")
    panel.has_text(f"Added to “{name}”.")
    assert profile_of(stack, mary)["lists"] == [name]
    panel.press_button("Undo")
    panel.has_text("Undone.")
    assert profile_of(stack, mary)["lists"] == []


def test_consents_are_granted_and_blocked_with_their_proof(
    panel: Panel, browser: Browser, stack: Stack, made: Made
) -> None:
    mary = made()
    panel.open(f"/customers/{mary}")
    panel.press_button("Grant E-mail")
    browser.fill("dialog textarea", "Yes, write to me.")
    browser.click("dialog button[type=submit]")
    panel.has_text("E-mail was granted.")
    panel.press_button("Block SMS")
    browser.click("dialog button[type=submit]")
    panel.has_text("SMS was blocked.")
    states = {key: one["state"] for key, one in profile_of(stack, mary)["consents"].items()}
    assert states == {"email": "granted", "sms": "denied"}
    panel.press_button("Proof")
    panel.has_text("Yes, write to me.")
    assert panel.violations() == []


def test_the_responsible_user_and_the_classes_are_chosen(
    panel: Panel, browser: Browser, stack: Stack, made: Made
) -> None:
    mary = made()
    panel.open(f"/customers/{mary}")
    for button, text in (("Assign", "grace@example.com"), ("Add class", "gold")):
        panel.press_button(button)
        browser.fill(".chips-field input", text)
        browser.wait_for("document.querySelector('[role=option]')")
        browser.press("Enter")
        browser.wait_for(f"document.querySelector('.tag-name[title=\"{text}\"]')")
    profile = profile_of(stack, mary)
    assert (profile["responsible"], profile["classes"]) == ("grace@example.com", ["gold", "vip"])


@pytest.mark.parametrize(
    ("role", "actions", "classes"),
    [
        ("admin", ["Everything held on the person", "Delete", "Erase for ever"], True),
        ("marketer", ["Everything held on the person"], True),
        ("agent", [], False),
    ],
)
def test_nothing_is_offered_that_would_be_refused(
    panel: Panel, browser: Browser, made: Made, role: str, actions: list[str], classes: bool
) -> None:
    panel.open(f"/customers/{made()}", role=role)
    panel.has_text("Created by hand")
    more = "document.querySelector('.page-actions .menu-button')"
    assert browser.evaluate(f"Boolean({more})") == bool(actions)
    if actions:
        panel.press_button("More actions")
        shown = browser.evaluate(
            "[...document.querySelectorAll('[role=menuitem]')].map((one) => one.innerText)"
        )
        assert shown == actions
    offered = browser.evaluate("[...document.querySelectorAll('.chips-add')].map((one) => one.innerText)")
    assert ("Add class" in offered) == classes
    assert "Add tag" in offered
    assert browser.errors() == []


def test_on_a_phone_the_columns_are_tabs(panel: Panel, browser: Browser, customer: str) -> None:
    browser.resize(375, 740)
    panel.open(f"/customers/{customer}?column=timeline")
    panel.has_text("Order Completed")
    assert browser.evaluate("document.querySelectorAll('.consent').length") == 0
    assert panel.violations() == []
    browser.click("[data-tab=insights]")
    panel.goes_to(f"/customers/{customer}?column=insights")
    panel.has_text("£84.00")
    assert browser.evaluate("document.documentElement.scrollWidth") <= 375
    assert panel.violations() == []


def test_a_refusal_is_shown_without_the_request_path(panel: Panel, browser: Browser, made: Made) -> None:
    panel.open(f"/customers/{made()}")
    panel.press_button("Add tag")
    browser.fill(".chips-field input", "t" * 101)
    browser.wait_for("document.querySelector('[role=option]')")
    browser.press("Enter")
    panel.has_text("Must have at most 100 characters.")
    assert "tags.add" not in browser.text("body").lower()


def test_a_very_long_name_leaves_room_on_a_phone(
    panel: Panel, browser: Browser, made: Made, stack: Stack
) -> None:
    """A name of only W has no place to break: three lines are shown, and the title has the whole name."""
    name = "W" * 200
    customer = made(attributes={"first_name": name, "last_name": name, "city": name})
    assert stack.admin(f"/v1/profiles/{customer}/classes/{'w' * 50}", method="PUT").status == 200
    browser.resize(375, 740)
    panel.open(f"/customers/{customer}")
    assert browser.evaluate("document.documentElement.scrollWidth") <= 375
    assert browser.evaluate("document.querySelector('h1').getBoundingClientRect().height") < 120
    assert browser.evaluate("document.querySelector('h1').title") == f"{name} {name}"
