"""Drop a file into the bucket of the running stack and show its import: `python -m infra.local.drop FILE`."""

import json
import sys
import time
import urllib.request
from collections.abc import Callable, Container
from pathlib import Path
from typing import Any

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from infra.local.layout import ROOT_KEY, STACK_FILE

FINISHED_STATES = ("done", "failed", "cancelled")
STALL_TIMEOUT_S = 60
"""Seconds that the import may take to begin, and may pause after a failed attempt."""

PART_TIMEOUT_S = 960
"""Seconds that it may pause otherwise: a part may take 15 minutes."""


class StalledImportError(Exception):
    """The import does not advance; the message gives the reason."""


def drop(file: Path, folder: str, stack: dict[str, str]) -> dict[str, Any]:
    """Put the file under `imports/<folder>/`, watch its import until it ends, and return what the API shows of it.

    Raises StalledImportError.
    """
    key = "/".join(part for part in ("imports", folder.strip("/"), file.name) if part)
    known = {found["id"] for found in _imports(stack)}
    client = boto3.client(
        "s3",
        endpoint_url=stack["endpoint_url"],
        region_name=stack["region"],
        aws_access_key_id=ROOT_KEY,
        aws_secret_access_key=ROOT_KEY,
    )
    client.upload_file(str(file), stack["import_bucket"], key)
    print(f"Dropped {key}.", flush=True)
    return watch(lambda: _first(_imports(stack), key, known))


def watch(look: Callable[[], dict[str, Any] | None]) -> dict[str, Any]:
    """Print the progress of an import until it ends, and return it.

    `look` returns the import, None before it begins. Raises StalledImportError.
    """
    printed: list[str] = []
    moved_at = time.monotonic()
    while True:
        found = look()
        lines = _lines(found) if found else []
        if lines != printed:
            print("\n".join(line for line in lines if line not in printed), flush=True)
            printed, moved_at = lines, time.monotonic()
        if found and found["state"] in FINISHED_STATES:
            return found
        _ensure_moving(found, time.monotonic() - moved_at)
        time.sleep(0.5)


def _ensure_moving(found: dict[str, Any] | None, still_s: float) -> None:
    if found is None and still_s > STALL_TIMEOUT_S:
        raise StalledImportError("No import has started. Check the stack with `make stack-up`.")
    if found and still_s > (STALL_TIMEOUT_S if found["last_failure"] else PART_TIMEOUT_S):
        raise StalledImportError(
            f"The import makes no progress{_why(found['last_failure'])}. It may continue in the background: "
            f"see GET /v1/imports/{found['id']}."
        )


def _why(failure: dict[str, str] | None) -> str:
    return f", because an attempt failed: {failure['code']}: {failure['message']}" if failure else ""


def _first(imports: list[dict[str, Any]], key: str, known: Container[str]) -> dict[str, Any] | None:
    return next((found for found in imports if found["key"] == key and found["id"] not in known), None)


def _imports(stack: dict[str, str]) -> list[dict[str, Any]]:
    request = urllib.request.Request(  # noqa: S310 - the address is the local stack's own
        f"{stack['api_url']}/v1/imports?limit=20", headers={"authorization": f"Bearer {stack['api_key']}"}
    )
    with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310 - as above
        imports: list[dict[str, Any]] = json.load(answer)["imports"]
    return imports


def _lines(found: dict[str, Any]) -> list[str]:
    progress, failure = found["progress"], found["last_failure"]
    counts = ", ".join(f"{number} {name}" for name, number in found["counts"].items())
    parts = f"{progress['done']} of {progress['total']} parts" if progress["total"] else ""
    line = f"  {found['state']:<9} {parts}  {counts}".rstrip()
    if not failure:
        return [line]
    return [line, f"  an attempt failed and will be retried: {failure['code']}: {failure['message']}"]


def result_of(found: dict[str, Any]) -> str:
    """Describe an import that has ended: its columns, what was rejected and why, and where the rejected rows are."""
    report, rejected = found["report"] or {}, found["report_file"] or {}
    lines = [f"{found['error']['code']}: {found['error']['message']}"] if found["error"] else []
    lines += [
        f"  {column['column']} -> {column['target']['to']} {column['target']['name'] or ''}"
        for column in report.get("columns") or ()
    ]
    for name in ("reasons", "warnings"):
        lines += [f"  {number} x {code}" for code, number in (report.get(name) or {}).items()]
    if report.get("duplicate_of"):
        lines.append(f"Nothing was imported: import {report['duplicate_of']} had the same file.")
    if rejected:
        lines.append(f"Rejected rows (correct them and drop the file again): {rejected['url']}")
    return "\n".join(lines)


def main() -> None:
    file, folder = (*sys.argv[1:], "", "")[:2]
    if not Path(file).is_file():
        sys.exit("No file is set. Set one: make drop FILE=customers.csv")
    if not STACK_FILE.exists():
        sys.exit("No stack is running. Start one with `make run` or `make stack-up`.")
    try:
        done = drop(Path(file), folder, json.loads(STACK_FILE.read_text()))
    except StalledImportError as reason:
        sys.exit(str(reason))
    except (OSError, BotoCoreError, ClientError) as error:
        sys.exit(f"The stack does not respond: {error}")
    print(result_of(done))
    sys.exit(done["state"] != "done")


if __name__ == "__main__":
    main()
