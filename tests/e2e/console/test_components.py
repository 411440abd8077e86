"""Each component of the pages alone: used by keyboard, and examined by axe."""

from pathlib import Path

import pytest

from tests.e2e.browser import Browser
from tests.e2e.console.components import ALL
from tests.e2e.console.panel import Mount, Panel


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [375, 1280])
def test_all_components_are_accessible_and_fit(
    panel: Panel, browser: Browser, mount: Mount, pictures: Path, width: int, scheme: str
) -> None:
    browser.resize(width, 900)
    browser.prefer(scheme)
    mount(ALL)
    browser.wait_for("document.querySelector('.badge-info')")
    browser.screenshot(pictures / f"console-components-{width}-{scheme}.png")
    assert panel.violations() == []
    assert browser.evaluate("document.documentElement.scrollWidth") <= width
    assert browser.errors() == []


def test_a_combobox_is_used_by_keyboard(panel: Panel, browser: Browser, mount: Mount) -> None:
    mount(
        """h(() => {
          const [chosen, setChosen] = useState("");
          const tags = ["vip", "new", "newsletter"].map((value) => ({value, label: value}));
          return [
            h(PageHeader, {title: "A combobox"}),
            h(Combobox, {label: "Tag", onSelect: ({label}) => setChosen(label), create: (text) => `Add ${text}`,
              search: (text) => tags.filter(({label}) => label.startsWith(text))}),
            h("output", null, chosen),
          ];
        })"""
    )
    options = "[...document.querySelectorAll('[role=option]')].map((one) => one.innerText).join()"
    browser.fill("input", "new")
    browser.wait_for(f"{options} === 'new,newsletter'")
    assert panel.violations() == []
    browser.press("ArrowDown", "Enter")
    browser.wait_for("document.querySelector('output').innerText === 'newsletter'")
    assert browser.evaluate("document.querySelector('input').value") == ""
    browser.fill("input", "gold")
    browser.wait_for(f"{options} === 'Add gold'")
    browser.press("Escape")
    browser.wait_for("!document.querySelector('[role=option]')")
    browser.press("ArrowDown")
    browser.wait_for("document.querySelector('[role=option]')")
    browser.press("Enter")
    browser.wait_for("document.querySelector('output').innerText === 'Add gold'")


def test_a_menu_is_used_by_keyboard(panel: Panel, browser: Browser, mount: Mount) -> None:
    mount(
        """h(() => {
          const [chosen, setChosen] = useState("");
          const items = ["Edit", "Merge", "Delete"].map((label) => ({label, onSelect: () => setChosen(label)}));
          return [h(PageHeader, {title: "A menu"}), h(Menu, {button: "More", items}), h("output", null, chosen)];
        })"""
    )
    panel.tab_to("More")
    browser.press("ArrowDown")
    browser.wait_for("document.activeElement.innerText === 'Edit'")
    assert panel.violations() == []
    browser.press("ArrowUp")
    assert panel.focused() == "Delete"
    browser.press("Escape")
    assert panel.focused() == "More"
    browser.press("Enter")
    browser.wait_for("document.activeElement.innerText === 'Edit'")
    browser.press("ArrowDown", "Enter")
    assert browser.text("output") == "Merge"
    assert panel.focused() == "More"


def test_rows_are_selected_on_several_pages(panel: Panel, browser: Browser, mount: Mount) -> None:
    mount(
        """h(() => {
          const [selected, onChange] = useState(new Set());
          const [first, setFirst] = useState(0);
          const rows = [0, 1, 2].map((row) => ({id: `row ${first + row}`}));
          return [
            h(PageHeader, {title: "A table"}),
            h(Table, {label: "Rows", rows, keyOf: ({id}) => id, nameOf: ({id}) => id, selection: {selected, onChange},
              columns: [{id: "name", header: "Name", cell: ({id}) => id}]}),
            h(Button, {onClick: () => setFirst(first + 3)}, "Next"),
            h("output", null, [...selected].join()),
          ];
        })"""
    )
    panel.tab_to("Select row 0")
    browser.press("Space", "ArrowDown", "ArrowDown", "Space")
    browser.wait_for("document.querySelector('output').innerText === 'row 0,row 2'")
    assert browser.evaluate("document.querySelector('thead input').indeterminate")
    panel.press_button("Next")
    browser.evaluate("document.querySelector('thead input').click()")
    browser.wait_for("document.querySelector('output').innerText === 'row 0,row 2,row 3,row 4,row 5'")
    assert panel.violations() == []


def test_a_toast_undoes(panel: Panel, browser: Browser) -> None:
    panel.open("/customers")
    browser.evaluate(
        "import(document.querySelector('script[src]').src).then(({toast}) =>"
        " toast('Tag added.', async () => { window.undone = true; }))"
    )
    panel.has_text("Tag added.")
    assert panel.violations() == []
    panel.press_button("Undo")
    panel.has_text("Undone.")
    assert browser.evaluate("window.undone")


def test_invalid_json_is_reported_and_changes_nothing(panel: Panel, browser: Browser, mount: Mount) -> None:
    mount(
        """h(() => {
          const [value, onChange] = useState({type: "and"});
          return [h(PageHeader, {title: "JSON"}), h(JsonEditor, {value, onChange}), h("output", null, value.type)];
        })"""
    )
    browser.fill("textarea", '{"type": "or"')
    panel.has_text("This is not valid JSON")
    assert browser.text("output") == "and"
    browser.fill("textarea", '{"type": "or"}')
    browser.wait_for("document.querySelector('output').innerText === 'or'")
    assert not browser.evaluate("document.querySelector('.field-error')")


def test_a_key_undoes_the_change_of_an_earlier_toast(panel: Panel, browser: Browser) -> None:
    panel.open("/customers")
    browser.evaluate(
        "import(document.querySelector('script[src]').src).then(({toast}) => { window.undone = [];"
        " toast('First.', async () => { undone.push(1); }); toast('Second.', async () => { undone.push(2); });"
        " toast('Nothing to undo.'); })"
    )
    panel.has_text("Nothing to undo.")
    browser.press("Control+z")
    browser.wait_for("!document.body.innerText.includes('Second.')")
    browser.press("Control+z")
    browser.wait_for("!document.body.innerText.includes('First.')")
    assert browser.evaluate("window.undone") == [2, 1]


def test_the_chosen_tab_is_seen_on_a_phone(panel: Panel, browser: Browser, mount: Mount) -> None:
    browser.resize(375, 800)
    mount(
        "h(Tabs, {label: 'Views', selected: 'seventh', onSelect() {}, tabs: ['first', 'second', 'third', 'fourth',"
        " 'fifth', 'sixth', 'seventh'].map((id) => ({id, label: `The ${id}`}))})"
    )
    tab = "document.querySelector('[aria-selected=true]').getBoundingClientRect()"
    browser.wait_for(f"{tab}.right <= innerWidth && {tab}.left >= 0")


def test_the_progress_of_a_job_stays_on_one_line(panel: Panel, browser: Browser, mount: Mount) -> None:
    mount("h('div', {style: {width: '4rem'}}, h(Progress, {label: 'About 2 seconds left', done: 2, of: 3}))")
    lines = (
        "(() => { const text = document.createRange();"
        " text.selectNodeContents(document.querySelector('.progress .number'));"
        " return text.getClientRects().length; })()"
    )
    assert browser.evaluate(lines) == 1
