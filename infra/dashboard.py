"""Build the CloudWatch dashboard of a deployment: infra/dashboard.yaml.

Functions and queues are named one by one: a search for the stack's name would find `crm-staging` by `crm`.
"""

import json
from pathlib import Path
from typing import Any

Properties = dict[str, Any]
WIDTH, HEIGHT, A_ROW = 8, 6, 3
SAME = "."
"""In CloudWatch, a dot stands for the value in the line above."""


def dashboard(functions: dict[str, str], queues: list[str]) -> Properties:
    """Build the template of the nested stack, with functions by logical id."""
    body = json.dumps({"widgets": [_placed(at, each) for at, each in enumerate(_widgets(functions, queues))]})
    properties = {"DashboardName": {"Ref": "Product"}, "DashboardBody": {"Fn::Sub": body}}
    parameters = ("Product", "ApiId", "TableName", *queues)
    return {
        "AWSTemplateFormatVersion": "2010-09-09",
        "Description": "Dashboard of the deployment",
        "Parameters": {name: {"Type": "String"} for name in parameters},
        "Resources": {"Dashboard": {"Type": "AWS::CloudWatch::Dashboard", "Properties": properties}},
        "Outputs": {"Name": {"Value": {"Ref": "Dashboard"}}},
    }


def names_of_functions(resources: Properties) -> dict[str, str]:
    """Return the names of functions, with the stack's name as `${Product}`, by logical id."""
    return {
        name: f"${{Product}}-{Path(found['Properties']['CodeUri']).name.replace('_', '-')}"
        for name, found in resources.items()
        if found["Type"] == "AWS::Serverless::Function"
    }


def _widgets(functions: dict[str, str], queues: list[str]) -> list[Properties]:
    api, table, lambda_, sqs = "AWS/ApiGateway", "AWS/DynamoDB", "AWS/Lambda", "AWS/SQS"
    behind = [functions[name] for name in ("ProjectProfiles", "PublishChanges")]
    waiting = [name for name in queues if not name.endswith("DeadLetters")]
    given_up = [name for name in queues if name.endswith("DeadLetters")]
    return [
        _widget("Requests and failures", "Sum", _of(api, ("Count", "4xx", "5xx"), "ApiId", "${ApiId}")),
        _widget(
            "Response time, ms",
            "p95",
            [[api, "Latency", "ApiId", "${ApiId}", {"stat": share}] for share in ("p50", "p95", "p99")],
        ),
        _widget(
            "Delay behind the stream, ms", "Maximum", _each(lambda_, "IteratorAge", "FunctionName", behind)
        ),
        _widget("Errors", "Sum", _each(lambda_, "Errors", "FunctionName", list(functions.values()))),
        _widget("Concurrent executions", "Maximum", [[lambda_, "ConcurrentExecutions"], [SAME, "Throttles"]]),
        _widget(
            "Capacity units of the table",
            "Sum",
            _of(
                table,
                (
                    "ConsumedWriteCapacityUnits",
                    "ConsumedReadCapacityUnits",
                    "WriteThrottleEvents",
                    "ReadThrottleEvents",
                ),
                "TableName",
                "${TableName}",
            ),
        ),
        _widget(
            "Oldest message, s",
            "Maximum",
            _each(sqs, "ApproximateAgeOfOldestMessage", "QueueName", _names(waiting)),
        ),
        _widget(
            "Failed messages",
            "Maximum",
            _each(sqs, "ApproximateNumberOfMessagesVisible", "QueueName", _names(given_up)),
        ),
        _widget(
            "Delay of due profiles, s; stuck profiles",
            "Maximum",
            _of("CustomerData", ("DueAge", "ProfileStuck"), "service", "${Product}"),
        ),
    ]


def _widget(title: str, statistic: str, metrics: list[Any]) -> Properties:
    shown = {"title": title, "region": "${AWS::Region}", "stat": statistic, "period": 60, "metrics": metrics}
    return {"type": "metric", "properties": shown}


def _placed(at: int, widget: Properties) -> Properties:
    row, column = divmod(at, A_ROW)
    return {"x": column * WIDTH, "y": row * HEIGHT, "width": WIDTH, "height": HEIGHT, **widget}


def _of(namespace: str, metrics: tuple[str, ...], dimension: str, value: str) -> list[list[str]]:
    return [[namespace, metric, dimension, value] for metric in metrics]


def _each(namespace: str, metric: str, dimension: str, values: list[str]) -> list[list[str]]:
    return [[namespace, metric, dimension, value] for value in values]


def _names(queues: list[str]) -> list[str]:
    return [f"${{{queue}}}" for queue in queues]
