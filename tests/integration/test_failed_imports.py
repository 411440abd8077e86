"""Messages in failure queues: a batch that the stream has trimmed, and dropped files whose import did not start."""

from __future__ import annotations

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from crm.domain.job import DONE, FAILED, REPROJECT
from crm.services.imports import dead_drops, dropped_file
from crm.storage import job_queue, stream
from tests.support.activities import user
from tests.support.dropped_files import event_of
from tests.support.shop import Shop
from tests.support.world import invoke, queue_record

FILE = b"email\nada@example.com\n"
KEY = "imports/vip/ada.csv"


@pytest.fixture
def trimmed_stream(monkeypatch: pytest.MonkeyPatch) -> None:
    """A stream that has trimmed the requested records."""

    class Streams:
        def get_shard_iterator(self, **_: Any) -> Any:
            raise ClientError(
                {"Error": {"Code": "TrimmedDataAccessException", "Message": ""}}, "GetShardIterator"
            )

    monkeypatch.setattr(stream, "_streams", Streams)


def jobs_of(shop: Shop, kind: str) -> list[dict[str, Any]]:
    return list(shop.ask("GET", "jobs", query={"kind": kind}).body["jobs"])


def test_records_that_the_stream_has_lost_are_projected_again(shop: Shop, trimmed_stream: None) -> None:
    at = shop.wait()
    body = {"userId": "ana", "event": "Called", "messageId": "m", "timestamp": at, "writeKey": shop.write_key}
    assert shop.world.request("POST", "/v1/track", body).status == 200
    failed_event = json.loads(shop.world.keep_from_projection())
    failed_event["DDBStreamBatchInfo"] |= {
        "approximateArrivalOfFirstRecord": at,
        "approximateArrivalOfLastRecord": at,
    }
    records = {"Records": [queue_record(0, json.dumps(failed_event))]}

    for _ in range(2):
        assert invoke("redrive_projections", records) == {"batchItemFailures": []}
    shop.world.settle()

    (job,) = jobs_of(shop, REPROJECT)
    assert (job["state"], job["counts"]) == (DONE, {"projected": 1})
    assert shop.ask("GET", f"identities/{user('ana').type}/ana").status == 200


@pytest.fixture
def refusing_queue(monkeypatch: pytest.MonkeyPatch) -> None:
    """A queue of jobs that refuses messages."""

    def refuse(*_: Any, **__: Any) -> None:
        raise RuntimeError("secret@example.com")

    monkeypatch.setattr(job_queue, "send", refuse)


def failed_event(shop: Shop, attempt: int, *, by_lambda: bool = True) -> Any:
    event = event_of(KEY, FILE)
    problems = (
        {"requestContext": {"condition": "RetriesExhausted"}, "requestPayload": event} if by_lambda else event
    )
    record = queue_record(0, json.dumps(problems)) | {"attributes": {"ApproximateReceiveCount": str(attempt)}}
    answer = invoke("import_csv", {"Records": [record]})
    return answer["batchItemFailures"] if answer else "failed"


@pytest.mark.parametrize("by_lambda", [True, False])
def test_a_file_of_the_dead_letter_queue_is_imported(shop: Shop, by_lambda: bool) -> None:
    shop.wire.bucket.files[KEY] = FILE
    assert failed_event(shop, 1, by_lambda=by_lambda) == []
    shop.world.settle()
    (job,) = jobs_of(shop, "import")
    assert (job["state"], job["counts"]["created"]) == (DONE, 1)


def test_a_file_that_keeps_failing_is_a_failed_import(shop: Shop, refusing_queue: None) -> None:
    shop.wire.bucket.files[KEY] = FILE
    for attempt in range(1, dead_drops.DROP_ATTEMPTS):
        assert failed_event(shop, attempt)
        assert [job["state"] for job in jobs_of(shop, "import")] == ["queued"]
    assert failed_event(shop, dead_drops.DROP_ATTEMPTS) == []

    (problems,) = shop.ask("GET", "imports").body["imports"]
    assert (problems["key"], problems["state"], problems["error"]["code"]) == (
        KEY,
        FAILED,
        "import_not_begun",
    )
    assert "RetriesExhausted" in problems["error"]["message"]
    report = shop.wire.bucket.files[problems["report_file"]["key"]].decode()
    assert report.startswith("file,code,reason")
    assert KEY in report
    assert "secret" not in report


def test_staff_can_retry_a_failed_import(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    shop.wire.bucket.files[KEY] = FILE
    with monkeypatch.context() as patch:
        patch.setattr(job_queue, "send", lambda *_, **__: 1 / 0)
        failed_event(shop, dead_drops.DROP_ATTEMPTS)
    (problems,) = jobs_of(shop, "import")
    assert shop.ask("POST", f"jobs/{problems['id']}/retry").status == 200
    (done,) = jobs_of(shop, "import")
    assert (done["state"], done["counts"]["created"]) == (DONE, 1)


def test_a_repeated_message_does_not_fail_a_running_import(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop.wire.bucket.files[KEY] = FILE
    failed_event(shop, 1)
    shop.world.settle()
    monkeypatch.setattr(dropped_file, "on_object_created", lambda *_, **__: 1 / 0)
    assert failed_event(shop, dead_drops.DROP_ATTEMPTS) == []
    assert [job["state"] for job in jobs_of(shop, "import")] == [DONE]
