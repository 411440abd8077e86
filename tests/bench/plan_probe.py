"""Plans an import in a process of its own: `python -m tests.bench.plan_probe <bytes>`; tells what it took as JSON.

The process has loaded what the function has loaded that does it in production; nothing is written anywhere.
"""

import importlib
import json
import re
import resource
import sys
import time
from pathlib import Path
from types import SimpleNamespace
from typing import cast

from crm.domain.delimited.chunks import plan_chunks
from crm.domain.delimited.dialect import Dialect
from crm.domain.imports.evidence import FileEvidence
from crm.services.imports.collect_evidence import EvidenceCollector
from crm.services.imports.file_fingerprints import BLOCK
from crm.services.imports.import_file import ImportFile
from crm.services.imports.stage_0_plan import TARGET
from crm.storage import bucket
from crm.storage.client import dynamodb
from tests.support.contacts import HEADER, stream

OPEN = tuple(HEADER.index(name) for name in ("state", "zip", "phone1"))
"""Columns that are seen whole."""


def main(size: int) -> None:
    importlib.import_module("functions.run_jobs.app")
    bucket.s3(), dynamodb()
    started = time.process_time()
    rows = 0
    collector = EvidenceCollector(_file(), FileEvidence.of(OPEN))
    for chunk in plan_chunks(collector.pieces(stream(size, BLOCK)), Dialect(), target=TARGET):
        collector.see(chunk)
        rows += chunk.rows
    collector.of_all()
    seconds = time.process_time() - started
    print(json.dumps({"rows": rows, "seconds": seconds, "peak": _peak()}))


def _file() -> ImportFile:
    """As far as it is needed to see its rows."""
    plan = SimpleNamespace(columns=HEADER)
    return cast(
        "ImportFile",
        SimpleNamespace(open_columns=OPEN, encoding_open=False, dialect=Dialect(), plan=plan),
    )


def _peak() -> int:
    """The most memory that this process had, in bytes."""
    status = Path("/proc/self/status")
    if not status.exists():
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    # What Linux tells there begins with the memory of the process that started this one.
    (kilobytes,) = re.findall(r"VmHWM:\s+(\d+) kB", status.read_text())
    return int(kilobytes) * 1024


if __name__ == "__main__":
    main(int(sys.argv[1]))
