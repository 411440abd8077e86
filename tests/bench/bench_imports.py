"""Measure imports of contacts with twelve columns: units per row, memory by the size of the file, rows per second.

Files are imported by the real handlers, on a table, a bucket and queues in memory. The floor of the rows per second is
the time that direct calls of BatchWriteItem take in the same process to write the same items.
"""

import json
import subprocess
import sys
import time
import tracemalloc
from collections.abc import Iterable
from functools import partial
from pathlib import Path
from typing import Any

from tests.bench.bench_cpu import low_level_client
from tests.bench.figures import Figure
from tests.bench.import_stage import ImportStage, on_import_stage
from tests.bench.live_stage import on_live_stage
from tests.support.contacts import HEADER, as_csv
from tests.support.contacts import contact as national
from tests.support.dynamodb.capacity import Usage
from tests.support.dynamodb.item_size import Item
from tests.support.stage import ENVIRONMENT, TABLE

NAME = "imports"
ROWS = 2_000
EDITED = 20
"""The distance of the rows of the second file that differ from the first file."""

SMALL, LARGE = 1_000_000, 1_000_000_000
ROOT = Path(__file__).parents[2]
CITY = HEADER.index("city")
CALL_SIZE = 25

contact = partial(national, country_code="+1")
"""Customers have an email address and a phone number."""


def run() -> list[Figure]:
    """Measure units, rows per second and memory."""
    return [*_units(), *_speed(), *_memory()]


def _units() -> list[Figure]:
    """Measure a file of new customers, then the same file with some edited rows."""
    rows = [contact(number) for number in range(ROWS)]
    edited = [
        [*row[:CITY], "Vigo", *row[CITY + 1 :]] if n % EDITED == 0 else row for n, row in enumerate(rows)
    ]
    with on_live_stage() as stage:
        new = _imported(stage, "new.csv", rows, {"created": ROWS})
        profiles = stage.spent()
        changed = _imported(
            stage, "edited.csv", edited, {"updated": ROWS // EDITED, "unchanged": ROWS - ROWS // EDITED}
        )
        updates = stage.spent()
    unit = "write units/row"
    return [
        Figure(bench=NAME, name="log of a new list", value=_written(new) / ROWS, unit=unit, budget=1.05),
        Figure(bench=NAME, name="of these, by the job itself", value=_written(new, "J") / ROWS, unit=unit),
        Figure(
            bench=NAME, name="its profiles, with all entries in lists", value=profiles.write / ROWS, unit=unit
        ),
        Figure(
            bench=NAME,
            name="log of rows that change one value",
            value=_written(changed, "P") / (ROWS / EDITED),
            unit=unit,
        ),
        Figure(bench=NAME, name="their profiles", value=updates.write / (ROWS / EDITED), unit=unit),
        Figure(bench=NAME, name="deciding on new customers", value=_read(new) / ROWS, unit="read units/row"),
        Figure(
            bench=NAME,
            name="deciding on existing customers",
            value=_read(changed) / ROWS,
            unit="read units/row",
        ),
    ]


def _imported(
    stage: ImportStage, name: str, rows: Iterable[list[str]], expected: dict[str, int]
) -> dict[str, Usage]:
    stage.drop(name, as_csv(rows).encode())
    taken = stage.work()
    if (outcome := stage.outcome()) != expected:
        raise AssertionError(f"{name}: {outcome}")
    stage.meter.reset()
    return taken


def _written(taken: dict[str, Usage], kind: str = "") -> float:
    """Return the units of the items whose keys have this prefix."""
    return sum(u for usage in taken.values() for key, u in usage.written.items() if key.startswith(kind))


def _read(taken: dict[str, Usage]) -> float:
    return taken["check"].read


def _speed() -> list[Figure]:
    """Measure rows per second of one core, until the end of the import and until the end of the projection."""
    content = as_csv(map(contact, range(ROWS))).encode()
    with on_import_stage() as stage:
        stage.meter.paused = True
        stage.drop("contacts.csv", content)
        imported = _cpu(stage.work)
        log = [change.new for change in stage.store.tables[TABLE].changes if _is_log(change.new)]
        projected = imported + _cpu(stage.project)
        bare = _cpu(lambda: _write_bare(log))
    unit = "rows/CPU s"
    return [
        Figure(bench=NAME, name="imported", value=ROWS / imported, unit=unit),
        Figure(bench=NAME, name="imported and projected", value=ROWS / projected, unit=unit),
        Figure(bench=NAME, name="their log, by bare writes", value=ROWS / bare, unit=unit),
    ]


def _is_log(item: Item | None) -> bool:
    return item is not None and str(item["sk"]["S"]).startswith("A#")


def _write_bare(items: list[Any]) -> None:
    client = low_level_client()
    for start in range(0, len(items), CALL_SIZE):
        puts = [{"PutRequest": {"Item": item}} for item in items[start : start + CALL_SIZE]]
        client.batch_write_item(RequestItems={TABLE: puts})


def _cpu(work: Any) -> float:
    started = time.process_time()
    work()
    return time.process_time() - started


def _memory() -> list[Figure]:
    """Measure the memory of a process that plans a small and a large file, and of the work on one chunk."""
    small, large = _planned(SMALL), _planned(LARGE)
    speed = LARGE / large["seconds"] / 1e6
    return [
        Figure(
            bench=NAME,
            name="memory for planning 1 GB / for planning 1 MB",
            value=large["peak"] / small["peak"],
            unit=f"({large['peak'] / 1e6:.0f} MB / {small['peak'] / 1e6:.0f} MB)",
            budget=1.3,
        ),
        Figure(bench=NAME, name="planning 1 GB", value=speed, unit="MB/CPU s"),
        Figure(
            bench=NAME, name="processing one chunk of it", value=_memory_of_a_chunk() / 1e6, unit="MB maximum"
        ),
    ]


def _planned(size: int) -> dict[str, float]:
    command = [sys.executable, "-m", "tests.bench.plan_probe", str(size)]
    environment = ENVIRONMENT | {"PYTHONPATH": f"{ROOT}:{ROOT / 'layers/shared'}"}
    done = subprocess.run(  # noqa: S603 - our own probe
        command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True
    )
    shown: dict[str, float] = json.loads(done.stdout)
    return shown


def _memory_of_a_chunk() -> float:
    """Return the peak bytes while a chunk of unknown customers is read, checked and decided."""
    from crm.services.imports.stage_0_plan import TARGET

    rows = 2 * TARGET // len(",".join(contact(ROWS)))
    with on_import_stage() as stage:
        stage.meter.paused = True
        stage.drop("contacts.csv", as_csv(map(contact, range(rows))).encode())
        stage.work(until="check")
        tracemalloc.start()
        stage.work_once()
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    return peak
