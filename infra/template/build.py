"""Build template.yaml from the declared routes and the sources in this folder."""

import re
from collections.abc import Sequence
from typing import Any

from crm.api.route import Route
from crm.domain import retention
from infra.template import events
from infra.template.policies import statements
from infra.template.sources import read_source

Properties = dict[str, Any]
QUEUE = "AWS::SQS::Queue"


def build_template(routes: Sequence[Route]) -> Properties:
    """Build the SAM template. Raises LookupError for a route whose function is not in functions.yaml."""
    base, parameters = read_source("base"), read_source("parameters")
    functions = _functions(read_source("functions"), routes)
    queues = _queues(base["Queues"])
    resources = base["Resources"]
    resources["Api"]["Properties"]["RouteSettings"] |= events.route_settings(routes)
    for stack in ("Alarms", "Dashboard"):
        names = {queue: {"Fn::GetAtt": [queue, "QueueName"]} for queue in queues}
        resources[stack]["Properties"]["Parameters"] |= names
    variables = base["Globals"]["Function"]["Environment"]["Variables"]
    variables |= {f"{_snake_case(queue)}_URL": {"Ref": queue} for queue in queues if queue.endswith("Queue")}
    variables |= {_snake_case(name): _value(name, found) for name, found in parameters["Settings"].items()}
    return {
        "AWSTemplateFormatVersion": "2010-09-09",
        "Transform": "AWS::Serverless-2016-10-31",
        "Description": base["Description"],
        "Parameters": parameters["Settings"] | parameters["Deployment"],
        "Conditions": base["Conditions"],
        "Globals": base["Globals"],
        "Resources": {"Api": resources.pop("Api"), **functions, **queues, **resources},
        "Outputs": base["Outputs"],
    }


def _functions(sources: Properties, routes: Sequence[Route]) -> Properties:
    if unknown := {route.function for route in routes} - {_snake_case(name).lower() for name in sources}:
        raise LookupError(f"declare in infra/template/functions.yaml: {', '.join(sorted(unknown))}")
    return {name: _function(name, found, routes) for name, found in sources.items()}


def _function(name: str, source: Properties, routes: Sequence[Route]) -> Properties:
    folder = _snake_case(name).lower()
    found = events.route_events(route for route in routes if route.function == folder)
    for event, short in source.get("Events", {}).items():
        if event in found:
            raise ValueError(f"{name}: a route has an event {event} already")
        found[event] = events.expand(short)
    properties = {
        "FunctionName": {"Fn::Sub": f"${{AWS::StackName}}-{folder.replace('_', '-')}"},
        "CodeUri": f"functions/{folder}/",
        **{key: value for key, value in source.items() if key not in {"Events", "Policies"}},
        **({"Events": found} if found else {}),
        **({"Policies": [{"Statement": statements(source["Policies"])}]} if "Policies" in source else {}),
    }
    return {"Type": "AWS::Serverless::Function", "Metadata": {"SkipBuild": True}, "Properties": properties}


def _queues(sources: Properties) -> Properties:
    """Return the queues, each with its dead-letter queue if its messages have a number of attempts."""
    found: Properties = {}
    for name, source in sources.items():
        properties = {"MessageRetentionPeriod": retention.QUEUED_MESSAGES_DAYS * 86_400, **source}
        found[name] = {"Type": QUEUE, "Properties": properties}
        if attempts := properties.pop("Attempts", None):
            letters = f"{name.removesuffix('Queue')}DeadLetters"
            target = {"deadLetterTargetArn": {"Fn::GetAtt": [letters, "Arn"]}, "maxReceiveCount": attempts}
            properties["RedrivePolicy"] = target
            kept = {"MessageRetentionPeriod": retention.QUEUED_MESSAGES_DAYS * 86_400}
            found[letters] = {"Type": QUEUE, "Properties": kept}
    return found


def _snake_case(name: str) -> str:
    """Return the environment variable of a parameter: `TimeZone` becomes `TIME_ZONE`."""
    return re.sub(r"(?<!^)(?=[A-Z])", "_", name).upper()


def _value(name: str, parameter: Properties) -> Properties:
    ref = {"Ref": name}
    return {"Fn::Join": [",", ref]} if parameter["Type"] == "CommaDelimitedList" else ref
