"""Plan an import in a separate process: `python -m tests.bench.plan_probe <bytes>`; print the time and memory as JSON.

The process loads the same modules as the function in production; nothing is written.
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
"""The number of columns that are read completely."""


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
    """Return the parts of the file that reading its rows needs."""
    plan = SimpleNamespace(columns=HEADER)
    return cast(
        "ImportFile",
        SimpleNamespace(open_columns=OPEN, encoding_open=False, dialect=Dialect(), plan=plan),
    )


def _peak() -> int:
    """Return the peak memory of this process in bytes."""
    status = Path("/proc/self/status")
    if not status.exists():
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    # Linux includes the memory of the parent process at first.
    (kilobytes,) = re.findall(r"VmHWM:\s+(\d+) kB", status.read_text())
    return int(kilobytes) * 1024


if __name__ == "__main__":
    main(int(sys.argv[1]))
