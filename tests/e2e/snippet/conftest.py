"""The snippet is played in Chromium, and in Firefox where there is one."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.browser import Browser

FIREFOX = os.environ.get("FIREFOX") or shutil.which("firefox-esr") or shutil.which("firefox")


@pytest.fixture(scope="session")
def _firefox(node_clients: Path) -> Iterator[Browser]:
    if not FIREFOX:
        pytest.skip("no Firefox here: install firefox-esr, or name another one in FIREFOX")
    with Browser("firefox", FIREFOX) as browser:
        yield browser


@pytest.fixture(params=["chromium", "firefox"])
def browser(request: pytest.FixtureRequest) -> Iterator[Browser]:
    """With a new profile for every test, and no page between tests: one that stays open goes on working."""
    opened: Browser = request.getfixturevalue("_browser" if request.param == "chromium" else "_firefox")
    opened.open()
    yield opened
    opened.close()
