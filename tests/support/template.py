"""Read the template: the table's definition and the API's routes."""

import json
from collections.abc import Iterator
from functools import cache
from typing import Any, NamedTuple

import boto3

from infra.cloudformation import ROOT, read_template

TABLE = ("AttributeDefinitions", "KeySchema", "GlobalSecondaryIndexes", "StreamSpecification")
INDEX = ("IndexName", "KeySchema", "Projection")


class Mapped(NamedTuple):
    """One route of the HTTP API, and its function."""

    method: str
    path: str
    function: str
    authorized: bool


@cache
def resources() -> dict[str, Any]:
    """Return the resources of template.yaml and of the nested stacks in infra/, by name."""
    files = ["template.yaml", *sorted(f"infra/{path.name}" for path in (ROOT / "infra").glob("*.yaml"))]
    return {name: _plain(found) for file in files for name, found in read_template(file)["Resources"].items()}


def _plain(value: Any) -> Any:
    """Replace intrinsic functions by what they are applied to: `!Ref Api` by `Api`, `!GetAtt Api.Arn` by `Api.Arn`."""
    match value:
        case {"Fn::GetAtt": [name, attribute], **rest} if not rest:
            return f"{name}.{attribute}"
        case {"Ref": target, **rest} | {"Fn::Sub": target, **rest} | {"Fn::If": target, **rest} if not rest:
            return _plain(target)
        case dict():
            return {name: _plain(each) for name, each in value.items()}
        case list():
            return [_plain(each) for each in value]
    return value


def of_type(kind: str) -> dict[str, dict[str, Any]]:
    """Return the properties of the resources of one type, by name."""
    return {name: found.get("Properties", {}) for name, found in resources().items() if found["Type"] == kind}


def table_definition() -> dict[str, Any]:
    """Return the keys, indexes and stream of the table."""
    (properties,) = of_type("AWS::DynamoDB::Table").values()
    definition = {name: properties[name] for name in TABLE}
    indexes = definition["GlobalSecondaryIndexes"]
    definition["GlobalSecondaryIndexes"] = [{name: index[name] for name in INDEX} for index in indexes]
    definition["StreamSpecification"] = {"StreamEnabled": True, **definition["StreamSpecification"]}
    return definition


def _http_events() -> Iterator[tuple[str, dict[str, Any]]]:
    for properties in of_type("AWS::Serverless::Function").values():
        function = properties["CodeUri"].rstrip("/").rsplit("/", 1)[-1]
        for event in properties.get("Events", {}).values():
            if event["Type"] == "HttpApi":
                yield function, event


@cache
def template_routes() -> tuple[Mapped, ...]:
    """Return the routes of template.yaml."""
    return tuple(
        Mapped(
            event["Properties"]["Method"].upper(), event["Properties"]["Path"], function, authorized(event)
        )
        for function, event in _http_events()
        if "Path" in event["Properties"]
    )


def default_function() -> str | None:
    """Return the function of `$default`, the route of an HttpApi event without a path."""
    return next((name for name, event in _http_events() if "Path" not in event["Properties"]), None)


def authorized(event: dict[str, Any]) -> bool:
    """Return whether a route has the Lambda authorizer."""
    default = next(iter(of_type("AWS::Serverless::HttpApi").values()), {}).get("Auth", {})
    chosen = event["Properties"].get("Auth", {}).get("Authorizer", default.get("DefaultAuthorizer", "NONE"))
    return bool(chosen != "NONE")


def received(queue_url: str) -> list[dict[str, Any]]:
    """Take all messages out of a queue, and return their bodies."""
    sqs, bodies = boto3.client("sqs"), []
    while messages := sqs.receive_message(QueueUrl=queue_url, MaxNumberOfMessages=10).get("Messages"):
        for message in messages:
            bodies.append(json.loads(message["Body"]))
            sqs.delete_message(QueueUrl=queue_url, ReceiptHandle=message["ReceiptHandle"])
    return bodies
