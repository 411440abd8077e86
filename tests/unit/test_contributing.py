"""Compare CONTRIBUTING.md with the repository: its files, commands and tests exist."""

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
CRM = ROOT / "layers/shared/crm"
PAGE = (ROOT / "CONTRIBUTING.md").read_text()
NAMED = sorted(set(re.findall(r"`([^`\n]+)`", PAGE)))
TESTS = [name for name in NAMED if "::" in name]
FILES = [name for name in NAMED if re.fullmatch(r"[\w./]+\.\w+|[\w.]+(?:/[\w.]+)+", name)]
RECIPES = dict(re.findall(r"^### (.+?)\n(.+?)(?=^### |\Z)", PAGE, re.MULTILINE | re.DOTALL))
WANTED = {
    "A route",
    "A condition type",
    "An operator",
    "An attribute type",
    "A consent channel",
    "A CSV header alias",
    "An event category",
    "A change event",
    "A Lambda function",
    "An alarm",
    "A parameter of the deployment",
    "A retention period",
    "A kind of job",
    "A page of the console",
    "A bench",
}


def test_every_common_addition_has_a_recipe() -> None:
    assert RECIPES.keys() == WANTED


@pytest.mark.parametrize("recipe", RECIPES)
def test_a_recipe_lists_its_files_and_its_failing_tests(recipe: str) -> None:
    steps, _, failing = RECIPES[recipe].partition("Fail until done:")
    assert re.search(r"^1\. .*`", steps, re.MULTILINE)
    assert "`tests/" in failing


@pytest.mark.parametrize(
    ("recipe", "most"),
    [("A route", 5), ("A condition type", 5), ("An operator", 4), ("A consent channel", 4)],
)
def test_a_common_addition_changes_few_files(recipe: str, most: int) -> None:
    """Count the files of the product and its docs; for a condition type, also those of the tests."""
    steps = re.findall(r"^\d\. .+?(?=^\d\. |^$)", RECIPES[recipe], re.MULTILINE | re.DOTALL)
    needed = "".join(step for step in steps if "only if" not in step.lower())
    named = {name for name in re.findall(r"`([^`\n]+)`", needed) if name in FILES}
    changed = named if recipe == "A condition type" else {n for n in named if not n.startswith("tests/")}
    assert 0 < len(changed) <= most, changed


@pytest.mark.parametrize("name", FILES)
def test_every_file_on_the_page_exists(name: str) -> None:
    assert (ROOT / name).exists() or (CRM / name).exists() or (ROOT / "functions/profiles" / name).exists()


@pytest.mark.parametrize("name", TESTS)
def test_every_test_on_the_page_exists(name: str) -> None:
    path, _, function = name.partition("::")
    assert f"\ndef {function}(" in (ROOT / path).read_text()


def test_every_command_is_a_target_of_the_makefile() -> None:
    makefile = (ROOT / "Makefile").read_text()
    targets = set(re.findall(r"^([a-z][a-z0-9-]*):", makefile, re.MULTILINE))
    targets |= set(" ".join(re.findall(r"^\.PHONY: (.+)$", makefile, re.MULTILINE)).split())
    asked = set(re.findall(r"`make ([a-z0-9-]+)", PAGE))
    assert asked >= {"check", "test", "openapi", "diagram", "template"}
    assert asked <= targets


def test_the_table_of_the_gate_has_every_check() -> None:
    static = re.search(r"^STATIC := ((?:.*\\\n)*.*)$", (ROOT / "Makefile").read_text(), re.MULTILINE)
    assert static
    assert {f"make {check}" for check in static[1].replace("\\", "").split()} <= set(NAMED)


def test_the_table_of_tests_has_every_folder_that_is_run() -> None:
    configured = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["pytest"]["ini_options"]
    assert set(configured["testpaths"]) <= set(NAMED)
    assert {str(path.parent.relative_to(ROOT)) for path in (ROOT / "tests").glob("*/test_*.py")} <= set(NAMED)


def test_the_readme_and_the_architecture_link_to_the_page() -> None:
    assert "](CONTRIBUTING.md)" in (ROOT / "README.md").read_text()
    assert "](../CONTRIBUTING.md)" in (ROOT / "docs/architecture.md").read_text()
