"""Expand the short forms of IAM policies: named policies, and statements on the table, the bucket and queues."""

from collections.abc import Iterator
from functools import cache
from typing import Any

from infra.template.sources import read_source

Statement = dict[str, Any]
FORMS: tuple[set[str], ...] = (
    {"Table"},
    {"Table", "Keys"},
    {"Index"},
    {"Index", "Keys"},
    {"Objects", "In"},
    {"Send"},
    {"Effect", "Action", "Resource"},
    {"Effect", "Action", "Resource", "Condition"},
)
"""The keys that a statement may have. Of a statement with others, a misspelt limit could be ignored."""

TABLE, BUCKET = "Table.Outputs.Arn", "ImportBucket.Arn"


def statements(policies: list[Any]) -> list[Statement]:
    """Return the statements of IAM for the policies of a function.

    Raises KeyError for a name that does not exist, and ValueError for a statement in no known form.
    """
    return [statement for policy in policies for statement in _expand(policy)]


@cache
def _named() -> dict[str, Any]:
    return read_source("policies")


def _expand(policy: Any) -> Iterator[Statement]:
    if isinstance(policy, str):
        for part in _named()["Policies"][policy]:
            yield from _expand(part)
    elif policy.keys() not in FORMS:
        raise ValueError(f"a policy in no form of infra/template/functions.yaml: {policy}")
    elif "Table" in policy:
        actions = policy["Table"]
        named = _named()["Actions"].get(actions, actions) if isinstance(actions, str) else actions
        allowed = _allow(
            [f"dynamodb:{action}" for action in _list(named)], [{"Fn::GetAtt": TABLE.split(".", 1)}]
        )
        yield _limited(allowed, policy)
    elif "Index" in policy:
        indexes = [{"Fn::Sub": f"${{{TABLE}}}/index/{name}"} for name in _list(policy["Index"])]
        yield _limited(_allow(["dynamodb:Query"], indexes), policy)
    elif "Objects" in policy:
        places = [{"Fn::Sub": f"${{{BUCKET}}}/{prefix}"} for prefix in _list(policy["In"])]
        yield _allow([f"s3:{action}" for action in _list(policy["Objects"])], places)
    elif "Send" in policy:
        yield _allow(["sqs:SendMessage"], [{"Fn::GetAtt": [queue, "Arn"]} for queue in _list(policy["Send"])])
    else:
        yield policy


def _limited(statement: Statement, policy: Statement) -> Statement:
    """Limit a statement to the partition keys of a policy; `*` stands for any text."""
    if "Keys" not in policy:
        return statement
    compared = "StringLike" if any("*" in key for key in policy["Keys"]) else "StringEquals"
    return statement | {"Condition": {f"ForAllValues:{compared}": {"dynamodb:LeadingKeys": policy["Keys"]}}}


def _allow(actions: list[str], resources: list[Any]) -> Statement:
    return {"Effect": "Allow", "Action": _single(actions), "Resource": _single(resources)}


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _single(values: list[Any]) -> Any:
    return values[0] if len(values) == 1 else values
