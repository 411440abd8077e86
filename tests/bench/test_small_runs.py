"""Run benches that take minutes with a fraction of their data, so that changes of the product do not break them."""

import pytest

from tests.bench import bench_bounds, bench_edits, bench_imports
from tests.bench.figures import Figure


def values(figures: list[Figure]) -> dict[str, float]:
    """Return the values by name."""
    return {figure.name: figure.value for figure in figures}


def test_the_imports_bench_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bench_imports, "ROWS", 20)
    monkeypatch.setattr(bench_imports, "EDITED", 10)
    monkeypatch.setattr(bench_imports, "_memory", list)
    found = values(bench_imports.run())
    assert found["its profiles, with all entries in lists"] == 8
    assert found["their profiles"] == 2


def test_the_bounds_bench_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bench_bounds, "LOG_INS", 10)
    monkeypatch.setattr(bench_bounds, "DEVICES", 30)
    monkeypatch.setattr(bench_bounds, "TRAITS", 100)
    found = values(bench_bounds.run())
    assert found["largest item of a visitor who sends 100 traits"] > 30 * 300


def test_the_edits_bench_runs() -> None:
    found = values(bench_edits.run())
    assert (found["a tag (floor 5)"], found["a consent (floor 3)"]) == (5, 3)
