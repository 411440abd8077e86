"""The payload of events/ about a dropped file, handled by the real function on moto's S3."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import boto3
import pytest

from crm.services.imports import stage_0_plan
from functions.import_csv.app import handler
from functions.run_jobs.app import handler as run_jobs
from tests.support.gateway import Client
from tests.support.stream import Pump

EVENT = Path(__file__).parents[2] / "events" / "import_csv.json"
FILE = b"email,phone,city\nana@example.com,+34600123456,Lugo\nnobody,,Rome\n,+34600123456,Vigo\n"


def shown(bucket: str, content: bytes) -> dict[str, Any]:
    """Put a file at the sample's key, and return the sample."""
    event: dict[str, Any] = json.loads(EVENT.read_text())
    file = event["detail"]["object"]
    put = boto3.client("s3").put_object(Bucket=bucket, Key=file["key"], Body=content)
    assert event["detail"]["bucket"]["name"] == bucket
    file |= {"etag": put["ETag"].strip('"'), "size": len(content)}
    return event


def _record(message: Any) -> dict[str, Any]:
    return {
        "messageId": message["MessageId"],
        "receiptHandle": message["ReceiptHandle"],
        "body": message["Body"],
        "attributes": {"ApproximateReceiveCount": "1"},
    }


def process_queue(url: str) -> None:
    """Deliver the messages of the queue of jobs to their function, until none is left."""
    sqs = boto3.client("sqs")
    while messages := sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages"):
        records = [_record(m) for m in messages]
        sample = [record | {"eventSource": "aws:sqs"} for record in records]
        assert run_jobs({"Records": sample}, None) == {"batchItemFailures": []}
        for message in messages:
            sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])


def test_the_sample_event_is_imported(
    bucket: str,
    queue: dict[str, str],
    client: Client,
    pump: Pump,
    api_key: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(stage_0_plan, "TARGET", 50)
    handler(shown(bucket, FILE), None)
    process_queue(queue["jobs"])
    pump()
    key = api_key()
    (job,) = client("GET", "/v1/jobs", key=key).body["jobs"]
    assert (job["state"], job["started_by"]) == ("done", "bucket")
    assert {name: n for name, n in job["counts"].items() if n} == {
        "rows": 3,
        "created": 1,
        "updated": 1,
        "rejected": 1,
    }
    found = client("GET", "/v1/identities/email/ana@example.com", key=key)
    assert found.body["attributes"]["city"] == "Lugo"  # a row with a phone alone fills gaps only
    report = boto3.client("s3").get_object(Bucket=bucket, Key=job["result"]["report"])
    assert (
        report["Body"].read().decode("utf-8-sig").splitlines()[1].startswith("nobody,,Rome,3,invalid_email,")
    )
    left = boto3.client("s3").list_objects_v2(Bucket=bucket)["Contents"]
    assert sorted(file["Key"] for file in left) == ["imports/customers.csv", job["result"]["report"]]


def test_the_sample_event_of_the_dead_letter_queue_starts_an_import(
    bucket: str, queue: dict[str, str], client: Client, table: Any, api_key: Any
) -> None:
    event = json.loads(EVENT.with_name("import_csv_given_up.json").read_text())
    assert handler(event, None) == {"batchItemFailures": []}
    (job,) = client("GET", "/v1/jobs", key=api_key()).body["jobs"]
    assert (job["kind"], job["state"]) == ("import", "queued")
