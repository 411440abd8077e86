"""Drops a file into the bucket of the running stack and tells what becomes of it: `python -m infra.local.drop FILE`."""

import json
import sys
import time
import urllib.request
from pathlib import Path
from typing import Any

import boto3

from infra.local.layout import ROOT_KEY, STACK_FILE

OVER = ("done", "failed", "cancelled")
PATIENCE_S = 60
"""How long after the drop the import may take to begin."""


def drop(file: Path, folder: str, stack: dict[str, str]) -> dict[str, Any]:
    """Put the file under `imports/<folder>/` and watch its import until it is over; the import, as the API tells it."""
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
    until = time.monotonic() + PATIENCE_S
    told = ""
    while True:
        mine = [found for found in _imports(stack) if found["key"] == key and found["id"] not in known]
        if not mine and time.monotonic() > until:
            sys.exit("No import began: is the stack healthy? `make stack-up` tells.")
        if mine and (line := _line(mine[0])) != told:
            told = line
            print(line, flush=True)
        if mine and mine[0]["state"] in OVER:
            return mine[0]
        time.sleep(0.5)


def _imports(stack: dict[str, str]) -> list[dict[str, Any]]:
    request = urllib.request.Request(  # noqa: S310 - the address is the local stack's own
        f"{stack['api_url']}/v1/imports?limit=20", headers={"authorization": f"Bearer {stack['api_key']}"}
    )
    with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310 - as above
        imports: list[dict[str, Any]] = json.load(answer)["imports"]
    return imports


def _line(found: dict[str, Any]) -> str:
    progress = found["progress"]
    counts = ", ".join(f"{number} {name}" for name, number in found["counts"].items())
    return f"  {found['state']:<9} part {progress['done']} of {progress['total'] or '?'}  {counts}"


def _told(found: dict[str, Any]) -> str:
    report, rejected = found["report"] or {}, found["report_file"] or {}
    lines = [f"{found['error']['code']}: {found['error']['message']}"] if found["error"] else []
    lines += [
        f"  {column['column']} -> {column['target']['to']} {column['target']['name'] or ''}"
        for column in report.get("columns") or ()
    ]
    lines += [f"  {report[name]}" for name in ("reasons", "warnings") if report.get(name)]
    if report.get("duplicate_of"):
        lines.append(f"The same file was imported before, by {report['duplicate_of']}: nothing was done.")
    if rejected:
        lines.append(f"The rejected rows, to be corrected and dropped again: {rejected['url']}")
    return "\n".join(lines)


def main() -> None:
    file, folder = (*sys.argv[1:], "", "")[:2]
    if not Path(file).is_file():
        sys.exit("Name a file: make drop FILE=customers.csv")
    if not STACK_FILE.exists():
        sys.exit("No stack is up: `make stack-up` or `make run` starts one.")
    print(_told(drop(Path(file), folder, json.loads(STACK_FILE.read_text()))))


if __name__ == "__main__":
    main()
