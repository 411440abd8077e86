"""Create the indexes that a deployed table lacks, one at a time: CloudFormation creates one per update of a stack.

It updates the stack of the table before everything else is deployed, so that no code meets a missing index. Each update
changes nothing but the index; other changes are part of the deployment after it.
"""

import copy
import json
import sys
from collections.abc import Iterator
from typing import Any

from botocore.exceptions import WaiterError

from infra import deployed_stack
from infra.cloudformation import parse_template, read_template

Template = dict[str, Any]

_MINUTES = 360
"""Minutes to wait for an index: a large table takes hours to fill it."""


def create_missing(stack_name: str, session: Any) -> None:
    """Create all indexes of the template that the table of a deployed stack lacks. Exits if one fails.

    It may be interrupted and restarted at any time: an index in creation is waited for.
    """
    cloudformation = session.client("cloudformation")
    found = cloudformation.describe_stack_resource(StackName=stack_name, LogicalResourceId="Table")
    nested = found["StackResourceDetail"]["PhysicalResourceId"]
    stack = deployed_stack.read(cloudformation, nested)
    if stack and stack.status == "UPDATE_IN_PROGRESS":
        print("waiting for another index to be created", flush=True)
        _wait(cloudformation, nested)
    deployed = parse_template(cloudformation.get_template(StackName=nested)["TemplateBody"])
    kept: Any = [{"ParameterKey": name, "UsePreviousValue": True} for name in deployed.get("Parameters", ())]
    for name, template in steps(deployed, read_template("infra/table.yaml")):
        print(f"creating the index {name}", flush=True)
        cloudformation.update_stack(StackName=nested, TemplateBody=json.dumps(template), Parameters=kept)
        _wait(cloudformation, nested)


def steps(deployed: Template, wanted: Template) -> Iterator[tuple[str, Template]]:
    """Yield the missing indexes, each with the deployed template that contains it and those before it."""
    found = copy.deepcopy(deployed)
    table, whole = _table(found), _table(wanted)
    there = {index["IndexName"] for index in table.setdefault("GlobalSecondaryIndexes", [])}
    for index in whole["GlobalSecondaryIndexes"]:
        if index["IndexName"] not in there:
            # Its warm throughput depends on conditions that the deployed template may not have.
            table["GlobalSecondaryIndexes"].append({k: v for k, v in index.items() if k != "WarmThroughput"})
            _define_keys(table, index, whole["AttributeDefinitions"])
            yield index["IndexName"], copy.deepcopy(found)


def _define_keys(table: Template, index: Template, definitions: list[dict[str, str]]) -> None:
    """Define the attributes of keys: DynamoDB requires these and allows no others."""
    keys = {key["AttributeName"] for key in index["KeySchema"]}
    defined = {each["AttributeName"] for each in table["AttributeDefinitions"]}
    table["AttributeDefinitions"] += [each for each in definitions if each["AttributeName"] in keys - defined]


def _table(template: Template) -> Template:
    properties: Template = template["Resources"]["Table"]["Properties"]
    return properties


def _wait(cloudformation: Any, nested: str) -> None:
    try:
        cloudformation.get_waiter("stack_update_complete").wait(
            StackName=nested, WaiterConfig={"Delay": 30, "MaxAttempts": _MINUTES * 2}
        )
    except WaiterError:
        sys.exit(
            "The index was not created. See the reason: aws cloudformation describe-stack-events "
            f"--stack-name {nested}. Nothing else was deployed; the next `make deploy` continues from "
            "here."
        )
