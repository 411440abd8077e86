"""The builder of conditions: from a recipe, by hand, as JSON and back, with errors at their place."""

import json

import pytest

from tests.e2e.browser import Browser
from tests.e2e.console import segments
from tests.e2e.console.panel import Panel
from tests.e2e.stack import Stack
from tests.recipes import RECIPES

SAVED = """(() => {
  const send = window.fetch;
  window.fetch = async (request, options) => {
    if (request.method === "POST" && request.url.endsWith("/v1/segments")) window.saved = await request.clone().text();
    return send(request, options);
  };
})()"""
JSON_TEXT = "JSON.stringify(JSON.parse(document.querySelector('textarea.json-input').value))"
COUNT = "document.querySelector('.preview-count')"


def compact(condition: object) -> str:
    return json.dumps(condition, separators=(",", ":"), ensure_ascii=False)


@pytest.fixture
def builder(panel: Panel, browser: Browser) -> Panel:
    """Open the page of a new segment, and wait for its builder."""
    browser.before_scripts(SAVED)
    panel.open("/segments/new")
    browser.wait_for("document.querySelector('.conditions')")
    return panel


def add(browser: Browser, group: str, name: str) -> None:
    """Add a condition of this type to the last group of this name."""
    fields = "[...document.querySelectorAll('[role=combobox]')]"
    browser.evaluate(f"{fields}.filter((one) => one.labels[0].innerText === {group!r}).at(-1).focus()")
    browser.press("ArrowDown")
    browser.wait_for("document.querySelector('[role=option]')")
    browser.click(f'role=option[name="{name}"]')


def pick(browser: Browser, field: str, text: str) -> None:
    browser.fill(f'role=combobox[name="{field}"]', text)
    browser.wait_for(f"document.querySelector('[role=option]')?.innerText.includes({text!r})")
    browser.press("Enter")


def test_every_recipe_is_opened_and_saved_without_a_change(builder: Panel, browser: Browser) -> None:
    browser.intercept(
        r"/v1/segments$", status=409, body={"code": "segment_exists", "message": "taken", "details": {}}
    )
    browser.intercept(
        r"/v1/segments/preview$", status=503, body={"code": "unavailable", "message": "later", "details": {}}
    )
    browser.fill("form input", "Round trip")
    for title, condition in RECIPES.items():
        builder.press_button("Start from a recipe")
        browser.click(f'.recipe:has(strong:text-is("{title}"))')
        browser.wait_for("document.querySelector('.node') && !document.querySelector('dialog')")
        # The builder shows all of it, without a part to edit as JSON.
        assert not browser.evaluate("!!document.querySelector('textarea.json-input')"), title
        browser.evaluate("window.saved = undefined")
        browser.click("form button[type=submit]")
        browser.wait_for("window.saved !== undefined")
        assert f'"condition":{compact(condition)}' in browser.evaluate("window.saved"), title
        browser.click("[data-tab=json]")
        assert browser.evaluate(JSON_TEXT) == compact(condition), title
        browser.click("[data-tab=builder]")


def test_a_segment_is_built_by_hand_with_a_live_count(builder: Panel, browser: Browser, stack: Stack) -> None:
    name = segments.unique("built")
    browser.fill("form input", name)
    add(browser, "Add a condition", "Event")
    pick(browser, "Event", "Order Completed")
    browser.wait_for(COUNT)
    builder.press_button("Add: When")
    add(browser, "Add a condition to: All of these", "Not")
    add(browser, "Add a condition to: Any of these", "Attribute")
    pick(browser, "Attribute", "city")
    browser.fill('role=textbox[name="Value"] >> nth=-1', "Kiel")
    assert builder.violations() == []
    browser.click("form button[type=submit]")
    browser.wait_for("!location.pathname.endsWith('/new')")
    builder.is_shown()
    assert builder.heading() == name
    made = segments.read(stack, browser.evaluate("location.pathname.split('/').at(-1)"))
    order, negated = made["condition"]["conditions"]
    assert (order["event"], order["value"], order["window"]) == ("Order Completed", 1, {"within_days": 30})
    city = {"type": "attribute", "name": "city", "operator": "equals", "value": "Kiel"}
    assert negated == {"type": "not", "condition": {"type": "or", "conditions": [city]}}


def test_an_error_is_shown_at_its_condition(builder: Panel, browser: Browser) -> None:
    add(browser, "Add a condition", "Recognised or anonymous")
    add(browser, "Add a condition to: All of these", "Tag")
    pick(browser, "Tag", "no such tag")
    browser.wait_for(
        "document.querySelector('[role=group][aria-label=Tag] .field-error')?.innerText.includes('there is no tag')"
    )
    assert not browser.evaluate(
        "!!document.querySelector('[role=group][aria-label^=Recognised] .field-error')"
    )
    assert builder.violations() == []


def test_json_and_builder_show_the_same_condition(builder: Panel, browser: Browser) -> None:
    condition = {
        "type": "or",
        "note": "of a later version",
        "conditions": [
            {"type": "tag", "tag": "vip", "since": 2026},
            {"type": "moon", "phase": ["full"]},
            {"type": "event", "event": "A", "window": {"within_days": 3, "unknown": 1}},
        ],
    }
    browser.click("[data-tab=json]")
    browser.fill("textarea.json-input", json.dumps(condition))
    browser.click("[data-tab=builder]")
    browser.wait_for("document.querySelectorAll('.node').length === 4")
    assert browser.evaluate("document.querySelectorAll('textarea.json-input').length") == 4
    builder.press_button("Remove vip")
    browser.click("[data-tab=json]")
    condition["conditions"][0]["tag"] = ""  # type: ignore[index]
    assert browser.evaluate(JSON_TEXT) == compact(condition)
    browser.fill("textarea.json-input", '{"type": "tag", ')
    builder.has_text("This is not valid JSON")
    browser.click("[data-tab=builder]")
    assert browser.evaluate("document.querySelector('textarea.json-input').value") == '{"type": "tag", '


def test_a_concurrent_change_of_a_segment_is_a_choice(panel: Panel, browser: Browser, stack: Stack) -> None:
    own = segments.create(stack, segments.unique("both"), {"type": "kind", "kind": "recognised"})
    panel.open(f"/segments/{own}?view=definition")
    browser.wait_for("document.querySelector('.node select')")
    segments.change(stack, own, condition={"type": "consent", "channel": "email", "state": "granted"})
    browser.evaluate(
        "(() => { const one = document.querySelector('.node select'); one.value = 'anonymous';"
        " one.dispatchEvent(new Event('change', {bubbles: true})); })()"
    )
    panel.press_button("Save as a new version")
    panel.has_text("Somebody else has changed this segment")
    assert panel.violations() == []
    panel.press_button("Save mine over it")
    browser.wait_for("!document.querySelector('dialog')")
    assert segments.read(stack, own)["condition"] == {"type": "kind", "kind": "anonymous"}
