"""Files dropped into the shop's bucket, and the results of their imports."""

from __future__ import annotations

import csv
import hashlib
from io import StringIO
from typing import Any
from urllib.parse import quote

from tests.support.shop import Shop
from tests.support.world import invoke

BUCKET = "crm"
Row = dict[str, str]


def event_of(key: str, content: bytes, *, sequencer: str = "01") -> dict[str, Any]:
    """Build EventBridge's event about a file."""
    etag = hashlib.md5(content, usedforsecurity=False).hexdigest()
    shown = {"key": key, "size": len(content), "etag": etag, "sequencer": sequencer}
    return {
        "source": "aws.s3",
        "detail-type": "Object Created",
        "detail": {"bucket": {"name": BUCKET}, "object": shown},
    }


def put(shop: Shop, name: str, content: bytes | str) -> None:
    """Put a file under imports/, whose import then waits in the queue."""
    shop.wait()
    body = content.encode() if isinstance(content, str) else content
    shop.wire.bucket.files[f"imports/{name}"] = body
    drops = len([key for key in shop.wire.bucket.files if key.startswith("imports/")])
    invoke("import_csv", event_of(f"imports/{name}", body, sequencer=f"{shop.clock.now}-{drops}"))


def drop(shop: Shop, name: str, content: bytes | str) -> dict[str, Any]:
    """Put a file under imports/, deliver everything, and return the job."""
    put(shop, name, content)
    shop.world.settle()
    return newest(shop)


def newest(shop: Shop) -> dict[str, Any]:
    """Return the job of the latest import."""
    answer = shop.world.request("GET", "/v1/jobs", key=shop.key, query={"kind": "import"})
    return dict(answer.body["jobs"][0])


def counts(job: dict[str, Any]) -> dict[str, int]:
    """Return the counts of a job that are not zero."""
    return {name: number for name, number in job["counts"].items() if number}


def report(shop: Shop, job: dict[str, Any]) -> list[Row]:
    """Return the rows of the report, by the names of its columns."""
    return list(csv.DictReader(StringIO(report_text(shop, job))))


def report_text(shop: Shop, job: dict[str, Any]) -> str:
    return shop.wire.bucket.files[job["result"]["report"]].decode("utf-8-sig")


def csv_of(*rows: Row) -> str:
    """Write a CSV file with a header."""
    text = StringIO()
    writer = csv.DictWriter(text, list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def person(shop: Shop, type_: str, value: str) -> dict[str, Any]:
    """Return the customer with this identity, as the API shows it."""
    answer = shop.world.request("GET", f"/v1/identities/{type_}/{quote(value)}", key=shop.key)
    assert answer.status == 200, answer.body
    return dict(answer.body)


def timeline(shop: Shop, id_: str) -> list[dict[str, Any]]:
    """Return the timeline of a customer, newest first."""
    answer = shop.world.request("GET", f"/v1/profiles/{id_}/activities", key=shop.key)
    return list(answer.body["activities"])
