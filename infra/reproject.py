"""Start a reprojection of logs and print its progress: `make reproject ID=...`, `FROM=... TO=...` or `ALL=1`.

It uses the local stack if one is up; else the deployment at `API_URL`, with the admin key `API_KEY`.
"""

import json
import os
import sys
import time
import urllib.error
import urllib.request
from typing import Any

from infra.local.layout import STACK_FILE

FINISHED_STATES = ("done", "failed", "cancelled")


def main() -> None:
    url, key = _place()
    job = _call(url, key, "POST", "/v1/jobs", {"kind": "reproject", **_job_parameters(os.environ)})
    print(f"Job {job['id']}: it runs in the background; Ctrl-C only stops this display.", flush=True)
    printed = ""
    while job["state"] not in FINISHED_STATES:
        time.sleep(1)
        job = _call(url, key, "GET", f"/v1/jobs/{job['id']}")
        if (line := _line(job)) != printed:
            printed = line
            print(line, flush=True)
    if job["state"] != "done":
        sys.exit(f"{job['state']}: {job['error'] or ''}")


def _place() -> tuple[str, str]:
    if url := os.environ.get("API_URL"):
        return url.rstrip("/"), os.environ.get("API_KEY", "")
    if not STACK_FILE.exists():
        sys.exit(
            "No local stack is running. Start one with `make stack-up`, or set API_URL and API_KEY "
            "to use a deployment."
        )
    stack = json.loads(STACK_FILE.read_text())
    return stack["api_url"], stack["api_key"]


def _job_parameters(given: Any) -> dict[str, Any]:
    parameters = {"profile_id": given.get("ID"), "from": given.get("FROM"), "to": given.get("TO")}
    if given.get("ALL"):
        parameters["all"] = True
    parameters = {name: value for name, value in parameters.items() if value}
    if not parameters:
        sys.exit(
            "No profiles are selected: make reproject ID=<profile id>, FROM=2026-11-21T10:00:00Z "
            "[TO=...], or ALL=1"
        )
    return parameters


def _call(url: str, key: str, method: str, path: str, body: Any = None) -> dict[str, Any]:
    request = urllib.request.Request(  # noqa: S310 - the address is the stack's own, or named by who calls
        url + path,
        method=method,
        data=json.dumps(body).encode() if body else None,
        headers={"authorization": f"Bearer {key}", "content-type": "application/json"},
    )
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310 - as above
            found: dict[str, Any] = json.load(answer)
    except urllib.error.HTTPError as refused:
        sys.exit(f"{refused.code}: {refused.read().decode()}")
    return found


def _line(job: dict[str, Any]) -> str:
    progress = job["progress"]
    counts = ", ".join(f"{number} {name}" for name, number in job["counts"].items())
    return f"  {job['state']:<9} part {progress['done']} of {progress['total'] or '?'}  {counts}"


if __name__ == "__main__":
    main()
