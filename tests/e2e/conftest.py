"""Fixtures of the end-to-end tests: the local stack, a browser, and servers on loopback."""

import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.browser import Browser
from tests.e2e.files import Files
from tests.e2e.loopback import SDKS, Site, StubApi, duplicating_proxy, site, stub_api
from tests.e2e.stack import Stack

pytest.register_assert_rewrite("tests.e2e.story")

ROOT = Path(__file__).parents[2]
STACK = Path(os.environ.get("STACK_JSON", ROOT / ".local/stack.json"))
CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")


def _unavailable(reason: str) -> None:
    """Skip the test, or fail if the end-to-end tests are required (E2E_REQUIRED is set)."""
    if os.environ.get("E2E_REQUIRED"):
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.fixture(scope="session")
def described() -> dict[str, str]:
    """Return the address of the stack and its keys."""
    if not STACK.is_file():
        _unavailable(f"no local stack is running ({STACK} does not exist): run `make stack-up`")
    described: dict[str, str] = json.loads(STACK.read_text())
    return described


@pytest.fixture(scope="session")
def stack(described: dict[str, str]) -> Stack:
    stack = Stack.of(described)
    if not stack.answers():
        _unavailable(f"the stack of {STACK} does not answer at {stack.api_url}: run `make stack-up`")
    return stack


@pytest.fixture
def files(stack: Stack, described: dict[str, str]) -> Files:
    """Return access to the stack and its bucket, with names and addresses that no other test has."""
    return Files.of(stack, described)


@pytest.fixture(scope="session")
def node_clients() -> Path:
    if not shutil.which("node") or not SDKS.is_dir():
        _unavailable("the JavaScript clients are not installed: run `npm ci` in tests/e2e (Node 20 or later)")
    return SDKS


@pytest.fixture(scope="session")
def _browser(node_clients: Path) -> Iterator[Browser]:
    if not Path(CHROMIUM).exists():
        _unavailable(f"no Chromium at {CHROMIUM}: install it, or name another one in CHROMIUM")
    with Browser("chromium", CHROMIUM) as browser:
        yield browser


@pytest.fixture
def browser(_browser: Browser) -> Browser:
    """Return the browser with a new profile for each test."""
    _browser.open()
    return _browser


@pytest.fixture
def shop() -> Iterator[Site]:
    """Serve a customer's web site, on another origin than the API."""
    with site() as published:
        yield published


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    """The folder of screenshots: SCREENSHOTS, or a temporary one."""
    folder = Path(os.environ.get("SCREENSHOTS", tmp_path))
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@pytest.fixture
def stub() -> Iterator[StubApi]:
    with stub_api() as api:
        yield api


@pytest.fixture(scope="module", params=["once", "twice"])
def api_url(request: pytest.FixtureRequest, stack: Stack) -> Iterator[str]:
    """Return the API as clients reach it: directly, and through a network that sends every request twice."""
    if request.param == "once":
        yield stack.api_url
    else:
        with duplicating_proxy(stack.api_url) as url:
            yield url
