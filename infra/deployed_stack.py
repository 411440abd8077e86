"""Inspect a deployed stack: its state, its parameters and the resources that outlive it."""

import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError, WaiterError

from infra.stack_parameters import NAMESPACE

KEPT = {"Table", "ImportBucket"}
ABORTED = {"ROLLBACK_COMPLETE", "ROLLBACK_FAILED", "CREATE_FAILED"}
"""States of a stack that was never complete. It cannot be updated, only deleted."""

STUCK = {
    "UPDATE_ROLLBACK_FAILED": "aws cloudformation continue-update-rollback",
    "DELETE_FAILED": "aws cloudformation describe-stack-events",
}


@dataclass(frozen=True, slots=True)
class Stack:
    """A deployed stack."""

    name: str
    status: str
    parameters: dict[str, str]
    outputs: dict[str, str]


def read(cloudformation: Any, name: str) -> Stack | None:
    """Read the stack of that name; None if there is none, or only one that was never created."""
    try:
        (found,) = cloudformation.describe_stacks(StackName=name)["Stacks"]
    except ClientError as error:
        if "does not exist" in str(error):
            return None
        raise
    if found["StackStatus"] == "REVIEW_IN_PROGRESS":
        return None
    parameters = {each["ParameterKey"]: each["ParameterValue"] for each in found.get("Parameters", ())}
    outputs = {each["OutputKey"]: each["OutputValue"] for each in found.get("Outputs", ())}
    return Stack(name, found["StackStatus"], parameters, outputs)


def ensure_ours(stack: Stack) -> None:
    """Exit if the stack of that name belongs to another product, because it must not be changed."""
    if NAMESPACE not in stack.parameters:
        sys.exit(
            f"The stack {stack.name} belongs to another product. Use another name: make deploy ENV=production"
        )


def ensure_ready(stack: Stack) -> None:
    """Exit if a deployment cannot begin now, with advice."""
    if stack.status.endswith("_IN_PROGRESS"):
        sys.exit(
            f"The stack {stack.name} is {stack.status}: another deployment is in progress. Retry when "
            "it has finished."
        )
    if command := STUCK.get(stack.status):
        sys.exit(f"The stack {stack.name} is {stack.status}. Run: {command} --stack-name {stack.name}")


def ensure_nothing_left(logs: Any, name: str) -> None:
    """Exit if log groups with the names of a new stack exist, on which its creation would fail after minutes.

    A function that ends after its stack's log group was deleted writes its last lines into a new one.
    """
    for wanted in (f"/aws/lambda/{name}", f"/aws/apigateway/{name}"):
        try:
            found = logs.describe_log_groups(logGroupNamePrefix=wanted)["logGroups"]
        except ClientError:  # no permission to look: CloudFormation will report it
            return
        if wanted in {group["logGroupName"] for group in found}:
            sys.exit(
                f"The log group {wanted} of an earlier stack with this name still exists, so a new stack "
                "cannot create its own. Delete it, and deploy again: aws logs delete-log-group "
                f"--log-group-name {wanted}"
            )


def clear_aborted(cloudformation: Any, stack: Stack) -> None:
    """Delete a stack whose creation failed, so that it can be created again; print the reason and what remains of
    it.
    """
    print(
        f"The stack {stack.name} is {stack.status}: its creation failed. It will be deleted and "
        "created again."
    )
    events = cloudformation.describe_stack_events(StackName=stack.name)["StackEvents"]
    for reason in _reasons(events):
        print(f"  {reason}")
    delete(cloudformation, stack.name)
    for left in {event["PhysicalResourceId"] for event in events if _is_kept(event)}:
        print(f"  not deleted, but empty: {left}")


def delete(cloudformation: Any, name: str) -> None:
    """Delete a stack and wait until it is gone. Exits if that fails."""
    try:
        cloudformation.delete_stack(StackName=name)
        cloudformation.get_waiter("stack_delete_complete").wait(StackName=name)
    except WaiterError:
        sys.exit(
            "The stack could not be deleted. See the reason: aws cloudformation "
            f"describe-stack-events --stack-name {name}"
        )


def kept(cloudformation: Any, name: str) -> Iterator[str]:
    """List the resources that outlive a stack - its table, the nested stack of that and its bucket - as `<type>
    <name>`.
    """
    for found in cloudformation.describe_stack_resources(StackName=name)["StackResources"]:
        if found["LogicalResourceId"] in KEPT:
            yield f"{found['ResourceType']} {found['PhysicalResourceId']}"
            if found["ResourceType"] == "AWS::CloudFormation::Stack":
                yield from kept(cloudformation, found["PhysicalResourceId"])


def _is_kept(event: Mapping[str, Any]) -> bool:
    return event["LogicalResourceId"] in KEPT and event["ResourceStatus"] == "DELETE_SKIPPED"


def _reasons(events: Sequence[Mapping[str, Any]]) -> list[str]:
    """Return the first failures, without those that only followed from them. Events are ordered last first."""
    failed = [each for each in events if each["ResourceStatus"].endswith("_FAILED")]
    reasons = [
        f"{each['LogicalResourceId']}: {each['ResourceStatusReason']}"
        for each in reversed(failed)
        if "cancelled" not in each.get("ResourceStatusReason", "cancelled").lower()
    ]
    return list(dict.fromkeys(reasons))[:5]
