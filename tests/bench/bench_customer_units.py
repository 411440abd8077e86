"""Measure the write units of customers' actions with changing segments.

The figures include all writes of both consumers of the stream, beside a floor: each changed item written once.
"""

import sys

from tests.bench import customer_scenarios as scenarios
from tests.bench.customer_costs import KEPT, equals_stored_units, measured
from tests.bench.figures import Figure

NAME = "customer-units"
BUDGETS = {
    scenarios.VIEW: 4,
    scenarios.VIEW_IN_SESSION: 3,
    scenarios.PURCHASE: 7,
    scenarios.PURCHASE_AGAIN: 4,
    scenarios.AUDIENCES_PURCHASE: 7,
    scenarios.ENTERING: 50,
    scenarios.CHANGE: 2.2,
    scenarios.FLIP: 7,
    scenarios.LOG_IN: 12,
    scenarios.IMPORT: 8,
}


def run() -> list[Figure]:
    """Measure each scenario, and compare the costs in the documentation with the figures."""
    found = measured()
    figures = [
        Figure(
            bench=NAME,
            name=f"{name} (floor {spent.floor:.3g})",
            value=spent.write,
            unit="write units",
            budget=BUDGETS.get(name),
        )
        for name, spent in found.items()
    ]
    others = [name for name, spent in found.items() if not equals_stored_units(name, spent)]
    for name in others:
        sys.stderr.write(f"{NAME}: {name}: measure again with python -m tests.bench.customer_costs\n")
    name = f"figures that differ from {KEPT.name}"
    return [*figures, Figure(bench=NAME, name=name, value=len(others), budget=0)]
