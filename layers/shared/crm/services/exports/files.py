"""Name the files of exports, and write workbooks."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from crm.domain.exports.workbook import write_workbook
from crm.domain.job import Job
from crm.settings import settings

FOLDER = "exports/"
_AT_ONCE = 1_000_000


def file_name(job: Job) -> str:
    """Return the name of the download, `customers-2026-11-21.csv`, by the day in the deployment's time zone."""
    asked_at = datetime.fromtimestamp(job.created_at / 1000, UTC).astimezone(ZoneInfo(settings().time_zone))
    return f"customers-{asked_at:%Y-%m-%d}.{job.subject['format']}"


def file_key(job: Job) -> str:
    """Return the key of the file in the bucket."""
    return f"{FOLDER}{job.id}/{file_name(job)}"


def workbook_in(
    folder: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]
) -> tuple[Iterator[bytes], int]:
    """Write a workbook in a folder; return its bytes, and the number of cells whose text was truncated."""
    path = Path(folder, "customers.xlsx")
    cut = write_workbook(path, columns, rows)
    return _pieces(path), cut


def _pieces(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while piece := file.read(_AT_ONCE):
            yield piece
