"""Classes and responsible users: listed with their numbers of customers, and proposed in each field for them."""

import json

import pytest

from tests.e2e.browser import Browser
from tests.e2e.console.panel import Panel
from tests.e2e.console.people import People
from tests.e2e.stack import Stack

ROWS = "document.querySelectorAll('tbody tr').length"
SORTED = "document.querySelector('[aria-sort=ascending], [aria-sort=descending]')"
OPTIONS = "[...document.querySelectorAll('[role=option]')].map((one) => one.innerText.split('\\n')[0])"


@pytest.fixture(scope="module")
def people(stack: Stack) -> People:
    found = People(stack)
    word = found.city[5:]
    for name in ("Nina", "Nora"):
        found.add(name, classes=[f"c-{word}"], responsible=f"Rita {word}, sales")
    found.add("Nils", classes=[f"c-{word}", "vip"], responsible=f"Sam {word}")
    found.are_listed()
    numbers = {f"Rita {word}, sales": 2, f"Sam {word}": 1}
    found.when(lambda: numbers.items() <= _numbers(found, "responsibles").items())
    found.when(lambda: _numbers(found, "classes").get(f"c-{word}") == 3)
    return found


def _numbers(people: People, kind: str) -> dict[str, int]:
    """Return the number of customers of each name."""
    return {one["name"]: one["count"] for one in people.do(f"/v1/{kind}")[kind]}


def word(people: People) -> str:
    return people.city[5:]


def search(browser: Browser, text: str) -> None:
    browser.fill('main >> role=searchbox[name="Search"]', text)


@pytest.mark.parametrize(
    ("page", "name", "count", "chosen"),
    [
        ("classes", "c-{}", 3, "Class is c-{}"),
        ("responsibles", "Rita {}, sales", 2, "Responsible is Rita {}, sales"),
    ],
)
def test_a_name_is_found_with_its_count_and_opens_its_customers(
    panel: Panel, browser: Browser, people: People, page: str, name: str, count: int, chosen: str
) -> None:
    panel.open("/customers")
    browser.click(f"nav a[href$='/{page}']")
    panel.goes_to(f"/{page}")
    search(browser, name.format(word(people)))
    browser.wait_for(f"{ROWS} === 1")
    assert str(count) in browser.text("tbody tr").split()
    browser.click("tbody th a")
    panel.is_shown()
    browser.wait_for(f"{ROWS} === {count}")
    panel.has_text(chosen.format(word(people)))


def test_names_are_sorted_by_count(panel: Panel, browser: Browser, people: People) -> None:
    panel.open("/responsibles")
    search(browser, word(people))
    first = {"ascending": f"Sam {word(people)}", "descending": f"Rita {word(people)}, sales"}
    orders = set()
    for _ in first:
        before = browser.evaluate(f"{SORTED}.outerHTML")
        browser.click("role=button[name=Customers]")
        browser.wait_for(f"{SORTED}.innerText === 'Customers' && {SORTED}.outerHTML !== {json.dumps(before)}")
        order = browser.evaluate(f"{SORTED}.getAttribute('aria-sort')")
        browser.wait_for(f"document.querySelector('tbody th').innerText === {json.dumps(first[order])}")
        orders.add(order)
    assert orders == first.keys()


def test_an_agent_sees_counts_of_own_customers(panel: Panel, browser: Browser, people: People) -> None:
    panel.open("/classes", role="agent")
    panel.has_text("Your key sees the customers of: vip.")
    search(browser, f"c-{word(people)}")
    browser.wait_for(f"{ROWS} === 1")
    assert "1" in browser.text("tbody tr").split()
    panel.open("/responsibles", role="agent")
    search(browser, word(people))
    browser.wait_for(f"{ROWS} === 1")
    assert browser.text("tbody th") == f"Sam {word(people)}"


def test_an_admin_sees_which_keys_are_limited_to_a_class(panel: Panel, browser: Browser) -> None:
    panel.open("/classes")
    search(browser, "vip")
    panel.has_text("Keys limited to it")
    browser.wait_for("document.querySelector('.names-in-use-keys').innerText.length > 1")


def test_names_are_proposed_in_filters(panel: Panel, browser: Browser, people: People) -> None:
    panel.open(people.listed)
    browser.click("aside summary:has-text('Responsible')")
    browser.fill('aside >> role=combobox[name="Name or e-mail of a user"]', word(people))
    browser.wait_for(f"{OPTIONS}.includes('Rita {word(people)}, sales')")
    browser.press("Enter")
    browser.wait_for(f"{ROWS} === 2")
    browser.click("aside summary:has-text('Class')")
    browser.fill('aside >> role=combobox[name="Class"]', f"c-{word(people)}")
    browser.wait_for(f"{OPTIONS}[0] === 'c-{word(people)}'")
    browser.press("Enter")
    panel.has_text(f"Class is c-{word(people)}")
    assert f"class=c-{word(people)}" in panel.path()


def test_names_are_proposed_on_the_card_and_for_its_tasks(
    panel: Panel, browser: Browser, people: People
) -> None:
    panel.open(f"/customers/{people.ids['Nina']}?tab=tasks")
    for button, text in (("Replace", f"Sam {word(people)}"), ("Add class", "vip")):
        panel.press_button(button)
        browser.fill(f'role=combobox[name="{button}"]', text[:-1])
        browser.wait_for(f"{OPTIONS}.includes('{text}')")
        browser.press("Enter")
        browser.wait_for("!document.querySelector('[role=option]')")
    people.when(lambda: people.profile("Nina")["responsible"] == f"Sam {word(people)}")
    people.when(lambda: "vip" in people.profile("Nina")["classes"])
    panel.press_button("Add task")
    browser.fill('dialog >> role=textbox[name="Name"]', "Call back")
    browser.fill('dialog >> role=combobox[name="Assignee"]', f"Rita {word(people)}")
    browser.wait_for(f"{OPTIONS}.length === 1")
    browser.press("ArrowDown", "Enter")
    typed = "document.querySelector('dialog [role=combobox]').value"
    browser.wait_for(f"{typed} === 'Rita {word(people)}, sales'")
    browser.press("Enter")
    browser.wait_for("!document.querySelector('dialog')")
    tasks = people.do(f"/v1/profiles/{people.ids['Nina']}/tasks")["tasks"]
    assert [task["assignee"] for task in tasks] == [f"Rita {word(people)}, sales"]


def test_a_new_name_can_be_typed(panel: Panel, browser: Browser, people: People) -> None:
    panel.open(people.listed)
    browser.click("thead input[type=checkbox]")
    panel.press_button("More actions")
    browser.click('role=menuitem[name="Set responsible"]')
    browser.fill('dialog >> role=combobox[name="Name or e-mail of a user"]', f"Rit{word(people)}")
    browser.press("Enter")
    panel.has_text("Done: 3 changed")
    assert people.profile("Nora")["responsible"] == f"Rit{word(people)}"


def test_classes_are_added_to_and_removed_from_many_customers(
    panel: Panel, browser: Browser, people: People
) -> None:
    name = f"c-{word(people)}"
    for action, typed, held in (
        ("Add classes", f"new-{word(people)}", True),
        ("Remove classes", name, False),
    ):
        panel.open(people.listed)
        browser.click("thead input[type=checkbox]")
        panel.press_button("More actions")
        browser.click(f'role=menuitem[name="{action}"]')
        browser.click("dialog button[type=submit]")
        panel.has_text("Choose something first.")
        browser.fill('dialog >> role=combobox[name="Classes"]', typed)
        browser.wait_for(f"{OPTIONS}.length === 1")
        browser.press("Enter")
        panel.has_text(typed)
        browser.click("dialog button[type=submit]")
        panel.has_text("Done: 3 changed")
        assert (typed in people.profile("Nora")["classes"]) is held
