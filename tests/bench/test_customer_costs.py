"""The documentation contains the measured costs."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.bench import customer_bill
from tests.bench.customer_costs import shown, stored_units, table
from tests.bench.customer_scenarios import VIEW
from tests.support.thoroughness import some_of

ROOT = Path(__file__).parents[2]


def test_the_documented_costs_equal_the_measured_ones() -> None:
    assert shown() == table(stored_units())


def test_the_price_of_a_million_is_computed_from_units() -> None:
    (row,) = table({"a view": {"write": 4, "read": 2}}).splitlines()[2:]
    assert row == "| a view | 4 | 2 | $2.75 |"


def test_the_documented_bill_equals_the_measured_one() -> None:
    assert customer_bill.shown() == customer_bill.table()


def test_the_total_of_a_bill_is_the_sum_of_its_parts() -> None:
    *parts, altogether, _ = customer_bill.bill(VIEW)
    assert altogether == pytest.approx(sum(parts))
    database, api, functions, others = (1e6 * part for part in parts)
    assert database == pytest.approx(4 * 0.625 + 4 * 0.125)
    assert api == pytest.approx(1.115)
    assert functions == pytest.approx(3 * 0.2 + (0.015 + 1.73 * 0.03 + 0.01) * 13.3334)
    assert others == 0


@pytest.mark.parametrize("module", some_of(["customer_bill", "customer_costs"], one_in=2))
def test_the_commands_run_without_pythonpath(module: str) -> None:
    """The commands run as documented: `python -m tests.bench.customer_bill`."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    command = [sys.executable, "-c", f"import tests.bench.{module}"]
    started = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)  # noqa: S603
    assert started.returncode == 0, started.stderr
