"""Every example of the documentation runs unchanged, in order, in one shell, against a separate stack."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import textwrap
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from infra.local.during import free_port
from infra.local.layout import STACK_FILE, write_secret
from tests.e2e.conftest import ROOT
from tests.e2e.stack import Stack

PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
RUN = {"sh", "python", "js"}
NOT_RUN = {
    "sh command": "commands of the project itself, and of AWS",
    "html excerpt": "what is pasted into a page",
    "js excerpt": "code of a page",
    "python excerpt": "a part of a receiver",
    "http": "a request that the deployment sends",
    "json": "an answer, or a request's body",
    "mermaid": "a drawing",
}
COMMANDS = (
    "make ",
    "aws ",
    "sam ",
    "git ",
    ".venv/bin/python -m tests.bench",
    "#",
    "TABLE=",
    'curl -H "Authorization: Bearer $API_KEY"',
)
FENCE = re.compile(
    r"^(?P<indent> *)```(?P<kind>[^\n]*)\n(?P<text>.*?)^(?P=indent)```$", re.MULTILINE | re.DOTALL
)
INDENTED = re.compile(r"^ {4}(make|aws|curl|npm|pip|python3?|sam|git) ", re.MULTILINE)
MAX_WAIT_S = 1_200
pytestmark = pytest.mark.timeout(
    MAX_WAIT_S + 300
)  # the first test starts the stack and waits for all examples


@dataclass(frozen=True)
class Block:
    page: Path
    line: int
    kind: str
    text: str

    @property
    def place(self) -> str:
        return f"{self.page.relative_to(ROOT)}:{self.line}"


def blocks() -> list[Block]:
    return [
        Block(page, text.count("\n", 0, found.start()) + 1, found["kind"], textwrap.dedent(found["text"]))
        for page in PAGES
        for text in [page.read_text()]
        for found in FENCE.finditer(text)
    ]


def test_every_example_is_run_or_marked() -> None:
    """Examples that are neither run nor marked fail, and commands outside of fences, too."""
    kinds = Counter(block.kind for block in blocks())
    unknown = sorted({block.place for block in blocks() if block.kind not in RUN | NOT_RUN.keys()})
    assert not unknown, (
        "an example is `sh`, `python` or `js`, and runs; what cannot run has `excerpt` or `command` behind it"
    )
    assert kinds["sh"] >= 40
    assert {kind: kinds[kind] for kind in NOT_RUN if kind.endswith("excerpt")} == {
        "html excerpt": 4,
        "js excerpt": 2,
        "python excerpt": 1,
    }
    commands = [
        line
        for block in blocks()
        if block.kind == "sh command"
        for line in block.text.replace("\\\n", "").splitlines()
    ]
    assert [line for line in commands if line and not line.startswith(COMMANDS)] == []
    for page in PAGES:
        assert not INDENTED.findall(page.read_text()), page


@dataclass(frozen=True)
class Run:
    """The results of the examples: the shell's exit code, its output, and each request's status and address."""

    code: int
    output: str
    requests: list[str]

    @property
    def reached(self) -> list[str]:
        """Return the places of the examples that were started."""
        return re.findall(r"^@@ (\S+)", self.output, re.MULTILINE)


@pytest.fixture(scope="module")
def fresh_stack() -> Iterator[dict[str, str]]:
    """Start a separate stack, which `.local/stack.json` describes meanwhile for the examples."""
    known = STACK_FILE.read_text() if STACK_FILE.is_file() else None
    port = f"PORT={free_port()}"
    try:
        _make("stack-up", port)
        yield json.loads(STACK_FILE.read_text())
    finally:
        _make("stack-down", port)
        shutil.rmtree(ROOT / ".local" / port.replace("PORT=", "stack-"), ignore_errors=True)
        if known:
            write_secret(STACK_FILE, known)


@pytest.fixture(scope="module")
def run(fresh_stack: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Run:
    folder = tmp_path_factory.mktemp("docs")
    log = folder / "requests"
    log.touch()
    _write_program(folder / "curl", CURL.format(curl=shutil.which("curl"), log=log))
    script = "\n".join(
        ["set -eo pipefail", *map(_as_shell, filter(lambda block: block.kind in RUN, blocks()))]
    )
    environment = {name: os.environ[name] for name in ("HOME", "LANG", "LC_ALL") if name in os.environ}
    environment["PATH"] = f"{folder}:{Path(sys.executable).parent}:{os.environ['PATH']}"
    with (folder / "output").open("w") as output:
        shell = subprocess.Popen(  # noqa: S603 - the documentation's own
            ["bash", "-c", script],  # noqa: S607 - wherever it is
            cwd=ROOT,
            env=environment,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
        try:
            code = shell.wait(MAX_WAIT_S)
        finally:
            _end_group(shell.pid)
    return Run(code, (folder / "output").read_text(), log.read_text().splitlines())


CURL = """#!/bin/sh
case "$1" in
-sf) exec {curl} "$@" ;; # asks again and again, and fails by itself
*) exec {curl} "$@" -w '%{{stderr}}%{{http_code}} %{{method}} %{{url_effective}}\\n' 2>> {log} ;;
esac
"""
PROGRAMS = {"python": "python3 -", "js": "(cd tests/e2e && node --input-type=module -)"}


def _as_shell(block: Block) -> str:
    text = (
        block.text
        if block.kind == "sh"
        else f"{PROGRAMS[block.kind]} <<'END_OF_EXAMPLE'\n{block.text}END_OF_EXAMPLE"
    )
    return f'printf "\\n@@ {block.place} after %s s\\n" "$SECONDS"\n{text}'


def _write_program(path: Path, text: str) -> None:
    path.write_text(text)
    path.chmod(0o755)


def _make(*arguments: str) -> None:
    done = subprocess.run(  # noqa: S603
        ["make", *arguments],  # noqa: S607
        cwd=ROOT,
        check=False,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert done.returncode == 0, done.stdout


def _end_group(leader: int) -> None:
    with suppress(ProcessLookupError):
        os.killpg(leader, signal.SIGTERM)


def test_every_example_runs_unchanged(run: Run) -> None:
    tail = "\n".join(run.output.splitlines()[-40:])
    assert run.code == 0, f"{run.reached[-1:]}: {tail}"
    assert run.reached == [block.place for block in blocks() if block.kind in RUN]
    assert [shown for shown in run.requests if not shown.startswith("2")] == []


def test_events_of_the_client_examples_are_stored(run: Run, fresh_stack: dict[str, str]) -> None:
    stack = Stack.of(fresh_stack)
    ann = stack.owner_of("user_id", "user-1")
    assert ann
    assert ann["totals"]["orders"] == 3
    assert {"Order Completed", "Product Viewed"} <= {one["name"] for one in stack.timeline(ann["id"])}


def test_the_workbook_of_the_recipe_has_the_matching_customers(run: Run) -> None:
    book = openpyxl.load_workbook(ROOT / ".local/mail-regulars.xlsx")
    rows: list[Any] = [list(row) for row in book.worksheets[0].iter_rows(values_only=True)]
    assert rows[0] == ["email", "first_name", "last_name", "consent:email", "orders"]
    assert ["mia.berg@example.com", "Mia", "Berg", "granted"] in [row[:4] for row in rows]
    assert {row[3] for row in rows[1:]} == {"granted"}
    assert all(row[4] >= 2 for row in rows[1:])


def test_the_examples_leave_no_enabled_webhooks(run: Run, fresh_stack: dict[str, str]) -> None:
    webhooks = Stack.of(fresh_stack).admin("/v1/webhooks").json()["webhooks"]
    assert len(webhooks) >= 2
    assert not any(one["enabled"] for one in webhooks)
