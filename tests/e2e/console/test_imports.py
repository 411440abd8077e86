"""Imports of dropped files: the mapping of columns, the import, and corrections of rejected rows in the page."""

import json
import uuid

import pytest

from tests.e2e.browser import Browser
from tests.e2e.console.panel import Panel
from tests.e2e.files import Files

FILE = """E-Mail;Vorname;Ort;Stufe
mia@{mark}.example;Mia;Kiel;gold
leo@{mark}.example;Leo;Bonn;silver
leo at home;Leo;Bonn;
"""
TARGETS = "[...document.querySelectorAll('.map [role=combobox]')].map((one) => one.placeholder)"


@pytest.fixture
def mark() -> str:
    """A text in the addresses of this test's customers."""
    return f"f{uuid.uuid4().hex[:10]}"


def drop(browser: Browser, name: str, content: str) -> None:
    """Drop a file onto the page, as from a folder."""
    browser.wait_for("document.querySelector('.drop')")
    browser.evaluate(
        "{const dataTransfer = new DataTransfer();"
        f"dataTransfer.items.add(new File([{json.dumps(content)}], {json.dumps(name)}, {{type: 'text/csv'}}));"
        "document.querySelector('.drop').dispatchEvent("
        "new DragEvent('drop', {dataTransfer, bubbles: true, cancelable: true}))}"
    )


def dropped(panel: Panel, browser: Browser, mark: str, content: str = FILE) -> None:
    """Open the page, drop the file, and wait until its mapping is proposed."""
    panel.open("/imports/new")
    drop(browser, f"{mark}.csv", content.format(mark=mark))
    browser.wait_for("document.querySelector('.map')")


def choose(browser: Browser, label: str, text: str) -> None:
    """Type into the combobox of this label, and take the first proposal."""
    box = f"role=combobox[name*={json.dumps(label)}]"
    browser.fill(box, text)
    browser.wait_for(f"document.querySelector('[role=option]')?.innerText.includes({json.dumps(text)})")
    browser.press("Enter")


def is_done(panel: Panel, browser: Browser) -> None:
    """Wait until the import on the page has ended."""
    browser.wait_for("document.querySelector('.page-words .badge')?.innerText === 'Done'")


def stat(browser: Browser, label: str) -> str:
    return str(
        browser.evaluate(
            "[...document.querySelectorAll('.stat')].find((one) => "
            f"one.querySelector('dt').innerText === {json.dumps(label)})?.querySelector('dd').innerText"
        )
    )


def test_a_dropped_file_is_mapped_imported_and_its_rejected_rows_corrected(
    panel: Panel, browser: Browser, files: Files, mark: str
) -> None:
    dropped(panel, browser, mark)
    panel.has_text("1 would be rejected")
    panel.has_text("gold · silver")
    assert panel.violations() == []
    panel.press_button("Start import")
    browser.wait_for(
        "location.pathname.split('/').at(-2) === 'imports' && !location.pathname.endsWith('/new')"
    )
    is_done(panel, browser)
    assert [stat(browser, name) for name in ("Rows", "New customers", "Rejected")] == ["3", "2", "1"]
    browser.fill("[aria-label='E-Mail, line 4']", f"leo2@{mark}.example")
    panel.press_button("Send 1 corrected row")
    panel.has_text("1 corrected row sent.")
    is_done(panel, browser)
    assert [stat(browser, name) for name in ("Rows", "New customers", "Rejected")] == ["1", "1", "0"]
    assert panel.stack.owner_of("email", f"leo2@{mark}.example")


def test_a_mapping_is_changed_by_choosing_then_saved_and_used(
    panel: Panel, browser: Browser, mark: str
) -> None:
    panel.open("/imports/new", role="marketer")
    drop(browser, f"{mark}.csv", FILE.format(mark=mark).replace("leo at home", f"ada@{mark}.example"))
    browser.wait_for("document.querySelector('.map')")
    assert browser.evaluate(TARGETS)[:3] == ["Customer by e-mail address", "First name", "City"]
    choose(browser, "Column Ort", "Region")
    choose(browser, "Column Stufe", "Leave out")
    choose(browser, "Tags", f"tag {mark}")
    choose(browser, "Consents", "E-mail granted")
    browser.fill("role=textbox[name*='proof']", "Signed at the fair")
    panel.has_text("Mapping changed")
    browser.wait_for("document.querySelector('.sample-values').innerText.includes('Region or state Kiel')")
    assert panel.violations() == []
    browser.wait_for("!document.querySelector('.page-actions button').disabled")
    panel.press_button("Start import")
    browser.wait_for("document.querySelector('dialog input')")
    assert browser.evaluate("document.querySelector('dialog input').value") == mark
    panel.press_button("Save mapping and start")
    browser.wait_for("document.querySelector('.page-words .badge')")
    is_done(panel, browser)
    ada = panel.stack.owner_of("email", f"ada@{mark}.example")
    assert ada
    assert (ada["attributes"]["region"], ada["tags"]) == ("Bonn", [f"tag {mark}"])
    assert "city" not in ada["attributes"]
    mapping = panel.stack.admin(f"/v1/import-mappings/{mark}").json()
    assert mapping["consents"] == {"email": {"state": "granted", "proof": "Signed at the fair"}}


def test_an_undetected_delimiter_can_be_selected(panel: Panel, browser: Browser, mark: str) -> None:
    dropped(panel, browser, mark, "a~b;c\nmia@{mark}.example~1;2\nleo@{mark}.example~3;4\n")
    browser.evaluate(
        "{const label = [...document.querySelectorAll('.draft-side label')]"
        ".find((one) => one.innerText === 'Delimiter');"
        "label.control.value = ';'; label.control.dispatchEvent(new Event('change', {bubbles: true}))}"
    )
    browser.wait_for(
        "[...document.querySelectorAll('.map h3')].map((one) => one.innerText).join() === 'a~b,c'"
    )


def test_a_file_that_is_no_table_is_refused_with_advice(panel: Panel, browser: Browser, mark: str) -> None:
    panel.open("/imports/new")
    drop(browser, f"{mark}.csv", "PK\u0003\u0004xl/worksheets/sheet1.xml")
    browser.wait_for("document.querySelector('[role=alert]')")
    assert panel.violations() == []


def test_imports_are_listed_and_opened(panel: Panel, browser: Browser, files: Files, mark: str) -> None:
    dropped(panel, browser, mark, FILE)
    panel.press_button("Start import")
    is_done(panel, browser)  # the list is read again while an import runs
    panel.calls()
    panel.open("/imports", role="marketer")
    browser.click(f"tbody a:text-is('{mark}.csv')")
    is_done(panel, browser)
    assert panel.calls().count("GET /v1/imports") == 1


def test_a_limited_agent_is_not_offered_files(panel: Panel, browser: Browser) -> None:
    panel.open("/customers", role="agent")
    assert "Imports" not in browser.text("#side")
    panel.open("/imports/new", role="agent")
    assert browser.evaluate("!document.querySelector('.drop')")
    assert panel.heading() == "Your key may not open this page"


def test_an_unrecognised_column_is_marked(panel: Panel, browser: Browser, mark: str) -> None:
    dropped(panel, browser, mark, "E-Mail;??? {mark}\nmia@{mark}.example;1\n")
    panel.has_text("Not recognised: kept under its own name")
    assert "Recognised by not" not in browser.text("main")
