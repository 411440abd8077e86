"""Send the sample traffic: five people whose days end now.

Usage: python -m infra.local.traffic [file], to the stack that `.local/stack.json` describes. Each entry of the file is
{"path", "minutes_ago", "body"}; the time is written into the body when it is sent.
"""

import json
import sys
import urllib.error
import urllib.request
from datetime import UTC, datetime, timedelta
from pathlib import Path

from infra.local.layout import ROOT, STACK_FILE, StackError

SAMPLE = ROOT / "events" / "sample_traffic.json"


def send(api_url: str, write_key: str, file: Path = SAMPLE) -> int:
    """Post every entry; returns how many there were. Raises StackError for the first rejected one."""
    entries = json.loads(file.read_text())
    now = datetime.now(UTC)
    for entry in entries:
        at = now - timedelta(minutes=entry["minutes_ago"])
        body = entry["body"] | {"timestamp": at.isoformat(), "sentAt": now.isoformat(), "writeKey": write_key}
        request = urllib.request.Request(  # noqa: S310
            api_url + entry["path"], json.dumps(body).encode(), {"content-type": "application/json"}
        )
        try:
            urllib.request.urlopen(request, timeout=60).close()  # noqa: S310
        except urllib.error.HTTPError as error:
            raise StackError(f"{entry} was rejected: {error.read().decode(errors='replace')}") from None
    return len(entries)


if __name__ == "__main__":
    stack = json.loads(STACK_FILE.read_text())
    chosen = Path(sys.argv[1]) if sys.argv[1:] else SAMPLE
    print(f"{send(stack['api_url'], stack['write_key'], chosen)} events sent")
