"""Every page as a marketer and as an agent who is limited to a class: only permitted actions are offered."""

import json
import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.browser import Browser
from tests.e2e.console.pages import PAGES
from tests.e2e.console.panel import Panel
from tests.e2e.stack import Stack, call

OPENAPI = Path(__file__).parents[3] / "docs/openapi.json"
UNSEEN = "A key that is limited to classes may not call it."
PRESS_EVERYTHING = """(async () => {
  const here = location.pathname;
  const pressed = new Set();
  const pause = () => new Promise((resolve) => setTimeout(resolve, 25));
  const tabs = () => [...document.querySelectorAll('main [role=tab][aria-selected=true]')];
  const keyOf = (one) => [
    one.closest('dialog')?.querySelector('h2')?.innerText ?? '',
    one.closest('[role=tabpanel]') ? tabs().map((tab) => tab.dataset.tab) : '',
    one.getAttribute('aria-label') ?? one.dataset.tab ?? one.innerText,
  ].join(' / ');
  const controls = 'button:not(.filter-quick *, .tag-cloud *), summary, thead input';
  const next = (place) => [...place.querySelectorAll(controls)].find(
    (one) => !one.disabled && one.checkVisibility() && !pressed.has(keyOf(one)));
  for (let turn = 0; turn < 120 && location.pathname === here; turn += 1) {
    const dialog = [...document.querySelectorAll('dialog[open]')].at(-1);
    const close = dialog?.querySelector('.dialog-actions button:first-child:not(:last-child)');
    if (close) pressed.add(keyOf(close));
    const button = next(dialog?.querySelector('.dialog-content') ?? document.querySelector('main'));
    if (!button && !dialog) break;
    if (!button) dialog.dispatchEvent(new Event('cancel', {cancelable: true}));
    else { pressed.add(keyOf(button)); button.click(); }
    await pause();
  }
  return [...pressed];
})()"""


@cache
def _operations() -> list[tuple[str, re.Pattern[str], dict[str, Any]]]:
    """Return the method, the pattern of the path and the operation of each route, fewer parameters first."""
    paths = sorted(json.loads(OPENAPI.read_text())["paths"].items(), key=lambda item: item[0].count("{"))
    return [
        (method.upper(), re.compile(re.sub(r"\{[^}]+\}", "[^/]+", path) + "$"), operation)
        for path, operations in paths
        for method, operation in operations.items()
    ]


def _refused(request: str, caller: dict[str, Any]) -> bool:
    """Return whether the caller may not send a request, by the API document."""
    method, _, url = request.partition(" ")
    path = "/v1/" + url.partition("/v1/")[2].partition("?")[0]
    operation = next(
        found for verb, pattern, found in _operations() if verb == method and pattern.match(path)
    )
    scopes = [scope for need in operation.get("security", []) for scope in need.get("apiKey", [])]
    hidden = caller["classes"] is not None and UNSEEN in operation.get("description", "")
    return hidden or ("admin" not in caller["scopes"] and not set(scopes) <= set(caller["scopes"]))


def _caller(stack: Stack, key: str) -> dict[str, Any]:
    answer = call(f"{stack.api_url}/v1/me", headers={"authorization": f"Bearer {key}"})
    return dict(answer.json())


@pytest.mark.parametrize("role", ["marketer", "agent"])
@pytest.mark.parametrize("page", PAGES)
def test_only_permitted_actions_are_offered(
    panel: Panel, browser: Browser, stack: Stack, ids: dict[str, str], page: str, role: str
) -> None:
    """The test presses every button; changes are not sent, but looked up in the API document."""
    visible = stack.admin(f"/v1/profiles/{ids['customer']}/classes/vip", method="PUT")
    assert visible.status == 200, "the agent sees customers of this class only"
    broken = {"code": "unavailable", "message": "not now", "details": {}}
    browser.break_changes("/v1/", status=503, body=broken)
    panel.open(PAGES[page].format(**ids), role=role)
    pressed = browser.evaluate(PRESS_EVERYTHING)
    caller = _caller(stack, panel.keys[role])
    sent = [request for request in browser.requests() if "/v1/" in request]
    assert browser.forbidden_requests() == [], pressed
    assert [request for request in sent if _refused(request, caller)] == [], pressed
    assert [complaint for complaint in browser.errors() if " 503 " not in complaint] == [], pressed
