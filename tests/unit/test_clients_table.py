"""The table of clients in docs/tracking-api.md has the clients and versions of the end-to-end tests."""

import json
import re
from pathlib import Path

from tests.e2e.browser_sdks import BROWSER
from tests.e2e.server_sdks import SDKS

ROOT = Path(__file__).parents[2]
SNIPPET = "snippet"
_ROW = re.compile(r"^\| `([^`]+)` \| ([\d.]+) \| ", re.MULTILINE)


def table() -> list[tuple[str, str]]:
    """Return (SDK, version) of each row."""
    section = (ROOT / "docs/tracking-api.md").read_text().partition("\n## Clients\n")[2]
    return _ROW.findall(section)


def pinned() -> dict[str, str]:
    packages: dict[str, str] = json.loads((ROOT / "tests/e2e/package.json").read_text())["devDependencies"]
    lock = (ROOT / "requirements-dev.txt").read_text()
    return packages | dict(re.findall(r"^([a-z0-9-]+)==(\S+)", lock, re.MULTILINE))


def run() -> set[str]:
    return {sdk.partition(",")[0] for sdk in (*SDKS, *BROWSER) if sdk != SNIPPET}


def test_the_table_lists_exactly_the_tested_clients() -> None:
    names = [name for name, _ in table()]
    assert sorted(names) == sorted(run())


def test_the_table_lists_the_pinned_versions() -> None:
    versions = pinned()
    assert table()
    assert table() == [(name, versions[name]) for name, _ in table()]
