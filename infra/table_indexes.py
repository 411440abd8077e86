"""The indexes that a deployed table lacks, created one at a time: CloudFormation creates one per update of a stack.

It is the stack of the table that is updated, before everything else is deployed: no code meets an index that is not
there.
"""

import copy
import json
import sys
from collections.abc import Iterator
from typing import Any

from botocore.exceptions import WaiterError

from infra import deployed_stack
from infra.cloudformation import read_template

_MINUTES = 360
"""An index of a large table is filled for hours."""


def create_missing(stack_name: str, session: Any) -> None:
    """Bring the table of a deployed stack to all indexes of the template. Ends the program where one fails.

    It may be interrupted and begun again at any time: an index that is being made is waited for.
    """
    cloudformation = session.client("cloudformation")
    nested = _physical(cloudformation, stack_name)
    stack = deployed_stack.read(cloudformation, nested)
    if stack and stack.status == "UPDATE_IN_PROGRESS":
        print("waiting for an index that is being created")
        _wait(cloudformation, nested)
    table = session.client("dynamodb").describe_table(TableName=_physical(cloudformation, nested))["Table"]
    existing = {index["IndexName"] for index in table.get("GlobalSecondaryIndexes", ())}
    for name, template in steps(whole_template(), existing):
        print(f"creating the index {name}", flush=True)
        given = stack.parameters if stack else {}
        parameters: Any = [
            {"ParameterKey": key, "UsePreviousValue": True} for key in given if key in template["Parameters"]
        ]
        cloudformation.update_stack(
            StackName=nested, TemplateBody=json.dumps(template), Parameters=parameters
        )
        _wait(cloudformation, nested)


def _physical(cloudformation: Any, stack_name: str) -> str:
    found = cloudformation.describe_stack_resource(StackName=stack_name, LogicalResourceId="Table")
    return str(found["StackResourceDetail"]["PhysicalResourceId"])


def _wait(cloudformation: Any, nested: str) -> None:
    try:
        cloudformation.get_waiter("stack_update_complete").wait(
            StackName=nested, WaiterConfig={"Delay": 30, "MaxAttempts": _MINUTES * 2}
        )
    except WaiterError:
        sys.exit(
            "The index was not created. What failed: aws cloudformation describe-stack-events --stack-name "
            f"{nested}. Nothing else was deployed; another `make deploy` goes on from here."
        )


def whole_template() -> dict[str, Any]:
    """The template of the table, its functions in their long form."""
    return read_template("infra/table.yaml")


def steps(template: dict[str, Any], existing: set[str]) -> Iterator[tuple[str, dict[str, Any]]]:
    """The indexes that are missing, each with a template that has it beside those before it."""
    have = set(existing)
    for name in _indexes(template):
        if name not in have:
            have.add(name)
            yield name, _with_indexes(template, have)


def _indexes(template: dict[str, Any]) -> list[str]:
    return [index["IndexName"] for index in _properties(template)["GlobalSecondaryIndexes"]]


def _with_indexes(template: dict[str, Any], names: set[str]) -> dict[str, Any]:
    """A template without other indexes, nor the attributes that only these use."""
    found = copy.deepcopy(template)
    table = _properties(found)
    table["GlobalSecondaryIndexes"] = [i for i in table["GlobalSecondaryIndexes"] if i["IndexName"] in names]
    schemas = [table["KeySchema"], *(index["KeySchema"] for index in table["GlobalSecondaryIndexes"])]
    used = {key["AttributeName"] for schema in schemas for key in schema}
    table["AttributeDefinitions"] = [a for a in table["AttributeDefinitions"] if a["AttributeName"] in used]
    return found


def _properties(template: dict[str, Any]) -> dict[str, Any]:
    properties: dict[str, Any] = template["Resources"]["Table"]["Properties"]
    return properties
