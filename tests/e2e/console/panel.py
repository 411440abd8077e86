"""The console in a browser, used by a signed-in person."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from tests.e2e.browser import Browser
from tests.e2e.stack import Stack

Mount = Callable[[str], None]
"""A function that shows the result of an expression, with everything of core.js in scope."""

KEY = "console.key"
AXE = Path(__file__).parents[1] / "node_modules/axe-core/axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]

SEEN = """(() => {
  const one = document.activeElement;
  // The browser itself marks a part of a field, such as the button of a date.
  if (!one.matches(':focus') || one.matches('h1, main')) return '';
  const {outlineStyle, outlineWidth} = getComputedStyle(one);
  if (outlineStyle === 'none' || parseFloat(outlineWidth) < 1) return `no outline: ${one.outerHTML.slice(0, 120)}`;
  const {left, top, right, bottom} = one.getBoundingClientRect();
  const at = document.elementFromPoint((left + right) / 2, Math.min((top + bottom) / 2, innerHeight - 1));
  return at && (one.contains(at) || at.contains(one) || at.closest('label')?.control === one)
    ? '' : `covered: ${one.outerHTML.slice(0, 120)}`;
})()"""
"""A script that returns why the focus is not visible, or an empty text: the focus needs an outline, and nothing above
it.
"""


@cache
def _axe() -> str:
    return AXE.read_text()


@dataclass(frozen=True)
class Panel:
    """A tab with the console. `keys`: API keys by role, `admin`, `marketer` and `agent`."""

    browser: Browser
    stack: Stack
    keys: dict[str, str]

    @property
    def url(self) -> str:
        return f"{self.stack.api_url}/console"

    def open(self, path: str, *, role: str = "admin") -> None:
        """Open a page as a signed-in user, and wait until it is shown."""
        self.start(path, role=role)
        self.is_shown()

    def start(self, path: str, *, role: str = "admin") -> None:
        """Open a page as a signed-in user, without a wait for its data."""
        script = f"sessionStorage.setItem({json.dumps(KEY)}, {json.dumps(self.keys[role])})"
        self.browser.before_scripts(script)
        self.browser.goto(self.url + path)

    def is_shown(self) -> None:
        """Wait until the page has its title and its data."""
        self.browser.wait_for("document.querySelector('main h1')")
        self.browser.wait_for(
            "!document.querySelector('main [aria-busy=true], main .skeleton, main .table[aria-busy=true]')"
        )

    def is_still(self) -> None:
        """Wait until all animations have ended, except endless ones."""
        self.browser.wait_for(
            "document.getAnimations().every(({playState, effect}) => "
            "playState !== 'running' || effect.getTiming().iterations === Infinity)"
        )

    def heading(self) -> str:
        return self.browser.text("main h1")

    def path(self) -> str:
        """Return the tab's path below the console, with its query."""
        address = str(self.browser.evaluate("location.pathname + location.search"))
        return address.partition("/console")[2]

    def goes_to(self, path: str) -> None:
        """Wait until the tab has this path."""
        self.browser.wait_for(
            f"(location.pathname + location.search).endsWith({json.dumps('/console' + path)})"
        )
        self.is_shown()

    def has_text(self, text: str) -> None:
        """Wait until the page shows the text."""
        self.browser.wait_for(f"document.body.innerText.includes({json.dumps(text)})")

    def press_button(self, name: str) -> None:
        """Click the button, tab or menu entry of this name."""
        self.browser.click(f'role=button[name="{name}"]')

    def focused(self) -> str:
        """Return the text or the label of the focused element."""
        return str(
            self.browser.evaluate(
                "document.activeElement === document.body ? '' : document.activeElement.innerText"
                " || document.activeElement.getAttribute('aria-label')"
                " || document.activeElement.labels?.[0]?.innerText || ''"
            )
        )

    def tab_to(self, name: str) -> None:
        """Press Tab until the element with this text or label has the focus."""
        for _ in range(60):
            if name in self.focused():
                return
            self.browser.press("Tab")
        raise AssertionError(f"Tab never reaches {name}")

    def violations(self) -> list[str]:
        """Return the violations that axe finds on the page, with their places."""
        self.is_still()
        options = json.dumps({"runOnly": RULES})
        found: list[dict[str, Any]] = self.browser.evaluate(
            f"{_axe()};axe.run(document, {options}).then((found) => found.violations.map(({{id, nodes}}) => "
            "({id, nodes: nodes.map(({target, failureSummary}) => `${target}: ${failureSummary}`)})))"
        )
        return [f"{rule['id']} at {node}" for rule in found for node in rule["nodes"]]

    def calls(self) -> list[str]:
        """Return the calls of the API since the last time, without queries: `GET /v1/profiles`."""
        made = [request.split(" ") for request in self.browser.requests()]
        return [
            f"{method} /v1/{url.partition('/v1/')[2].partition('?')[0]}"
            for method, url in made
            if "/v1/" in url
        ]
