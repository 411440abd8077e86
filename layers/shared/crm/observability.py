"""Write logs and metrics as JSON lines to standard output, where Lambda collects them. They never contain personal
data.

The field names are those of Powertools' Logger. The logger is the standard library's, which every function loads
anyway; Powertools' own adds 50 ms to a cold start.
"""

import json
import logging
import os
import sys
import time
import traceback
from collections.abc import Callable, Mapping
from functools import wraps
from threading import Lock
from typing import Any, TypeVar, cast

from crm.settings import settings

NAMESPACE = "CustomerData"
_writing = Lock()
_invocation: dict[str, str] = {}
_STANDARD = frozenset(logging.makeLogRecord({}).__dict__) | {"message", "asctime", "taskName"}


class UnexpectedError(Exception):
    """A logged exception in place of an unexpected one. It escapes the handler, so that Lambda counts an error and the
    alarm fires.
    """


_Handler = TypeVar("_Handler", bound=Callable[..., Any])


def traced(handler: _Handler) -> _Handler:
    """Add the request and trace ids of the invocation to every log line of a handler, in all its threads.

    An exception that escapes the handler is logged and replaced by its type and place, because Lambda logs its message,
    and a message can quote a customer.
    """

    @wraps(handler)
    def named(event: dict[str, Any], context: Any) -> Any:
        _begin(event, context)
        try:
            return handler(event, context)
        except UnexpectedError:
            raise
        except Exception as error:
            raise unexpected(error) from None

    return cast("_Handler", named)


def unexpected(error: Exception, **facts: str) -> UnexpectedError:
    """Log an unexpected exception, and return the one to raise instead."""
    log.error("unexpected error", extra=facts, exc_info=error)
    frame = traceback.extract_tb(error.__traceback__)[-1]
    return UnexpectedError(f"{type(error).__name__} in {frame.name}, line {frame.lineno}")


def _begin(event: dict[str, Any], context: Any) -> None:
    # A container processes one invocation at a time.
    _invocation.clear()
    _invocation["function_name"] = getattr(context, "function_name", "")
    _invocation["function_request_id"] = getattr(context, "aws_request_id", "")
    # The request id of API Gateway's access log. Events of queues and schedules have none.
    if request_id := (event.get("requestContext") or {}).get("requestId"):
        _invocation["correlation_id"] = request_id


def _trace_fields() -> dict[str, str]:
    """Return the ids of the invocation and of its trace, such as "Root=1-...;Parent=...;Sampled=0"."""
    trace = dict(part.partition("=")[::2] for part in os.environ.get("_X_AMZN_TRACE_ID", "").split(";"))
    return {**_invocation, "xray_trace_id": trace.get("Root", "")}


class _JsonLines(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "level": record.levelname,
            "location": f"{record.module}.{record.funcName}:{record.lineno}",
            "message": record.getMessage(),
            "timestamp": time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(record.created))
            + f".{int(record.msecs):03d}Z",
            "service": settings().service,
            **_trace_fields(),
        }
        line |= {name: value for name, value in record.__dict__.items() if name not in _STANDARD}
        if record.exc_info and record.exc_info[1]:
            line |= _what_failed(record.exc_info[1])
        return json.dumps(line, default=str)


def _what_failed(error: BaseException) -> dict[str, Any]:
    # The message of an exception can quote what a customer typed: only its type, its place and the error code of an AWS
    # service are logged.
    frames = traceback.extract_tb(error.__traceback__)
    fields: dict[str, Any] = {
        "exception_name": type(error).__name__,
        "stack_trace": [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames],
    }
    answer = getattr(error, "response", None)
    if isinstance(answer, dict) and "Error" in answer:
        fields["error_code"] = answer["Error"].get("Code", "")
    return fields


def _write_line(line: str) -> None:
    with _writing:
        sys.stdout.write(line + "\n")


class _StandardOutput(logging.Handler):
    def emit(self, record: logging.LogRecord) -> None:
        try:
            _write_line(self.format(record))
        except Exception:  # as in every logging handler: a log line must not break the request
            self.handleError(record)


class _Logger(logging.Logger):
    def isEnabledFor(self, level: int) -> bool:  # noqa: N802 - the name is logging's
        # The level is read when the first line is logged, not at import.
        if self.level == logging.NOTSET:
            self.setLevel(settings().log_level)
        return super().isEnabledFor(level)


def _make_log() -> logging.Logger:
    logger = _Logger("crm")
    handler = _StandardOutput()
    handler.setFormatter(_JsonLines())
    logger.addHandler(handler)
    return logger


log = _make_log()
"""Use as `log.info("message", extra={"count": 3})`. `extra` contains only counts, our ids and codes."""


def count_metric(metric: str, value: float = 1, **dimensions: str) -> None:
    """Add to a metric: one line in CloudWatch's embedded metric format, in the namespace `CustomerData`."""
    _emit(metric, "Count", value, dimensions)


def measure(metric: str, seconds: float) -> None:
    """Record a duration, in the same format."""
    _emit(metric, "Seconds", seconds, {})


def _emit(metric: str, unit: str, value: float, dimensions: Mapping[str, str]) -> None:
    labels = {"service": settings().service, **dimensions}
    declared = {
        "Namespace": NAMESPACE,
        "Dimensions": [list(labels)],
        "Metrics": [{"Name": metric, "Unit": unit}],
    }
    emf = {"Timestamp": time.time_ns() // 1_000_000, "CloudWatchMetrics": [declared]}
    _write_line(json.dumps({"_aws": emf, **_trace_fields(), metric: value, **labels}))
