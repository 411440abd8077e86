"""Fixtures of the snippet's tests: Chromium, and Firefox if it is installed."""

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
    """Return a browser with a new profile for each test, and no open page of another test, which would continue to
    send.
    """
    opened: Browser = request.getfixturevalue("_browser" if request.param == "chromium" else "_firefox")
    opened.open()
    yield opened
    opened.close()
