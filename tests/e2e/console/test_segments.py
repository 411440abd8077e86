"""Segments: listed, created, renamed, archived, deleted, changed manually, explained, and restored to a version."""

import json
import re
from datetime import date, timedelta

import pytest

from tests.e2e.browser import Browser
from tests.e2e.console import segments
from tests.e2e.console.panel import Panel
from tests.e2e.console.people import People
from tests.e2e.stack import Stack

NAMES = "[...document.querySelectorAll('tbody th a')].map((one) => one.innerText)"
RESULT = "document.querySelector('.explain-result .badge')?.innerText"


@pytest.fixture
def own(stack: Stack) -> str:
    """Create a static segment for this test, and return its id."""
    return segments.create(stack, segments.unique("own"))


def choose(panel: Panel, browser: Browser, field: str, text: str, option: str) -> None:
    """Type into the combobox and take the option that has the text."""
    browser.fill(f'role=combobox[name="{field}"]', text)
    browser.click(f'[role=option]:has-text("{option}")')


def menu(panel: Panel, browser: Browser, name: str, item: str) -> None:
    panel.press_button(name)
    browser.click(f'role=menuitem[name="{item}"]')


def test_segments_are_found_by_their_name(panel: Panel, browser: Browser, segment: str) -> None:
    panel.open("/segments")
    browser.fill("main input[type=search]", "console buy")
    browser.wait_for(f"{NAMES}.join() === 'Console buyers'")
    browser.click("tbody th a")
    panel.goes_to(f"/segments/{segment}")
    assert panel.heading() == "Console buyers"


def test_the_list_is_one_call_and_a_segment_two(panel: Panel, browser: Browser, segment: str) -> None:
    panel.open("/segments")
    assert panel.calls() == ["GET /v1/me", "GET /v1/segments"]
    panel.open(f"/segments/{segment}")
    browser.wait_for("document.querySelector('tbody th a')")
    assert panel.calls() == [
        "GET /v1/me",
        f"GET /v1/segments/{segment}",
        f"GET /v1/segments/{segment}/members",
    ]


def test_a_segment_is_renamed_with_undo(panel: Panel, browser: Browser, own: str, stack: Stack) -> None:
    before = segments.read(stack, own)["name"]
    after = segments.unique("renamed")
    panel.open(f"/segments/{own}")
    menu(panel, browser, "More actions", "Rename")
    browser.fill("dialog input", after)
    browser.press("Enter")
    browser.wait_for(f"document.querySelector('main h1').innerText === {json.dumps(after)}")
    panel.press_button("Undo")
    browser.wait_for(f"document.querySelector('main h1').innerText === {json.dumps(before)}")
    assert segments.read(stack, own)["name"] == before


def test_a_segment_is_archived_and_restored(panel: Panel, browser: Browser, own: str, stack: Stack) -> None:
    panel.open(f"/segments/{own}")
    menu(panel, browser, "More actions", "Archive")
    panel.has_text("This segment is archived")
    assert segments.read(stack, own)["archived"]
    menu(panel, browser, "More actions", "Restore")
    browser.wait_for("!document.body.innerText.includes('This segment is archived')")
    assert not segments.read(stack, own)["archived"]


def test_a_used_segment_cannot_be_deleted_and_shows_its_uses(
    panel: Panel, browser: Browser, own: str, stack: Stack
) -> None:
    user = segments.unique("user")
    uses = segments.create(stack, user, {"type": "not", "condition": {"type": "segment", "segment": own}})
    panel.open(f"/segments/{own}")
    menu(panel, browser, "More actions", "Delete")
    browser.click("dialog button[type=submit]")
    panel.has_text("It is used by the following")
    assert browser.text("dialog [role=alert] a") == user
    assert panel.violations() == []
    panel.open(f"/segments/{uses}")
    menu(panel, browser, "More actions", "Delete")
    browser.click("dialog button[type=submit]")
    panel.goes_to("/segments")
    assert stack.admin(f"/v1/segments/{uses}").status == 404


def test_a_customer_is_added_manually_and_removed(
    panel: Panel, browser: Browser, own: str, customer: str
) -> None:
    panel.open(f"/segments/{own}")
    panel.has_text("No customer is in this segment")
    choose(panel, browser, "Put a customer in by hand", "Ada L", "Ada Lovelace")
    browser.wait_for(f"{NAMES}.join() === 'Ada Lovelace'")
    assert browser.text("tbody .badge") == "By hand"
    menu(panel, browser, "Actions for Ada Lovelace", "Remove from the segment")
    panel.has_text("No customer is in this segment")
    browser.click(".toast:last-child button")
    browser.wait_for(f"{NAMES}.join() === 'Ada Lovelace'")
    browser.click("tbody th a")
    panel.goes_to(f"/customers/{customer}")


def test_selected_members_are_tagged_and_excluded(
    panel: Panel, browser: Browser, own: str, stack: Stack
) -> None:
    people = People(stack)
    for name in ("Dora", "Edda", "Fina"):
        people.add(name)
    people.are_listed()
    body = {"ids": [*people.ids.values()], "action": {"type": "add_to_segment", "segment": own}}
    assert stack.admin("/v1/bulk", method="POST", json_body=body).status == 202
    segments.has(stack, own, 3)
    panel.open(f"/segments/{own}")
    for name in ("Dora", "Edda"):
        browser.click(f'role=checkbox[name="Select {name}"]')
    browser.wait_for("document.querySelector('.selection-count')?.innerText === '2 selected'")
    assert panel.violations() == []
    browser.click(".selection-direct:has-text('Add tags')")
    browser.fill('dialog >> role=combobox[name="Tags"]', "vip")
    browser.wait_for("document.querySelector('[role=option]')?.innerText.includes('vip')")
    browser.press("Enter")
    browser.click("dialog button[type=submit]")
    panel.has_text("Add tags: Done: 2 changed")
    browser.click(".selection-some .menu-button")
    browser.click('role=menuitem[name="Keep out of a segment"]')
    assert segments.read(stack, own)["name"] in browser.text("dialog .picked")
    browser.click("dialog button[type=submit]")
    panel.has_text("Keep out of a segment: Done: 2 changed")
    browser.wait_for(f"{NAMES}.join() === 'Fina'")


def test_an_excluded_customer_is_explained(panel: Panel, browser: Browser, segment: str) -> None:
    panel.open(f"/segments/{segment}")
    menu(panel, browser, "Actions for Ada Lovelace", "Keep out by hand")
    browser.wait_for(f"!{NAMES}.includes('Ada Lovelace')")
    browser.click("[data-tab=explain]")
    choose(panel, browser, "Customer", "Ada L", "Ada Lovelace")
    browser.wait_for(f"{RESULT} === 'Not in the segment'")
    panel.has_text("Kept out by hand")
    assert browser.text(".reason .badge") == "Holds"
    assert panel.violations() == []
    panel.press_button("Let the condition decide")
    browser.wait_for(f"{RESULT} === 'In the segment'")


def test_excluded_customers_are_listed_and_can_be_included_again(
    panel: Panel, browser: Browser, stack: Stack
) -> None:
    people = People(stack)
    people.add("Gerda")
    people.are_listed()
    condition = {"type": "attribute", "name": "city", "operator": "equals", "value": people.city}
    own = segments.create(stack, segments.unique("kept out"), condition)
    segments.ready(stack, own)
    path = f"/v1/profiles/{people.ids['Gerda']}/segments/{own}"
    people.do(path, method="PUT", json_body={"member": False})
    people.when(lambda: people.do(f"/v1/segments/{own}/kept-out")["profiles"] != [])
    panel.open(f"/segments/{own}?view=keptOut")
    browser.wait_for(f"{NAMES}.join() === 'Gerda'")
    assert panel.violations() == []
    panel.press_button("Undo: Gerda")
    panel.has_text("Nobody is kept out by hand")
    segments.has(stack, own, 1)
    browser.click(".toast:last-child button")
    browser.wait_for(f"{NAMES}.join() === 'Gerda'")


def test_an_older_version_is_shown_and_restored(panel: Panel, browser: Browser, stack: Stack) -> None:
    own = segments.create(stack, segments.unique("versions"), segments.BUYERS)
    first = segments.read(stack, own)["condition"]
    segments.change(stack, own, condition={"type": "kind", "kind": "anonymous"})
    panel.open(f"/segments/{own}?view=versions")
    panel.press_button("Show: Version 1")
    browser.wait_for("document.querySelector('dialog[open] .tree')")
    assert browser.text("dialog .tree") == "Event\nOrder Completed"
    assert panel.violations() == []
    panel.press_button("Restore")
    panel.has_text("Version 1 is restored")
    segment = segments.read(stack, own)
    assert (segment["version"], segment["condition"]) == (3, first)


def test_changes_of_a_version_are_marked(panel: Panel, browser: Browser, stack: Stack) -> None:
    tag, city = {"type": "tag", "tag": "vip"}, {"type": "attribute", "name": "city", "operator": "equals"}
    event = segments.BUYERS | {"value": 3, "window": {"within_days": 90}}
    former = {"type": "and", "conditions": [tag, event, city | {"value": "Kyiv"}]}
    latter = {
        "type": "or",
        "conditions": [
            event | {"value": 5},
            city | {"value": "Kyiv"},
            {"type": "kind", "kind": "recognised"},
        ],
    }
    own = segments.create(stack, segments.unique("marked"), former)
    name = segments.unique("renamed")
    segments.change(stack, own, condition=latter, name=name)
    panel.open(f"/segments/{own}?view=versions")
    panel.press_button("Show: Version 2")
    browser.wait_for("document.querySelector('dialog[open] .tree')")
    panel.has_text("vip")
    marks = "[...document.querySelectorAll('dialog .tree .badge')].map((one) => one.parentElement.innerText)"
    assert [re.sub(r"\s*\n\s*", " ", line) for line in browser.evaluate(marks)] == [
        "Changed All of these Any of these",
        "Removed Tag vip",
        "Changed Event Order Completed is at least 3 is at least 5 In the last days: 90",
        "Added Recognised or anonymous Recognised",
    ]
    assert browser.text("dialog .versions-facts ins") == name
    assert panel.violations() == []
    browser.click("dialog [data-tab=json]")
    browser.wait_for("document.querySelector('dialog .json-input').value.includes('recognised')")


def history(browser: Browser, days: int) -> None:
    """Let the API return days until 28 November; entries and exits are known for the last four of five."""
    last = date(2026, 11, 28)
    rows = [
        {
            "day": (last - timedelta(days=back)).isoformat(),
            "count": 100 + back % 3,
            "at": "2026-11-28T23:46:00.000Z",
            "entered": None if back >= days * 4 / 5 else back % 7,
            "left": None if back >= days * 4 / 5 else 2,
        }
        for back in reversed(range(days))
    ]
    browser.intercept(r"/v1/segments/[^/]+/history", status=200, body={"history": rows})


def count_of(browser: Browser, selector: str) -> int:
    return int(browser.evaluate(f"document.querySelectorAll({json.dumps(selector)}).length"))


def test_the_history_is_shown_as_chart_and_table(panel: Panel, browser: Browser, own: str) -> None:
    history(browser, 5)
    panel.open(f"/segments/{own}?view=history")
    browser.wait_for("document.querySelectorAll('svg.chart .chart-size circle').length === 5")
    assert (count_of(browser, ".chart-up"), count_of(browser, ".chart-down")) == (3, 4)
    label = browser.evaluate("document.querySelector('svg.chart').getAttribute('aria-label')")
    assert "between 100 and 102 customers; 6 entered and 8 left" in label
    rows = browser.evaluate("[...document.querySelectorAll('tbody tr')].map((row) => row.innerText)")
    assert [re.split(r"\s+", row)[-4:] for row in rows] == [
        ["0", "2", "\u22121", "100"],
        ["1", "2", "\u22121", "101"],
        ["2", "2", "+2", "102"],
        ["3", "2", "\u22121", "100"],
        ["\u2013", "\u2013", "\u2013", "101"],
    ]
    assert panel.violations() == []


def test_a_year_is_drawn_by_weeks_and_stored_in_the_url(panel: Panel, browser: Browser, own: str) -> None:
    history(browser, 365)
    panel.open(f"/segments/{own}?view=history")
    browser.wait_for("document.querySelector('svg.chart')")
    browser.evaluate(
        "(() => { const one = document.querySelector('main .history select'); one.value = '365';"
        " one.dispatchEvent(new Event('change', { bubbles: true })) })()"
    )
    browser.wait_for("location.search.includes('days=365')")
    panel.has_text("Bars stand for weeks.")
    for width in (375, 768, 1280):
        browser.resize(width, 800)
        assert browser.evaluate("document.documentElement.scrollWidth") <= width
    assert count_of(browser, ".chart-up") == 42  # 292 days
    assert count_of(browser, "tbody tr") == 31
    panel.press_button("Show all 365 days")
    browser.wait_for("document.querySelectorAll('tbody tr').length === 365")
    assert "from=" in next(call for call in reversed(browser.requests()) if "/history" in call)


def test_the_day_under_the_pointer_is_shown(panel: Panel, browser: Browser, own: str) -> None:
    history(browser, 30)
    panel.open(f"/segments/{own}?view=history")
    browser.wait_for("document.querySelector('svg.chart')")
    browser.evaluate(
        "(() => { const chart = document.querySelector('svg.chart'), box = chart.getBoundingClientRect();"
        " chart.dispatchEvent(new PointerEvent('pointermove', { clientX: box.right - 20, bubbles: true })) })()"
    )
    browser.wait_for("document.querySelector('.chart-readout strong')?.innerText.includes('28')")
    assert "Entered 0" in browser.text(".chart-readout")


def test_customers_of_a_segment_are_exported(panel: Panel, browser: Browser, segment: str) -> None:
    panel.open(f"/segments/{segment}")
    panel.press_button("Export")
    browser.click("dialog button[type=submit]")
    browser.wait_for("document.querySelector('dialog a[download]')?.href.startsWith('http')")


def test_changes_are_not_offered_to_a_read_only_key(panel: Panel, browser: Browser, stack: Stack) -> None:
    people = People(stack)
    for name in ("Hanna", "Ida"):
        people.add(name)
    people.do(f"/v1/profiles/{people.ids['Hanna']}/classes/vip", method="PUT")
    people.are_listed()
    condition = {"type": "attribute", "name": "city", "operator": "equals", "value": people.city}
    segment = segments.create(stack, segments.unique("limited"), condition)
    segments.ready(stack, segment)
    panel.open("/segments", role="agent")
    assert not browser.evaluate("document.querySelector('main a[href$=\"/segments/new\"]')")
    panel.open(f"/segments/{segment}", role="agent")
    browser.wait_for(f"{NAMES}.join() === 'Hanna'")
    assert not browser.evaluate("document.querySelector('[aria-label=\"More actions\"]')")


def test_nothing_fails_while_a_segment_is_built_for_the_first_time(
    panel: Panel, browser: Browser, stack: Stack, segment: str
) -> None:
    """Members are requested only after the first count is complete, since an earlier request would fail."""
    building = segments.read(stack, segment) | {"state": "building", "serving_version": None, "count": None}
    browser.intercept(f"/v1/segments/{segment}$", status=200, body=building | {"job": None})
    panel.open(f"/segments/{segment}")
    panel.has_text("The first count appears when this is done.")
    for view in ("", "?view=keptOut", "?view=definition", "?view=history", "?view=versions", "?view=explain"):
        panel.open(f"/segments/{segment}{view}")
        assert f"GET /v1/segments/{segment}/members" not in panel.calls()
        assert browser.errors() == []
    browser.let_through()
    panel.open(f"/segments/{segment}")
    browser.wait_for(f"{NAMES}.length > 0")


def test_versions_name_who_made_them(panel: Panel, browser: Browser, stack: Stack, segment: str) -> None:
    """This holds for a reader without access to API keys, too."""
    panel.open(f"/segments/{segment}?view=versions", role="marketer")
    browser.wait_for("document.querySelector('.author')")
    assert browser.text(".author") == "local admin"
