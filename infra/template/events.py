"""Build the events of a function: its declared routes, and the short forms for queues and the table's stream."""

import json
from collections.abc import Iterable
from typing import Any

from crm.api.route import Route

Event = dict[str, Any]
REPORTED = {"FunctionResponseTypes": ["ReportBatchItemFailures"]}
"""A failed message or record is delivered again, and not the whole batch."""


def route_events(routes: Iterable[Route]) -> dict[str, Event]:
    """Return an event for each path of API Gateway, named by the first operation on it."""
    paths: dict[str, Route] = {}
    for route in routes:
        paths.setdefault(route.key, route)
    return {camel_case(route.operation): _route_event(route) for route in paths.values()}


def _route_event(route: Route) -> Event:
    properties: Event = {"ApiId": {"Ref": "Api"}, "Method": route.method, "Path": route.path}
    if not route.authorized:
        properties["Auth"] = {"Authorizer": "NONE"}
    return {"Type": "HttpApi", "Properties": properties}


def route_settings(routes: Iterable[Route]) -> dict[str, Event]:
    """Return the limits of the routes that do not have the default of the API, by route key."""
    return {route.key: _limits(route.rate) for route in routes if route.rate != "Api"}


def _limits(rate: str) -> Event:
    return {"ThrottlingRateLimit": {"Ref": f"{rate}Rate"}, "ThrottlingBurstLimit": {"Ref": f"{rate}Burst"}}


def expand(event: Event) -> Event:
    """Return a SAM event for a short form; an event with a type is one already."""
    if "Type" in event:
        return event
    return _queue_event(dict(event)) if "Queue" in event else _stream_event(dict(event))


def _queue_event(event: Event) -> Event:
    queue = {"Fn::GetAtt": [event.pop("Queue"), "Arn"]}
    if "MaximumConcurrency" in event:
        event["ScalingConfig"] = {"MaximumConcurrency": event.pop("MaximumConcurrency")}
    return {"Type": "SQS", "Properties": {"Queue": queue, **event, **REPORTED}}


def _stream_event(event: Event) -> Event:
    patterns = [{"Pattern": json.dumps(pattern, separators=(",", ":"))} for pattern in event.pop("Filters")]
    destination = {"Type": "SQS", "Destination": {"Fn::GetAtt": [event.pop("OnFailure"), "Arn"]}}
    properties = {
        "Stream": {"Fn::GetAtt": ["Table", "Outputs.StreamArn"]},
        "StartingPosition": "TRIM_HORIZON",
        "BisectBatchOnFunctionError": True,
        **event,
        **REPORTED,
        "DestinationConfig": {"OnFailure": destination},
        "FilterCriteria": {"Filters": patterns},
    }
    return {"Type": "DynamoDB", "Properties": properties}


def camel_case(name: str) -> str:
    """Return a logical id for a snake_case name: `track_events` becomes `TrackEvents`."""
    return "".join(part.capitalize() for part in name.split("_"))
