"""Each function, stream consumer, queue and index has an alarm, and the docs describe the remedy."""

import copy
import json
import re
from itertools import chain
from typing import Any

import pytest

from infra.alarm import IN_A_THOUSAND
from infra.alarms import alarms
from infra.cloudformation import ROOT, read_template
from infra.dashboard import dashboard, names_of_functions

TEMPLATE = read_template("template.yaml")
RESOURCES: dict[str, Any] = TEMPLATE["Resources"]
NESTED = read_template("infra/alarms.yaml")
ALARMS: dict[str, Any] = {
    name: found["Properties"]
    for name, found in NESTED["Resources"].items()
    if found["Type"] == "AWS::CloudWatch::Alarm"
}
INDEXES = [
    index["IndexName"]
    for index in read_template("infra/table.yaml")["Resources"]["Table"]["Properties"][
        "GlobalSecondaryIndexes"
    ]
]


def named(kind: str) -> list[str]:
    return [name for name, found in RESOURCES.items() if found["Type"] == kind]


def metrics(alarm: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the metrics of an alarm."""
    if "Metrics" in alarm:
        return [each["MetricStat"]["Metric"] for each in alarm["Metrics"] if "MetricStat" in each]
    return [alarm]


def watches(alarm: dict[str, Any], metric: str, dimension: str, value: Any) -> bool:
    wanted = {"Name": dimension, "Value": value}
    return any(each["MetricName"] == metric and wanted in each["Dimensions"] for each in metrics(alarm))


def is_watched(metric: str, dimension: str, value: Any) -> bool:
    return any(watches(alarm, metric, dimension, value) for alarm in ALARMS.values())


@pytest.mark.parametrize("function", named("AWS::Serverless::Function"))
def test_every_function_has_an_alarm_for_its_errors(function: str) -> None:
    deployed_as = RESOURCES[function]["Properties"]["FunctionName"]["Fn::Sub"]
    name = {"Fn::Sub": deployed_as.replace("${AWS::StackName}", "${Product}")}
    assert is_watched("Errors", "FunctionName", name)
    events = RESOURCES[function]["Properties"].get("Events", {}).values()
    reads_a_stream = any(event["Type"] == "DynamoDB" for event in events)
    assert is_watched("IteratorAge", "FunctionName", name) is reads_a_stream


@pytest.mark.parametrize("queue", named("AWS::SQS::Queue"))
def test_every_queue_has_an_alarm(queue: str) -> None:
    place = {"Name": "QueueName", "Value": {"Ref": queue}}
    assert any(place in metric["Dimensions"] for alarm in ALARMS.values() for metric in metrics(alarm))


@pytest.mark.parametrize("index", INDEXES)
def test_every_index_has_an_alarm(index: str) -> None:
    assert is_watched("WriteThrottleEvents", "GlobalSecondaryIndexName", index)


@pytest.mark.parametrize(("stack", "file"), [("Alarms", "alarms"), ("Dashboard", "dashboard")])
def test_nested_stacks_receive_the_name_of_every_queue(stack: str, file: str) -> None:
    given = RESOURCES[stack]["Properties"]["Parameters"]
    assert given.keys() == read_template(f"infra/{file}.yaml")["Parameters"].keys()
    for queue in named("AWS::SQS::Queue"):
        assert given[queue] == {"Fn::GetAtt": [queue, "QueueName"]}


def test_a_new_function_gets_an_alarm_and_a_new_queue_requires_one() -> None:
    template = copy.deepcopy(TEMPLATE)
    new = {"CodeUri": "functions/send_mail/", "FunctionName": {"Fn::Sub": "${AWS::StackName}-send-mail"}}
    template["Resources"]["SendMail"] = {"Type": "AWS::Serverless::Function", "Properties": new}
    assert "SendMailErrors" in alarms(template, INDEXES)["Resources"]
    template["Resources"]["MailQueue"] = {"Type": "AWS::SQS::Queue", "Properties": {}}
    with pytest.raises(LookupError, match="MailQueue"):
        alarms(template, INDEXES)


@pytest.mark.parametrize(
    ("part", "whole", "is_raised"),
    [
        (0, 5, False),
        (1, 1, True),
        (1, 1_000, True),
        (1, 2_000, False),
        (99, 100_000, False),
        (100, 100_000, True),
    ],
)
def test_the_alarm_threshold_is_one_in_a_thousand_and_at_least_one(
    part: int, whole: int, is_raised: bool
) -> None:
    functions = {"IF": lambda condition, yes, no: yes if condition else no, "FILL": lambda value, _: value}
    value = eval(IN_A_THOUSAND, functions, {"part": part, "whole": whole})  # noqa: S307 - an expression of ours
    assert (value >= 1) is is_raised


def test_every_alarm_watches_one_metric_and_notifies_the_topic() -> None:
    for alarm in ALARMS.values():
        assert ("MetricName" in alarm) != ("Metrics" in alarm)
        assert [each["ReturnData"] for each in alarm.get("Metrics", ())].count(True) == ("Metrics" in alarm)
        assert alarm["AlarmActions"] == [{"Ref": "Topic"}]
        assert alarm["TreatMissingData"] == "notBreaching"


OURS = {
    metric["MetricName"]
    for metric in chain.from_iterable(metrics(alarm) for alarm in ALARMS.values())
    if metric["Namespace"] == "CustomerData"
}


@pytest.mark.parametrize("metric", sorted(OURS))
def test_custom_metrics_have_no_further_dimensions(metric: str) -> None:
    calls = [
        call
        for file in (ROOT / "layers/shared/crm").rglob("*.py")
        for call in re.findall(rf'(?:count_metric|measure)\("{metric}"[^\n]*', file.read_text())
    ]
    assert calls
    assert not [call for call in calls if "=" in call]


def test_the_docs_have_instructions_for_every_alarm() -> None:
    page = (ROOT / "docs/deploy.md").read_text().split("### When an alarm rings")[1]
    rows = re.findall(r"^\| (`.+?) \|", page, re.MULTILINE)
    patterns = [
        re.escape(name).replace(r"\.\.\.", r"\w+") for row in rows for name in re.findall("`(.+?)`", row)
    ]
    for name in ALARMS:
        assert any(re.fullmatch(pattern, name) for pattern in patterns), name
    for pattern in patterns:
        assert any(re.fullmatch(pattern, name) for name in ALARMS), pattern


def test_the_docs_state_how_many_alarms_are_billed() -> None:
    paid = sum(len(metrics(alarm)) for alarm in ALARMS.values())
    assert f"{len(ALARMS)} alarms on {paid} metrics" in (ROOT / "docs/deploy.md").read_text()


def test_the_dashboard_shows_every_function_and_queue_of_its_own_stack() -> None:
    body = dashboard(names_of_functions(RESOURCES), named("AWS::SQS::Queue"))["Resources"]["Dashboard"]
    widgets = json.loads(body["Properties"]["DashboardBody"]["Fn::Sub"])["widgets"]
    shown = [metric for widget in widgets for metric in widget["properties"]["metrics"]]
    assert {m[3] for m in shown if m[1] == "Errors"} == set(names_of_functions(RESOURCES).values())
    assert {m[3] for m in shown if m[0] == "AWS/SQS"} == {
        f"${{{queue}}}" for queue in named("AWS::SQS::Queue")
    }
    assert "SEARCH" not in json.dumps(widgets)
    assert len({(widget["x"], widget["y"]) for widget in widgets}) == len(widgets)
