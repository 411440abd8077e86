"""Run benches and print their figures: `python -m tests.bench [name ...]`. Exit with status 1 if a budget is missed."""

import argparse
import importlib
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2] / "layers/shared"))

from tests.bench.figures import Figure, report

BENCHES = {
    "stored-size": "bytes of a browser's event in the table",
    "write-units": "write units per event, including all indexes and profiles",
    "customer-units": "write units of customer activities, including segments and changes by time",
    "rate-limit": "write units per event of the default rate limit of sources, and in a flood",
    "worst-customer": "units, items and CPU of a customer with 360 active days and 200 year-long sums",
    "bounds": "size and write units of the largest customers that public requests can create",
    "edits": "write units of edits, tags, consents, notes and tasks, against a floor",
    "card-reads": "lookups and read units of one profile card",
    "cpu": "CPU of accepting events, compared with one PynamoDB save each",
    "side-by-side": "projecting a batch by several threads, compared with one by one, on a table with latency",
    "projection-cpu": "CPU of projecting a view and a purchase, compared with PynamoDB and botocore",
    "import-rows": "rows of files parsed and validated per CPU second",
    "code-pages": "lists of customers in the code pages of all regions that are read correctly",
    "cold-start": "cold start of each function, compared with a naive handler",
    "imports": "write units and speed of importing rows, and memory by the size of the file",
    "import-stack": (
        "rows per second of a file dropped into the running local stack, compared with bare writes"
    ),
    "segments": (
        "conditions evaluated per second and core, compared with two other implementations; an "
        "event with up to 1,000 segments"
    ),
    "segments-kept": "units of building a segment and of changes by time, compared with the minimum",
    "segments-cdnow": (
        "the segments of the oracle over the whole purchase log, by events and by the clock, "
        "compared with SQL"
    ),
    "audiences": "write units of a purchase with 20 audiences defined, including later changes by time",
    "segments-peers": "CPU of keeping 20 audiences exact, compared with recomputing them by DuckDB",
    "cdnow": "a purchase log of 69,659 lines replayed twice: profiles, activities, revenue",
}


def main(arguments: list[str]) -> int:
    """Run the named benches, or all; return 0 if all budgets hold, else 1."""
    epilog = "\n".join(f"  {name:<14} {what}" for name, what in BENCHES.items())
    layout = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(
        "tests.bench", description=__doc__, epilog=epilog, formatter_class=layout
    )
    parser.add_argument("name", nargs="*", help="benches to run, by name (default: all)")
    names = parser.parse_args(arguments).name or list(BENCHES)
    if unknown := [name for name in names if name not in BENCHES]:
        parser.error(f"unknown benches: {', '.join(unknown)}; choose from {', '.join(BENCHES)}")
    figures = [figure for name in names for figure in _run(name)]
    print(report(figures))
    missed = [figure for figure in figures if not figure.holds]
    print(f"\n{len(missed)} budgets missed" if missed else "\nAll budgets hold")
    return 1 if missed else 0


def _run(name: str) -> list[Figure]:
    started = time.monotonic()
    module = importlib.import_module(f"tests.bench.bench_{name.replace('-', '_')}")
    figures: list[Figure] = module.run()
    sys.stderr.write(f"{name}: {time.monotonic() - started:.0f} s\n")
    return figures


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
