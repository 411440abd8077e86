"""The calls of CloudFormation that a deployment uses, with its rules on updates: stacks by name, in memory."""

import json
from typing import Any

import yaml
from botocore.exceptions import ClientError, WaiterError

Properties = dict[str, Any]


class FakeCloudFormation:
    """`failing` names indexes whose creation fails once."""

    def __init__(self) -> None:
        self.stacks: dict[str, Properties] = {}
        self.updates: list[set[str]] = []
        self.deleted: list[str] = []
        self.failing: set[str] = set()

    def add(self, name: str, status: str, parameters: dict[str, str], **more: Any) -> Properties:
        """Add a stack, with `resources` by logical id, `events` and `outputs`."""
        stack = {
            "status": status,
            "parameters": dict(parameters),
            "resources": {},
            "events": [],
            "outputs": {},
        }
        self.stacks[name] = stack | more
        return self.stacks[name]

    def describe_stacks(self, StackName: str) -> Properties:  # noqa: N803 - boto3's names
        stack = self._stack(StackName)
        described = {
            "StackName": StackName,
            "StackStatus": stack["status"],
            "Parameters": [{"ParameterKey": k, "ParameterValue": v} for k, v in stack["parameters"].items()],
            "Outputs": [{"OutputKey": k, "OutputValue": v} for k, v in stack["outputs"].items()],
        }
        return {"Stacks": [described]}

    def describe_stack_resource(self, StackName: str, LogicalResourceId: str) -> Properties:  # noqa: N803
        _, name = self._stack(StackName)["resources"][LogicalResourceId]
        return {"StackResourceDetail": {"PhysicalResourceId": name}}

    def describe_stack_resources(self, StackName: str) -> Properties:  # noqa: N803
        return {
            "StackResources": [
                {"LogicalResourceId": id_, "ResourceType": kind, "PhysicalResourceId": name}
                for id_, (kind, name) in self._stack(StackName)["resources"].items()
            ]
        }

    def describe_stack_events(self, StackName: str) -> Properties:  # noqa: N803
        return {"StackEvents": self._stack(StackName)["events"]}

    def delete_stack(self, StackName: str) -> None:  # noqa: N803
        self.deleted.append(StackName)
        del self.stacks[StackName]

    def update_stack(self, StackName: str, TemplateBody: str, Parameters: list[Properties]) -> None:  # noqa: N803
        stack, template = self._stack(StackName), json.loads(TemplateBody)
        if stack["status"].endswith("_IN_PROGRESS"):
            raise _invalid(f"Stack:{StackName} is in {stack['status']} state and can not be updated.")
        self._ensure_parameters(stack, template, {each["ParameterKey"] for each in Parameters})
        if stack["template"] == template:
            raise _invalid("No updates are to be performed.")
        before, after = indexes_of(stack["template"]), indexes_of(template)
        self.updates.append(after - before)
        is_refused = len(before ^ after) > 1 or _has_wrong_definitions(template) or after & self.failing
        self.failing -= after
        stack |= {"status": "UPDATE_IN_PROGRESS", "wanted": stack["template"] if is_refused else template}
        stack["settles_as"] = "UPDATE_ROLLBACK_COMPLETE" if is_refused else "UPDATE_COMPLETE"

    def get_template(self, StackName: str) -> Properties:  # noqa: N803
        return {"TemplateBody": yaml.safe_dump(self._stack(StackName)["template"])}

    def get_waiter(self, name: str) -> "_Waiter":
        return _Waiter(self, name)

    def settle(self, name: str) -> None:
        """Complete the operations in progress."""
        stack = self.stacks[name]
        if stack["status"] == "UPDATE_IN_PROGRESS":
            stack |= {"status": stack["settles_as"], "template": stack["wanted"]}

    def _stack(self, name: str) -> Properties:
        if name not in self.stacks:
            raise _invalid(f"Stack with id {name} does not exist")
        return self.stacks[name]

    @staticmethod
    def _ensure_parameters(stack: Properties, template: Properties, given: set[str]) -> None:
        if not given <= template.get("Parameters", {}).keys():
            raise _invalid("Parameters do not exist in the template")
        if not given <= stack["parameters"].keys():
            raise _invalid("Invalid input for parameter key: cannot specify usePreviousValue as true")
        needed = {name for name, found in template.get("Parameters", {}).items() if "Default" not in found}
        if not needed <= given:
            raise _invalid("Parameters must have values")


class _Waiter:
    def __init__(self, cloudformation: FakeCloudFormation, name: str) -> None:
        self._cloudformation, self._name = cloudformation, name

    def wait(self, StackName: str, **_options: Any) -> None:  # noqa: N803
        if self._name == "stack_delete_complete":
            assert StackName in self._cloudformation.deleted
            return
        self._cloudformation.settle(StackName)
        if self._cloudformation.stacks[StackName]["status"] != "UPDATE_COMPLETE":
            raise WaiterError(self._name, "terminal failure", {})


def _invalid(message: str) -> ClientError:
    return ClientError({"Error": {"Code": "ValidationError", "Message": message}}, "UpdateStack")


def _table(template: Properties) -> Properties:
    properties: Properties = template["Resources"]["Table"]["Properties"]
    return properties


def indexes_of(template: Properties) -> set[str]:
    """Return the names of the table's indexes in a template."""
    return {index["IndexName"] for index in _table(template)["GlobalSecondaryIndexes"]}


def _has_wrong_definitions(template: Properties) -> bool:
    """Return whether a template defines attributes that are in no key, which DynamoDB refuses."""
    table = _table(template)
    schemas = [table["KeySchema"], *(index["KeySchema"] for index in table["GlobalSecondaryIndexes"])]
    used = {key["AttributeName"] for schema in schemas for key in schema}
    return {each["AttributeName"] for each in table["AttributeDefinitions"]} != used
