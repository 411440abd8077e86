"""Property tests do not fail on a busy machine."""

import ast
from collections.abc import Iterator
from pathlib import Path

from hypothesis import HealthCheck, settings

TESTS = Path(__file__).parents[1]


def test_examples_have_no_deadline() -> None:
    assert settings().deadline is None
    assert HealthCheck.too_slow in settings().suppress_health_check
    assert settings(max_examples=3).deadline is None


def settings_in(path: Path) -> Iterator[tuple[str, str]]:
    """Return the module's own settings of the deadline and the disabled health checks."""
    text = path.read_text()
    if "settings(" not in text and "examples(" not in text:
        return
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Call) and ast.unparse(node.func).endswith(("settings", "examples")):
            yield from ((keyword.arg or "", ast.unparse(keyword.value)) for keyword in node.keywords)


def test_no_module_sets_a_deadline_or_the_too_slow_check() -> None:
    for path in TESTS.rglob("test_*.py"):
        for name, value in settings_in(path):
            if name == "deadline":
                assert value == "None", path
            if name == "suppress_health_check":
                assert "too_slow" in value or value == "list(HealthCheck)", path
