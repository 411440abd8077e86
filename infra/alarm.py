"""Build CloudWatch alarms on one metric, or on the ratio of two metrics."""

from typing import Any

Properties = dict[str, Any]

IN_A_THOUSAND = "1000 * part / IF(FILL(whole, 0) > 1000, whole, 1000)"


def single(
    description: str,
    namespace: str,
    name: str,
    dimensions: list[Properties],
    statistic: str = "Sum",
    threshold: int = 1,
    *,
    minutes: int = 1,
    periods: int = 1,
) -> Properties:
    return {
        "AlarmDescription": description,
        "Namespace": namespace,
        "MetricName": name,
        "Dimensions": dimensions,
        "Statistic": statistic,
        "Period": minutes * 60,
        "EvaluationPeriods": periods,
        "Threshold": threshold,
        "ComparisonOperator": "GreaterThanOrEqualToThreshold",
    }


def rate(description: str, part: Properties, whole: Properties, *, periods: int = 1) -> Properties:
    """Build an alarm on one failure per minute or, above a thousand calls per minute, on one in a thousand."""
    series = {"part": part, "whole": whole}
    return {
        "AlarmDescription": f"{description} (at least one per minute, or one in 1,000 calls above 1,000 per minute)",
        "Metrics": [
            {"Id": "share", "Expression": IN_A_THOUSAND, "Label": "in a thousand", "ReturnData": True},
            *(
                {
                    "Id": name,
                    "MetricStat": {"Metric": watched, "Period": 60, "Stat": "Sum"},
                    "ReturnData": False,
                }
                for name, watched in series.items()
            ),
        ],
        "EvaluationPeriods": periods,
        "Threshold": 1,
        "ComparisonOperator": "GreaterThanOrEqualToThreshold",
    }


def metric(namespace: str, name: str, dimensions: list[Properties]) -> Properties:
    return {"Namespace": namespace, "MetricName": name, "Dimensions": dimensions}


def dimension(name: str, value: Any) -> list[Properties]:
    return [{"Name": name, "Value": value}]


def ref(name: str) -> Properties:
    return {"Ref": name}
