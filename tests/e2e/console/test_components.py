"""The components that pages are made of, each on its own: by keyboard, and examined by axe."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.e2e.browser import Browser
from tests.e2e.console.panel import Panel

Mount = Callable[[str], None]
ALL = """[
  h(PageHeader, {title: "Components"}),
  h("div", null, ["plain", "primary", "quiet", "danger"].flatMap((kind) => [
    h(Button, {kind}, kind), h(Button, {kind, small: true, busy: true}, "busy"),
    h(Button, {kind, disabled: true}, "off"),
  ])),
  h("div", null, ["neutral", "accent", "good", "warn", "bad", "info"].map((tone) => h(Badge, {tone}, tone)),
    h(Tag, {name: "vip", onRemove() {}}), h(Tag, {name: "newsletter", href: "#"}),
    ["Ada Lovelace", "Bo", "Cy D", "Eva", "Flo Gray", null].map((name) => h(Avatar, {name}))),
  h(Panel, {title: "Fields", actions: h(Button, {small: true}, "Edit")},
    h(TextField, {label: "Name", hint: "As it is written.", value: "Ada", onChange() {}}),
    h(TextField, {label: "Birthday", type: "date", error: "In the future.", value: "2999-01-01", onChange() {}}),
    h(SelectField, {label: "Kind", value: "b", options: [{value: "b", label: "B"}], onChange() {}}),
    h(TextArea, {label: "Note", value: "", placeholder: "Anything", onChange() {}}),
    h(Checkbox, {label: "All of them", mixed: true, checked: false, onChange() {}}),
    h(JsonEditor, {value: {type: "and", conditions: []}, rows: 4, onChange() {}})),
  h(Stats, null, h(Stat, {label: "Orders"}, "12"), h(Stat, {label: "Revenue"}, formatMoney(1234.5, "EUR"))),
  h(TagCloud, {label: "Tags", tags: [{name: "vip", count: 900}, {name: "new", count: 3}], hrefOf: () => "#"}),
  h(TagCloud, {label: "Chosen", tags: [{name: "vip", count: 9}, {name: "new", count: 3}], chosen: ["vip"]}),
  h(Progress, {label: "Rows", done: 1250, of: 5000}), h(Progress, {label: "Unknown", done: 3}),
  h(Code, {label: "Snippet", text: "<script async src='https://api.example/tracker.js' data-write-key='wk'></script>"}),
  h(JsonView, {value: {city: "London", orders: [1, 2]}}),
  h(ErrorNote, {error: new ApiError(400, "invalid_parameter", "limit must be a whole number", {})}),
  h(Skeleton, {}), h(Tooltip, {text: "More about it"}, "A word"),
  h(Facts, {facts: [["City", "London"], ["Zip", null]]}),
]"""


@pytest.fixture
def mount(panel: Panel, browser: Browser) -> Mount:
    """Show what the expression makes instead of the page, with everything of core.js in scope."""
    panel.open("/customers")

    def show(expression: str) -> None:
        browser.evaluate(
            "import(document.querySelector('script[src]').src).then((core) => { with (core) {"
            "  render(null, document.getElementById('app'));"
            "  const main = document.getElementById('app').appendChild(document.createElement('main'));"
            "  main.className = 'main';"
            f"  render(h(Fragment, null, {expression}), main);"
            "}})"
        )

    return show


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [375, 1280])
def test_all_are_accessible_and_fit(
    panel: Panel, browser: Browser, mount: Mount, pictures: Path, width: int, scheme: str
) -> None:
    browser.resize(width, 900)
    browser.prefer(scheme)
    mount(ALL)
    browser.wait_for("document.querySelector('.badge-info')")
    browser.screenshot(pictures / f"console-components-{width}-{scheme}.png")
    assert panel.violations() == []
    assert browser.evaluate("document.documentElement.scrollWidth") <= width
    assert browser.complaints() == []


def test_a_dialog_keeps_the_focus_and_gives_it_back(panel: Panel, browser: Browser, mount: Mount) -> None:
    mount(
        """h(() => {
          const [open, setOpen] = useState(false);
          return [
            h(PageHeader, {title: "A dialog"}),
            h(Button, {onClick: () => setOpen(true)}, "Open"),
            open && h(Dialog, {title: "Rename", onClose: () => setOpen(false), onSubmit: () => setOpen(false),
              actions: h(Button, {kind: "primary", type: "submit"}, "Save")},
              h(TextField, {label: "Name", value: "", onChange() {}})),
          ];
        })"""
    )
    for close in ("Escape", "Enter"):
        panel.tab_to("Open")
        browser.press("Enter")
        browser.wait_for("document.querySelector('dialog[open]')")
        assert panel.violations() == []
        for _ in range(5):
            browser.press("Tab")
            assert browser.evaluate(
                "document.activeElement === document.body || !!document.activeElement.closest('dialog')"
            )
        browser.evaluate("document.querySelector('dialog input').focus()")
        browser.press(close)
        browser.wait_for("!document.querySelector('dialog')")
        browser.wait_for("document.activeElement.innerText === 'Open'")


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


def test_rows_are_chosen_on_several_pages(panel: Panel, browser: Browser, mount: Mount) -> None:
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


def test_what_is_no_json_is_told_and_changes_nothing(panel: Panel, browser: Browser, mount: Mount) -> None:
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
