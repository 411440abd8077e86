"""Measure the cost of customers' actions, and write it to docs/deploy.md: `python -m tests.bench.customer_costs`.

The units are stored beside this file: a test compares the documentation with them, and the bench compares the code.
"""

import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2] / "layers/shared"))

from tests.bench.customer_scenarios import scenarios
from tests.bench.live_stage import Spent
from tests.support.progress import with_progress

KEPT = Path(__file__).with_name("customer_units.json")
DOCS = Path(__file__).parents[2] / "docs/deploy.md"
BEGIN, END = "<!-- written by tests.bench.customer_costs -->\n", "<!-- end -->\n"
DOLLARS_PER_WRITE = 0.625 / 1e6
DOLLARS_PER_READ = 0.125 / 1e6
"""DynamoDB on demand, us-east-1, list prices since November 2024."""
TOLERANCE = 0.05

Units = dict[str, dict[str, float]]


def measured() -> dict[str, Spent]:
    """Return the units of one customer by scenario."""
    return dict(with_progress(scenarios(), "customers", 11))


def equals_stored_units(name: str, spent: Spent) -> bool:
    """Return whether a scenario takes the stored units, apart from differences in the lengths of random ids."""
    kept = stored_units().get(name, {"write": 0, "read": 0})
    return all(
        abs(found - shown) <= TOLERANCE * max(found, shown)
        for found, shown in ((spent.write, kept["write"]), (spent.read, kept["read"]))
    )


def stored_units() -> Units:
    """Return the write and read units by scenario of the last measurement."""
    units: Units = json.loads(KEPT.read_text())
    return units


def table(units: Units) -> str:
    """Return the units, and the dollars for a million of each, as Markdown."""
    rows = [
        f"| {name} | {each['write']:.3g} | {each['read']:.3g} | ${_dollars(each):.2f} |\n"
        for name, each in units.items()
    ]
    head = "| customer activity | write units | read units | DynamoDB, per million |\n|---|---|---|---|\n"
    return head + "".join(rows)


def shown() -> str:
    """Return the table of the documentation."""
    return DOCS.read_text().partition(BEGIN)[2].partition(END)[0]


def _dollars(units: dict[str, float]) -> float:
    return 1e6 * (units["write"] * DOLLARS_PER_WRITE + units["read"] * DOLLARS_PER_READ)


def main() -> None:
    """Measure, and write the figures and the documentation."""
    units = {
        name: {"write": round(spent.write, 2), "read": round(spent.read, 2)}
        for name, spent in measured().items()
    }
    KEPT.write_text(json.dumps(units, indent=2) + "\n")
    before, _, rest = DOCS.read_text().partition(BEGIN)
    DOCS.write_text(before + BEGIN + table(units) + END + rest.partition(END)[2])


if __name__ == "__main__":
    main()
