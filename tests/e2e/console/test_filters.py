"""The left column of the list: every filter of the API, kept in the address."""

import json
from collections.abc import Callable

import pytest

from tests.e2e.browser import Browser
from tests.e2e.console.panel import Panel
from tests.e2e.console.people import People
from tests.e2e.stack import Stack

Listed = Callable[..., None]
NAMES = "[...document.querySelectorAll('tbody th a')].map((one) => one.innerText).join(' ')"


@pytest.fixture(scope="module")
def people(stack: Stack) -> People:
    found = People(stack)
    tag = f"tag {found.city[5:]}"
    company = {"company": "Analytical Engines"}
    granted = [{"channel": "sms", "state": "granted", "proof": "Yes."}]
    found.add("Adele", attributes={"last_name": "Smith", "zip": "10115", "region": "Mitte"} | company)
    found.add("Berta", attributes={"last_name": "Smythe", "zip": "20095"}, tags=[tag], consents=granted)
    found.add(
        "Clara", attributes={"last_name": "Jones", "zip": "20099"}, responsible="Rita Sales", tags=[tag]
    )
    found.add("Doris", attributes={"last_name": "Young"}, classes=[f"c{found.city[5:]}"])
    found.are_listed()
    return found


@pytest.fixture
def names(browser: Browser) -> Callable[..., None]:
    def wait_until_listed(*first_names: str) -> None:
        """Wait until exactly these customers are listed."""
        last = {"Adele": "Smith", "Berta": "Smythe", "Clara": "Jones", "Doris": "Young"}
        wanted = " ".join(f"{name} {last[name]}" for name in first_names)
        browser.wait_for(f"{NAMES} === {json.dumps(wanted)}")

    return wait_until_listed


def _open(panel: Panel, section: str) -> None:
    panel.browser.click(f"aside summary:has-text('{section}')")


def _choose(browser: Browser, label: str, value: str) -> None:
    """Choose an entry of a select."""
    find = (
        "[...document.querySelectorAll('aside select')].find((one) =>"
        f" (one.getAttribute('aria-label') ?? one.labels[0].innerText) === {json.dumps(label)})"
    )
    browser.wait_for(find)
    browser.evaluate(
        f"(() => {{const one = {find}; one.value = {json.dumps(value)};"
        "one.dispatchEvent(new Event('change', {bubbles: true}))})()"
    )


def _type(browser: Browser, label: str, text: str) -> None:
    browser.fill(f'aside >> role=textbox[name="{label}"]', text)
    browser.press("Enter")


def _propose(browser: Browser, label: str, text: str) -> None:
    """Type into a combobox, and take the first proposal."""
    browser.fill(f'aside >> role=combobox[name="{label}"]', text)
    browser.wait_for(f"document.querySelector('[role=option]')?.innerText.includes({json.dumps(text)})")
    browser.press("Enter")


@pytest.mark.parametrize(
    ("operator", "text", "found"),
    [
        ("starts_with", "Sm", ["Adele", "Berta"]),
        ("ends_with", "s", ["Clara"]),
        ("contains", "y", ["Berta", "Doris"]),
        ("not_contains", "y", ["Adele", "Clara"]),
        ("", "Jones, Young", ["Clara", "Doris"]),
    ],
)
def test_names_are_filtered_by_every_operator(
    panel: Panel, browser: Browser, people: People, names: Listed, operator: str, text: str, found: list[str]
) -> None:
    panel.open(people.listed)
    _open(panel, "Name and e-mail")
    _choose(browser, "Last name: how it is compared", operator)
    _type(browser, "Last name", text)
    names(*found)


def test_city_region_zip_and_company_are_filtered(
    panel: Panel, browser: Browser, people: People, names: Listed
) -> None:
    panel.open(people.listed)
    _open(panel, "Place")
    _choose(browser, "Zip: how it is compared", "starts_with")
    _type(browser, "Zip", "2009")
    names("Berta", "Clara")
    panel.press_button("Remove Zip starts with 2009")
    names("Adele", "Berta", "Clara", "Doris")
    _type(browser, "Region", "mitte")
    names("Adele")
    panel.press_button("Remove Region contains mitte")
    _open(panel, "Company")
    _type(browser, "Company", "engines")
    names("Adele")


def test_dates_are_filtered_by_days_and_by_calendar(
    panel: Panel, browser: Browser, people: People, names: Listed
) -> None:
    panel.open(people.listed)
    _open(panel, "Created")
    panel.press_button("7 days")
    names("Adele", "Berta", "Clara", "Doris")
    panel.has_text("Created less than 7 days ago")
    _choose(browser, "Created: how it is compared", "more_than_days_ago")
    panel.has_text("No customer matches all filters")
    _choose(browser, "Created: how it is compared", "after")
    browser.fill("aside input[type=date]", "2020-01-31")
    names("Adele", "Berta", "Clara", "Doris")
    panel.has_text("Created after 31 Jan 2020")
    panel.goes_to(f"{people.listed}&created.after=2020-01-31")


def test_agreements_are_searched_and_filtered(
    panel: Panel, browser: Browser, people: People, names: Listed
) -> None:
    panel.open(people.listed)
    _open(panel, "Agreements")
    _propose(browser, "Search agreements", "SMS: granted")
    names("Berta")
    panel.press_button("Remove SMS: granted")
    _propose(browser, "Search agreements", "SMS: never asked")
    names("Adele", "Clara", "Doris")


def test_customers_are_filtered_by_tag(panel: Panel, browser: Browser, people: People, names: Listed) -> None:
    panel.open(people.listed)
    _open(panel, "Tags")
    tag = f"tag {people.city[5:]}"
    _propose(browser, "Search tags", tag)
    names("Berta", "Clara")
    browser.wait_for(
        f"document.querySelector('.cloud-tag.is-chosen')?.innerText.startsWith({json.dumps(tag)})"
    )
    browser.click(".cloud-tag.is-chosen")
    names("Adele", "Berta", "Clara", "Doris")
    _choose(browser, "Which tags", "none")
    _propose(browser, "Search tags", tag)
    names("Adele", "Doris")


def test_lists_and_segments_are_filtered(
    panel: Panel, browser: Browser, people: People, names: Listed
) -> None:
    name = f"List {people.city}"
    made = people.do("/v1/lists", method="POST", json_body={"name": name})
    people.do(f"/v1/profiles/{people.ids['Clara']}/lists/{made['id']}", method="PUT")
    segment = people.do(
        "/v1/segments", method="POST", json_body={"name": f"Segment {people.city}", "type": "static"}
    )
    by_hand = {"member": True}
    people.do(f"/v1/profiles/{people.ids['Berta']}/segments/{segment['id']}", method="PUT", json_body=by_hand)
    panel.open(people.listed)
    _open(panel, "Lists")
    _propose(browser, "Search lists", name)
    names("Clara")
    panel.press_button(f"Remove List is {name}")
    _open(panel, "Segments")
    _propose(browser, "Search segments", f"Segment {people.city}")
    names("Berta")


def test_responsible_users_and_classes_are_filtered(
    panel: Panel, browser: Browser, people: People, names: Listed
) -> None:
    panel.open(people.listed)
    _open(panel, "Responsible")
    _propose(browser, "Name or e-mail of a user", "Rita Sales")
    names("Clara")
    browser.click("aside >> text=No responsible user")
    names("Adele", "Berta", "Doris")
    panel.press_button("Remove No responsible user")
    _open(panel, "Class")
    _propose(browser, "Class", f"c{people.city[5:]}")
    names("Doris")


def test_filters_are_in_the_url_and_follow_the_back_button(
    panel: Panel, browser: Browser, people: People, names: Listed
) -> None:
    panel.open(f"{people.listed}&last_name.contains=y")
    names("Berta", "Doris")
    panel.press_button("Remove Last name contains y")
    names("Adele", "Berta", "Clara", "Doris")
    browser.back()
    names("Berta", "Doris")
    panel.press_button("Clear all")
    panel.goes_to("/customers?sort=name")
    assert panel.keys["admin"] not in str(browser.evaluate("location.href"))


def test_on_a_phone_the_filters_are_a_drawer(
    panel: Panel, browser: Browser, people: People, names: Listed
) -> None:
    browser.resize(375, 740)
    panel.open(people.listed)
    browser.click(".customers-open")
    browser.wait_for("document.querySelector('dialog[open]')")
    browser.click("dialog summary:has-text('Name and e-mail')")
    browser.fill('dialog >> role=textbox[name="First name"]', "Doris")
    browser.press("Enter")
    panel.press_button("Show customers")
    names("Doris")
    assert panel.focused().startswith("Filters")


def test_input_typed_as_a_section_opens_is_kept(
    panel: Panel, browser: Browser, people: People, names: Listed
) -> None:
    panel.open(people.listed)
    browser.evaluate(
        """new Promise((done) => {
          new MutationObserver((_, observer) => {
            const input = document.querySelector('aside .filter-line input');
            if (!input) return;
            observer.disconnect();
            input.focus();
            document.execCommand('insertText', false, 'Doris');
            done();
          }).observe(document.querySelector('aside'), {subtree: true, childList: true});
          const find = [...document.querySelectorAll('aside summary')];
          find.find((one) => one.innerText.includes('Name and e-mail')).click();
        })"""
    )
    browser.press("Enter")
    names("Doris")


def test_filters_are_used_by_keyboard_alone(
    panel: Panel, browser: Browser, people: People, names: Listed
) -> None:
    panel.open(people.listed)
    panel.tab_to("Place")
    browser.press("Enter")
    panel.tab_to("Zip")
    browser.press(*"10115", "Enter")
    names("Adele")
    panel.tab_to("Remove Zip contains 10115")
    browser.press("Enter")
    names("Adele", "Berta", "Clara", "Doris")


def test_a_limited_key_is_offered_only_classes_of_its_customers(
    panel: Panel, browser: Browser, people: People
) -> None:
    panel.open("/customers", role="agent")
    _open(panel, "Class")
    browser.click('aside >> role=combobox[name="Class"]')
    browser.wait_for("document.querySelector('[role=option]')")
    proposed = browser.evaluate(
        "[...document.querySelectorAll('[role=option] :first-child')].map((one) => one.innerText)"
    )
    assert proposed[0] == "vip"
    assert f"c{people.city[5:]}" not in proposed, "a class of others' customers"
    assert f"c{people.city[5:]}" in str(people.do("/v1/classes"))
