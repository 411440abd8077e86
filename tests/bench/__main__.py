"""`python -m tests.bench [name ...]`: run the benches, print their figures; exit 1 when a budget is missed."""

import argparse
import importlib
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2] / "layers/shared"))

from tests.bench.figures import Figure, report

BENCHES = {
    "stored-size": "bytes a browser's event takes in the table",
    "write-units": "write units per event, everything included",
    "customer-units": "write units of what customers do, segments and time included",
    "rate-limit": "write units per event of the default limit of sources, and in a flood",
    "worst-customer": "units, items and CPU of a customer with 360 active days and 200 year-long sums",
    "bounds": "size and write units of the worst customers that strangers can make",
    "edits": "write units of edits, tags, consents, notes and tasks, against a floor",
    "card-reads": "look-ups and read units of one profile card",
    "cpu": "CPU of taking in events, against one PynamoDB save each",
    "side-by-side": "people of a batch projected by several threads, against one by one, on a table that answers late",
    "projection-cpu": "CPU of a projected view and purchase, against PynamoDB and botocore",
    "import-rows": "rows of files understood per CPU second",
    "code-pages": "lists of customers in the code pages of all regions that are read as they were written",
    "cold-start": "cold start of each function against a naive handler",
    "imports": "write units and speed of importing rows, and memory by the size of the file",
    "import-stack": "rows per second of a file dropped into the running local stack, beside bare writes",
    "segments": "conditions a core asks a second, against two other ways; an event with up to 1,000 segments",
    "segments-kept": "units of bringing a segment up and of what time does, against floors",
    "segments-cdnow": "the segments of the oracle over the whole purchase log, by events and by the clock, against SQL",
    "audiences": "write units of a purchase with 20 audiences defined, with what time does afterwards",
    "segments-peers": "CPU of keeping 20 audiences exact, beside recomputing them by DuckDB",
    "cdnow": "a purchase log of 69,659 lines replayed twice: profiles, activities, revenue",
}


def main(arguments: list[str]) -> int:
    """Run the benches named, or all; 0 if all budgets hold."""
    epilog = "\n".join(f"  {name:<14} {what}" for name, what in BENCHES.items())
    layout = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(
        "tests.bench", description=__doc__, epilog=epilog, formatter_class=layout
    )
    parser.add_argument("name", nargs="*", help="benches to run, by name (default: all)")
    names = parser.parse_args(arguments).name or list(BENCHES)
    if unknown := [name for name in names if name not in BENCHES]:
        parser.error(f"no such bench: {', '.join(unknown)}; there are {', '.join(BENCHES)}")
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
