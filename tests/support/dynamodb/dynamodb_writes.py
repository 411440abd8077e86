"""The effects of DynamoDB's writes on items, and refusals by conditions, limits and transactions."""

import copy
from typing import Any, NamedTuple

from tests.support.dynamodb.backends import Body
from tests.support.dynamodb.conditions import condition
from tests.support.dynamodb.dynamodb_limits import TRANSACTION_BYTES, Tables, check_size, check_updated
from tests.support.dynamodb.item_size import Item, item_size
from tests.support.dynamodb.service_answers import ServiceError, invalid
from tests.support.dynamodb.updates import updated

CONDITION_FAILED = "The conditional request failed"
_REASONS = {
    "ConditionalCheckFailedException": "ConditionalCheckFailed",
    "ValidationException": "ValidationError",
}


class Step(NamedTuple):
    """An item before a write and after it; None if there is none."""

    table: str
    key: Item
    old: Item | None
    new: Item | None


def write_step(action: str, parameters: Body, tables: Tables) -> Step:
    """Return the effect of a Put, Update, Delete or ConditionCheck.

    Raises ServiceError if the condition does not hold, or if DynamoDB refuses the updated item.
    """
    name = parameters["TableName"]
    schema = tables.schema(name)
    given = parameters.get("Item") or parameters["Key"]
    key = {attribute: given[attribute] for attribute in schema.keys}
    old = tables.item(name, key)
    _check_condition(old, parameters)
    if action == "Update":
        new: Item | None = _updated(old, parameters)
        check_updated(new or {}, schema)
    else:
        new = old if action == "ConditionCheck" else parameters.get("Item")
    return Step(name, key, old, new)


def transaction_steps(body: Body, tables: Tables) -> list[Step]:
    """Return the effects of a TransactWriteItems. Raises ServiceError if it is cancelled or refused."""
    steps: list[Step] = []
    reasons: list[dict[str, Any]] = []
    for entry in body["TransactItems"]:
        ((action, parameters),) = entry.items()
        try:
            if action == "Put":
                check_size(parameters["Item"])
            steps.append(write_step(action, parameters, tables))
            reasons.append({"Code": "None"})
        except ServiceError as error:
            reasons.append(_reason(error))
    if len(steps) < len(reasons):
        codes = ", ".join(reason["Code"] for reason in reasons)
        message = f"Transaction cancelled, please refer cancellation reasons for specific reasons [{codes}]"
        raise ServiceError("TransactionCanceledException", message, CancellationReasons=reasons)
    if sum(max(_size(step.old), _size(step.new)) for step in steps) > TRANSACTION_BYTES:
        raise invalid("The aggregate size of the items in the transaction exceeds 4 MB")
    return steps


def _reason(error: ServiceError) -> dict[str, Any]:
    item = {"Item": error.answer["Item"]} if "Item" in error.answer else {}
    return {"Code": _REASONS[error.code], "Message": error.answer["message"], **item}


def _size(item: Item | None) -> int:
    return item_size(item) if item else 0


def _check_condition(existing: Item | None, body: Body) -> None:
    text = body.get("ConditionExpression")
    if not text:
        return
    holds = condition(text, body.get("ExpressionAttributeNames", {}))
    if not holds(existing or {}, body.get("ExpressionAttributeValues", {})):
        shown = existing if body.get("ReturnValuesOnConditionCheckFailure") == "ALL_OLD" else None
        fields = {"Item": shown} if shown else {}
        raise ServiceError("ConditionalCheckFailedException", CONDITION_FAILED, **fields)


def _updated(old: Item | None, body: Body) -> Item:
    item = copy.copy(dict(old or body["Key"]))
    names, values = body.get("ExpressionAttributeNames", {}), body.get("ExpressionAttributeValues", {})
    return updated(item, body["UpdateExpression"], names, values) if "UpdateExpression" in body else item
