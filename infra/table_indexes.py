"""The indexes that a deployed table lacks, created one at a time: CloudFormation creates one per update of a stack.

It is the stack of the table that is updated, before everything else is deployed: no code meets an index that is not
there.
"""

import copy
import json
from collections.abc import Iterator
from typing import Any

import boto3

from infra.cloudformation import read_template

_MINUTES = 360
"""An index of a large table is filled for hours."""


def create_missing(stack_name: str, session: boto3.Session) -> None:
    """Bring the table of a deployed stack to all indexes of the template. Raises WaiterError where one fails."""
    cloudformation = session.client("cloudformation")
    resource = cloudformation.describe_stack_resource(StackName=stack_name, LogicalResourceId="Table")
    nested = resource["StackResourceDetail"]["PhysicalResourceId"]
    given = cloudformation.describe_stacks(StackName=nested)["Stacks"][0].get("Parameters", [])
    table_resource = cloudformation.describe_stack_resource(StackName=nested, LogicalResourceId="Table")
    table_name = table_resource["StackResourceDetail"]["PhysicalResourceId"]
    table = session.client("dynamodb").describe_table(TableName=table_name)["Table"]
    existing = {index["IndexName"] for index in table.get("GlobalSecondaryIndexes", ())}
    parameters: Any = [{"ParameterKey": each["ParameterKey"], "UsePreviousValue": True} for each in given]
    for name, template in steps(whole_template(), existing):
        print(f"creating the index {name}")
        cloudformation.update_stack(
            StackName=nested, TemplateBody=json.dumps(template), Parameters=parameters
        )
        waiter = cloudformation.get_waiter("stack_update_complete")
        waiter.wait(StackName=nested, WaiterConfig={"Delay": 30, "MaxAttempts": _MINUTES * 2})


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
