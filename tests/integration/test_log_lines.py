"""Each log line names its invocation, function and trace; each failed message of a queue leaves a line."""

import importlib
import json
import logging
from contextlib import suppress
from types import SimpleNamespace
from typing import Any

import pytest

from crm.observability import UnexpectedError, count_metric, log
from infra.cloudformation import ROOT, read_template
from tests.support.gateway import build_http_event
from tests.support.template import of_type

FUNCTIONS = sorted(path.parent.name for path in (ROOT / "functions").glob("*/app.py"))
QUEUE_FUNCTIONS = sorted(
    properties["CodeUri"].rstrip("/").rsplit("/", 1)[-1]
    for properties in of_type("AWS::Serverless::Function").values()
    if any(event["Type"] == "SQS" for event in properties.get("Events", {}).values())
)
CANARY = "ada@example.com"
TRACE = "1-5759e988-bd862e3fe1be46a994272793"
HTTP = build_http_event("GET", "/nothing/here")
"""A request to a route that does not exist."""


@pytest.fixture(autouse=True)
def _in_lambda(table: Any, queue: Any, bucket: str, bus: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("_X_AMZN_TRACE_ID", f"Root={TRACE};Parent=53995c3f42cd8ad8;Sampled=0")
    # The level, and what it lets through, are those of the first test of the process that logged something.
    monkeypatch.setattr(log, "level", logging.INFO)
    monkeypatch.setattr(log, "_cache", {})


def context_of(function: str) -> Any:
    """Build the context that Lambda passes with the event."""
    return SimpleNamespace(
        function_name=f"crm-{function.replace('_', '-')}",
        aws_request_id="f7a3c9d1-request",
        get_remaining_time_in_millis=lambda: 60_000,
    )


def handle(function: str, event: dict[str, Any]) -> Any:
    return importlib.import_module(f"functions.{function}.app").handler(event, context_of(function))


def lines(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def names_the_invocation(line: dict[str, Any], function: str) -> bool:
    return (line["function_name"], line["function_request_id"], line["xray_trace_id"]) == (
        f"crm-{function.replace('_', '-')}",
        "f7a3c9d1-request",
        TRACE,
    )


@pytest.mark.parametrize("function", FUNCTIONS)
def test_lines_and_metrics_of_every_function_name_their_invocation(
    function: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with suppress(Exception):  # the result of such an event does not matter here
        handle(function, {**HTTP, "Records": []})
    log.warning("something happened")
    count_metric("Something")
    shown = lines(capsys)
    assert len(shown) >= 2
    assert all(names_the_invocation(line, function) for line in shown)


def test_log_lines_of_a_request_have_its_correlation_id(
    capsys: pytest.CaptureFixture[str],
) -> None:
    handle("serve_site", HTTP)
    log.warning("something happened")
    assert lines(capsys)[-1]["correlation_id"] == HTTP["requestContext"]["requestId"]
    handle("project_profiles", {"Records": []})
    log.warning("something happened")
    assert "correlation_id" not in lines(capsys)[-1]


@pytest.mark.parametrize("function", QUEUE_FUNCTIONS)
def test_a_failed_message_is_logged_with_the_type_and_location_of_the_error(
    function: str, capsys: pytest.CaptureFixture[str]
) -> None:
    record = {
        "messageId": "m-1",
        "receiptHandle": "r-1",
        "body": f'{{"to": "{CANARY}"',
        "attributes": {"ApproximateReceiveCount": "1"},
        "eventSource": "aws:sqs",
        "eventSourceARN": "arn:aws:sqs:eu-central-1:123456789012:queue",
    }
    answer = handle(function, {"Records": [record]})
    assert answer == {"batchItemFailures": [{"itemIdentifier": "m-1"}]}
    output = capsys.readouterr().out
    assert CANARY not in output
    failed = [line for line in map(json.loads, output.splitlines()) if "exception_name" in line]
    assert failed
    assert all(line["stack_trace"] and names_the_invocation(line, function) for line in failed)


@pytest.mark.parametrize(
    ("function", "event"),
    [
        ("project_profiles", {"Records": [{}]}),
        ("import_csv", {"detail": {}}),
        ("authorize", {"headers": {"authorization": 1}}),
    ],
)
def test_an_uncaught_exception_of_a_function_is_logged_once(
    function: str, event: dict[str, Any], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(UnexpectedError) as escaped:
        handle(function, event)
    (line,) = lines(capsys)
    assert str(escaped.value).startswith(line["exception_name"])
    assert escaped.value.__cause__ is None
    assert (line["level"], line["message"]) == ("ERROR", "unexpected error")
    assert line["stack_trace"]
    assert names_the_invocation(line, function)


def test_an_uncaught_exception_of_a_route_is_logged_once(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_event: dict[str, Any]) -> dict[str, Any]:
        raise KeyError(CANARY)

    app = importlib.import_module("functions.serve_site.app")
    monkeypatch.setitem(app.OPERATIONS, "GET /docs", broken)
    with pytest.raises(UnexpectedError):
        handle("serve_site", build_http_event("GET", "/docs"))
    (line,) = lines(capsys)
    assert (line["exception_name"], line["route"]) == ("KeyError", "GET /docs")
    assert names_the_invocation(line, "serve_site")


def test_lambda_logs_metrics_but_no_debug_lines_of_libraries() -> None:
    """Lambda treats a line without a level as INFO, and libraries log whole requests at DEBUG."""
    logging = read_template("template.yaml")["Globals"]["Function"]["LoggingConfig"]
    assert (logging["LogFormat"], logging["ApplicationLogLevel"]) == ("JSON", "INFO")
