"""The result of a bench: figures with budgets and baselines, and their table."""

import statistics
from collections.abc import Iterable
from dataclasses import dataclass

COLUMNS = ("bench", "figure", "value", "budget", "naive", "naive / value", "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One measured number. A budget is a maximum, or with `at_least` a minimum; `naive` is the naive way's figure."""

    bench: str
    name: str
    value: float
    unit: str = ""
    budget: float | None = None
    at_least: bool = False
    naive: float | None = None

    @property
    def holds(self) -> bool:
        """Return whether the budget is kept; a figure without a budget always holds."""
        if self.budget is None:
            return True
        return self.value >= self.budget if self.at_least else self.value <= self.budget

    def row(self) -> tuple[str, ...]:
        """Return the cells of the figure in the report, in the order of `COLUMNS`."""
        bound = "" if self.budget is None else f"{'>=' if self.at_least else '<='} {_short(self.budget)}"
        ratio = _short(self.naive / self.value) if self.naive and self.value else ""
        naive = "" if self.naive is None else _short(self.naive)
        verdict = "" if self.budget is None else ("ok" if self.holds else "MISSED")
        return (
            self.bench,
            self.name,
            f"{_short(self.value)} {self.unit}".strip(),
            bound,
            naive,
            ratio,
            verdict,
        )


def report(figures: Iterable[Figure]) -> str:
    """Return all figures as one aligned table."""
    rows = [COLUMNS, *(figure.row() for figure in figures)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(COLUMNS))]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in rows]
    return "\n".join(line.rstrip() for line in [lines[0], "-" * len(lines[0]), *lines[1:]])


def median(values: Iterable[float]) -> float:
    """Return the median, which a noisy machine affects least."""
    return statistics.median(values)


def _short(number: float) -> str:
    if number and abs(number) < 10:
        return f"{number:.3g}"
    return f"{number:,.1f}".removesuffix(".0")
