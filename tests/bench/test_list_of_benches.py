"""Each bench of the list has a module and is in the documentation."""

from pathlib import Path

import pytest

from tests.bench.__main__ import BENCHES

ROOT = Path(__file__).parents[2]
DOCUMENTED = (ROOT / "docs/benchmarks.md").read_text()


@pytest.mark.parametrize("bench", BENCHES)
def test_every_bench_has_a_module(bench: str) -> None:
    assert (ROOT / f"tests/bench/bench_{bench.replace('-', '_')}.py").is_file()


@pytest.mark.parametrize("bench", BENCHES)
def test_every_bench_is_documented(bench: str) -> None:
    assert f"`{bench}`" in DOCUMENTED
