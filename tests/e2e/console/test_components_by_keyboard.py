"""Components with their own keyboard shortcuts, used only by keyboard."""

import pytest

from tests.e2e.browser import Browser
from tests.e2e.console.components import OPENED
from tests.e2e.console.panel import Mount, Panel


@pytest.mark.parametrize("name", OPENED)
def test_a_dialog_keeps_the_focus_and_gives_it_back(
    panel: Panel, browser: Browser, mount: Mount, name: str
) -> None:
    mount(
        """h(() => {
          const [open, setOpen] = useState(false);
          const close = () => setOpen(false);
          return [
            h(PageHeader, {title: "A dialog"}), h(Button, {onClick: () => setOpen(true)}, "Open"), open && DIALOG,
          ];
        })""".replace("DIALOG", OPENED[name])
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
        browser.evaluate("document.querySelector('dialog .dialog-actions button:last-child').focus()")
        browser.press(close)
        browser.wait_for("!document.querySelector('dialog')")
        browser.wait_for("document.activeElement.innerText === 'Open'")


def test_enter_chooses_what_is_proposed_for_what_was_typed(
    panel: Panel, browser: Browser, mount: Mount
) -> None:
    """This holds for fast typing, too: proposals for earlier letters are not chosen."""
    mount(
        """h(() => {
          const [chosen, setChosen] = useState("");
          const tags = ["alpha", "beta", "gamma"].map((value) => ({value, label: value}));
          const search = async (text) => tags.filter(({label}) => label.startsWith(text));
          return [
            h(PageHeader, {title: "A combobox"}),
            h(Combobox, {label: "Tag", search, onSelect: ({label}) => setChosen(label)}), h("output", null, chosen),
          ];
        })"""
    )
    panel.tab_to("Tag")
    browser.press("ArrowDown")
    browser.wait_for("document.querySelectorAll('[role=option]').length === 3")
    browser.press("g", "Enter")
    browser.wait_for("document.querySelector('output').innerText === 'gamma'")


def test_tabs_are_used_by_arrows(panel: Panel, browser: Browser, mount: Mount) -> None:
    mount(
        """h(() => {
          const [selected, onSelect] = useState("a");
          const tabs = ["a", "b", "c"].map((id) => ({id, label: `View ${id}`}));
          return [
            h(PageHeader, {title: "Tabs"}),
            h(Tabs, {label: "Views", tabs, selected, onSelect}, h("output", null, selected)),
          ];
        })"""
    )
    panel.tab_to("View a")
    for key, shown in [
        ("ArrowRight", "b"),
        ("End", "c"),
        ("ArrowRight", "a"),
        ("ArrowLeft", "c"),
        ("Home", "a"),
    ]:
        browser.press(key)
        browser.wait_for(f"document.querySelector('output').innerText === '{shown}'")
        browser.wait_for(f"document.activeElement.innerText === 'View {shown}'")


def test_a_table_is_sorted_and_gone_through(panel: Panel, browser: Browser, mount: Mount) -> None:
    mount(
        """h(() => {
          const [sort, onSort] = useState("name");
          const rows = sort === "name" ? [{id: "a"}, {id: "b"}] : [{id: "b"}, {id: "a"}];
          const cell = ({id}) => h("a", {href: `#${id}`}, id);
          return [
            h(PageHeader, {title: "A table"}),
            h(Table, {label: "Rows", rows, keyOf: ({id}) => id, nameOf: ({id}) => id, sort, onSort,
              columns: [{id: "name", header: "Name", sort: "name", cell}]}),
          ];
        })"""
    )
    panel.tab_to("Name")
    browser.press("Enter")
    browser.wait_for("document.querySelector('th').ariaSort === 'descending'")
    browser.press("Tab", "ArrowDown")
    assert panel.focused() == "a"


def test_a_tooltip_is_shown_on_focus(panel: Panel, browser: Browser, mount: Mount) -> None:
    mount('[h(PageHeader, {title: "A tooltip"}), h(Tooltip, {text: "More about it"}, "A word")]')
    panel.tab_to("A word")
    browser.wait_for("document.querySelector('[role=tooltip]')")
    assert panel.violations() == []
    browser.press("Escape")
    browser.wait_for("!document.querySelector('[role=tooltip]')")


def test_the_choice_between_two_states_is_made_by_keyboard(
    panel: Panel, browser: Browser, mount: Mount
) -> None:
    mount(
        """h(() => {
          const [kept, setKept] = useState("");
          return [
            h(PageHeader, {title: "A conflict"}),
            h(VersionConflict, {mine: {name: "Mine"}, labels: {name: "Name"}, onKeepMine: () => setKept("mine"),
              onTakeTheirs: ({name}) => setKept(name), read: async () => ({data: {name: "Theirs"}, etag: "1"})}),
            h("output", null, kept),
          ];
        })"""
    )
    browser.wait_for("document.querySelector('.version-conflict-actions')")
    panel.tab_to("Take what is stored")
    browser.press("Enter")
    browser.wait_for("document.querySelector('output').innerText === 'Theirs'")
    panel.tab_to("Save mine")
    browser.press("Enter")
    browser.wait_for("document.querySelector('output').innerText === 'mine'")


def test_a_message_is_undone_by_a_key_and_gives_the_focus_back(panel: Panel, browser: Browser) -> None:
    panel.open("/customers")
    panel.tab_to("Exports")
    show = (
        "import(document.querySelector('script[src]').src).then(({toast}) =>"
        " toast('Tag added.', async () => { window.undone = (window.undone ?? 0) + 1; }))"
    )
    browser.evaluate(show)
    panel.has_text("Tag added.")
    browser.press("Control+z")
    panel.has_text("Undone.")
    assert browser.evaluate("window.undone") == 1
    assert panel.focused() == "Exports"
    browser.evaluate(show)
    panel.has_text("Tag added.")
    browser.evaluate("document.querySelector('.toast:last-child button').focus()")
    browser.press("Enter")
    browser.wait_for("window.undone === 2 && document.activeElement.innerText === 'Exports'")
