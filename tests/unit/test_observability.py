"""Log lines and metrics: valid JSON, without data of customers."""

import json
import logging
from collections.abc import Iterator

import pytest
from botocore.exceptions import ClientError

from crm.observability import count_metric, log
from crm.settings import settings

CANARY = "ada@example.com"


@pytest.fixture(autouse=True)
def _deployment(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("TABLE_NAME", "crm")
    monkeypatch.setenv("IDENTITY_NAMESPACE", "6f1c1f0e-3a55-4c8b-9f0e-8f2c8a2f7d11")
    monkeypatch.setenv("POWERTOOLS_SERVICE_NAME", "crm-test")
    settings.cache_clear()
    # The level is read anew, whatever an earlier test has left; nor is it remembered which levels were enabled.
    log.setLevel(logging.NOTSET)
    monkeypatch.setattr(log, "_cache", {})
    yield
    settings.cache_clear()


def test_a_line_is_one_json_object(capsys: pytest.CaptureFixture[str]) -> None:
    log.warning("events spilled", extra={"events": 3})
    (text,) = capsys.readouterr().out.splitlines()
    line = json.loads(text)
    assert line["level"] == "WARNING"
    assert line["message"] == "events spilled"
    assert line["events"] == 3
    assert line["service"] == "crm-test"
    assert line["timestamp"].endswith("Z")
    assert line["location"].startswith("test_observability.test_a_line")


def test_an_exception_is_logged_with_type_and_location(capsys: pytest.CaptureFixture[str]) -> None:
    try:
        raise ValueError(CANARY)
    except ValueError:
        log.exception("projection failed")
    text = capsys.readouterr().out
    line = json.loads(text)
    assert line["exception_name"] == "ValueError"
    assert line["stack_trace"][-1].endswith("test_an_exception_is_logged_with_type_and_location")
    assert CANARY not in text


def test_the_code_of_an_aws_error_is_logged_without_its_message(capsys: pytest.CaptureFixture[str]) -> None:
    try:
        raise ClientError({"Error": {"Code": "ThrottlingException", "Message": CANARY}}, "PutItem")
    except ClientError:
        log.exception("projection failed")
    text = capsys.readouterr().out
    assert json.loads(text)["error_code"] == "ThrottlingException"
    assert CANARY not in text


def test_a_metric_is_in_the_embedded_format(capsys: pytest.CaptureFixture[str]) -> None:
    count_metric("EventsSpilled", 3, function="track_events")
    line = json.loads(capsys.readouterr().out)
    assert line["EventsSpilled"] == 3
    (declared,) = line["_aws"]["CloudWatchMetrics"]
    assert declared["Namespace"] == "CustomerData"
    assert declared["Dimensions"] == [["service", "function"]]
    assert {line["service"], line["function"]} == {"crm-test", "track_events"}
    assert declared["Metrics"] == [{"Name": "EventsSpilled", "Unit": "Count"}]
