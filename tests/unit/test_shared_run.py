"""A run that several processes share reports the same as a run in one process."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from textwrap import dedent
from types import SimpleNamespace
from typing import Any

import pytest

from tests.support.shared_run import files_of
from tests.support.thoroughness import THOROUGH

ROOT = Path(__file__).parents[2]
FILES = {
    "test_fine.py": """
        import pytest
        @pytest.mark.parametrize("n", range(60))
        def test_passes(n): print("printed", n)
        @pytest.mark.skip(reason="not today")
        def test_skipped(): pass
        @pytest.mark.xfail
        def test_expected(): assert False
    """,
    "walk/test_wrong.py": """
        import pytest
        @pytest.fixture
        def torn():
            yield
            raise ValueError("at the end")
        def test_fails(): assert [1, 2] == [1, 3]
        def test_ends_badly(torn): pass
        def test_begins_badly(missing): pass
    """,
    "walk/test_ends.py": "def test_has_what_all_have(common): assert common == 1",
    "walk/conftest.py": """
        import pytest
        @pytest.fixture
        def common(): return 1
    """,
    "walk/test_begins.py": "def test_has_what_all_have(common): assert common == 1",
    "test_broken.py": "import nothing_of_that_name",
    "test_empty.py": "",
}
DYING = """
    import os
    def test_before(): pass
    def test_dies(): os._exit(3)
"""


DIES = "test_dying.py"

Report = tuple[int, dict[str, int], str]
"""The exit status, the numbers of the last line, and all lines."""


OF_CI = {"CI", "BUILD_NUMBER"}
"""Variables with which pytest repeats whole messages in its summary."""

ENVIRONMENT = {name: value for name, value in os.environ.items() if name not in OF_CI} | {
    "PYTHONPATH": str(ROOT),
    "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
}


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("files")
    for name, content in {**FILES, DIES: DYING}.items():
        write(place / name, content)
    return place


@pytest.fixture(scope="module")
def shared(files: Path) -> Report:
    return run(files, *SHARED)


def write(path: Path, content: str) -> None:
    path.parent.mkdir(exist_ok=True)
    path.write_text(dedent(content))


def run(place: Path, *options: str) -> Report:
    command = [sys.executable, "-m", "pytest", "-c", os.devnull, f"--rootdir={place}", *options, "."]
    done = subprocess.run(  # noqa: S603
        [*command, "-p", "no:cacheprovider", "--import-mode=importlib", "-ra"],
        cwd=place,
        env=ENVIRONMENT,
        capture_output=True,
        text=True,
        check=False,
    )
    numbers = re.findall(r"(\d+) (passed|failed|skipped|xfailed|errors?)", done.stdout.splitlines()[-1])
    return done.returncode, {name: int(number) for number, name in numbers}, done.stdout


SHARED = ("-p", "tests.support.shared_run", "--processes=2")
ALONE = SHARED if THOROUGH else (*SHARED[:2], "--processes=1")


def test_the_report_equals_that_of_one_process(files: Path, shared: Report) -> None:
    status, numbers, output = shared
    assert (status, numbers) == (1, {"failed": 2, "passed": 63, "skipped": 1, "xfailed": 1, "errors": 3})
    if THOROUGH:
        alone = run(files, "--continue-on-collection-errors", f"--ignore={DIES}")
        assert (status, numbers) == (alone[0], alone[1] | {"failed": alone[1]["failed"] + 1})
    for line in ("assert [1, 2] == [1, 3]", "at the end", "fixture 'missing' not found", "not today"):
        assert line in output
    assert "nothing_of_that_name" in output
    assert "printed 5" not in output


def test_a_process_that_dies_fails_its_file(shared: Report) -> None:
    status, numbers, output = shared
    assert (status, numbers["failed"]) == (1, 2)
    assert output.count("ended before the file did") == 1
    assert f"ended before the file did: {DIES}" in output


def test_a_run_without_failures_passes(tmp_path: Path) -> None:
    write(tmp_path / "test_fine.py", FILES["test_fine.py"])
    assert run(tmp_path, *ALONE)[:2] == (0, {"passed": 60, "skipped": 1, "xfailed": 1})


def test_exitfirst_stops_at_the_first_failure(files: Path) -> None:
    status, numbers, _ = run(files, *ALONE, "--exitfirst")
    assert status != 0
    assert numbers.get("failed", 0) + numbers.get("error", 0) + numbers.get("errors", 0) == 1


def test_slow_files_run_first(tmp_path: Path) -> None:
    for name, content in {
        "test_a.py": "",
        "walk/test_b.py": "",
        "test_c.py": "from tests.support.thoroughness import part_of",
    }.items():
        write(tmp_path / name, content)
    config: Any = SimpleNamespace(args=[str(tmp_path)])
    assert [path.name for path in files_of(config)] == ["test_c.py", "test_b.py", "test_a.py"]
