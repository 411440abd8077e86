"""The table in memory behaves like moto's: writes, conditions, transactions, queries, pages, indexes, stream."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError
from moto.core.models import botocore_stubber

from tests.support.dynamodb.memory_dynamodb import MemoryDynamoDB
from tests.support.dynamodb.moto_stream import MotoStream
from tests.support.dynamodb.schema import table_from_definition
from tests.support.dynamodb.table_in_memory import MemoryStream
from tests.support.template import table_definition
from tests.support.thoroughness import part_of

NAME = "crm-test"
STEPS = 60
PARTITIONS, SORTS = ("P#1", "P#2"), ("A#1", "A#2", "A#3", "PROFILE")
DEFINITION = {"TableName": NAME, **table_definition()}
Request = tuple[str, dict[str, Any]]


class Requests:
    """Random requests about a few items, each of which often exists and often does not."""

    def __init__(self, rng: Random) -> None:
        self._dice = rng

    def next(self) -> Request:
        return self._dice.choice(
            (self.put, self.put, self.update, self.update, self.delete, self.transact, self.get, self.batch_get,
             self.batch_write, self.query, self.query_index, self.scan)
        )()  # fmt: skip

    def key(self) -> dict[str, Any]:
        return {"pk": {"S": self._dice.choice(PARTITIONS)}, "sk": {"S": self._dice.choice(SORTS)}}

    def item(self) -> dict[str, Any]:
        item = {
            **self.key(),
            "n": {"N": str(self._dice.randrange(5))},
            "tags": {"L": [{"S": "é"}, {"BOOL": True}]},
        }
        for index in DEFINITION["GlobalSecondaryIndexes"]:
            if self._dice.random() < 0.5:
                item |= {
                    key["AttributeName"]: {"S": f"g{self._dice.randrange(3)}"} for key in index["KeySchema"]
                }
        return item | {name: value for name, value in self.key().items() if name not in item}

    def condition(self) -> dict[str, Any]:
        n = {":n": {"N": str(self._dice.randrange(5))}}
        return self._dice.choice(
            (
                {},
                {"ConditionExpression": "attribute_not_exists(pk)"},
                {"ConditionExpression": "attribute_exists(pk)"},
                {"ConditionExpression": "n < :n", "ExpressionAttributeValues": n},
                {
                    "ConditionExpression": "attribute_not_exists(pk) OR #n = :n",
                    "ExpressionAttributeValues": n,
                    "ExpressionAttributeNames": {"#n": "n"},
                },
            )
        )

    def put(self) -> Request:
        return "put_item", {"TableName": NAME, "Item": self.item(), **self.condition()}

    def update(self) -> Request:
        values = {":a": {"N": "1"}, ":b": {"S": self._dice.choice(SORTS)}}
        body = {"TableName": NAME, "Key": self.key(), "UpdateExpression": "SET b = :b ADD n :a"}
        condition = self.condition()
        values |= condition.pop("ExpressionAttributeValues", {})
        returned = {"ReturnValues": self._dice.choice(("NONE", "ALL_OLD", "ALL_NEW"))}
        return "update_item", body | condition | returned | {"ExpressionAttributeValues": values}

    def delete(self) -> Request:
        return "delete_item", {"TableName": NAME, "Key": self.key(), **self.condition()}

    def transact(self) -> Request:
        first, second = self._dice.sample(
            [{"pk": {"S": p}, "sk": {"S": s}} for p in PARTITIONS for s in SORTS], 2
        )
        put = {"TableName": NAME, "Item": {**self.item(), **first}, **self.condition()}
        other = {"TableName": NAME, "Key": second}
        absent = {"ConditionExpression": "attribute_not_exists(pk)"}
        action = self._dice.choice(({"Delete": other}, {"ConditionCheck": other | absent}))
        return "transact_write_items", {"TransactItems": [{"Put": put}, action]}

    def get(self) -> Request:
        shown = self._dice.choice(({}, {"ProjectionExpression": "n, tags"}))
        return "get_item", {"TableName": NAME, "Key": self.key(), "ConsistentRead": True, **shown}

    def batch_get(self) -> Request:
        keys = [{"pk": {"S": self._dice.choice(PARTITIONS)}, "sk": {"S": sk}} for sk in SORTS]
        return "batch_get_item", {"RequestItems": {NAME: {"Keys": keys, "ConsistentRead": True}}}

    def batch_write(self) -> Request:
        keys = [{"pk": {"S": PARTITIONS[0]}, "sk": {"S": sk}} for sk in SORTS[:2]]
        requests = [{"PutRequest": {"Item": {**self.item(), **keys[0]}}}, {"DeleteRequest": {"Key": keys[1]}}]
        return "batch_write_item", {"RequestItems": {NAME: requests}}

    def query(self) -> Request:
        values = {
            ":pk": {"S": self._dice.choice(PARTITIONS)},
            ":sk": {"S": self._dice.choice(("A#", "A#2", "P"))},
        }
        sorts = ("begins_with(sk, :sk)", "sk > :sk", "sk <= :sk")
        more = self._dice.choice(({}, {"Limit": 1}, {"Limit": 2}))
        return "query", {
            "TableName": NAME,
            "KeyConditionExpression": f"pk = :pk AND {self._dice.choice(sorts)}",
            "ExpressionAttributeValues": values,
            "ScanIndexForward": self._dice.random() < 0.5,
            **more,
        }

    def query_index(self) -> Request:
        index = self._dice.choice(DEFINITION["GlobalSecondaryIndexes"])
        name = index["KeySchema"][0]["AttributeName"]
        return "query", {
            "TableName": NAME,
            "IndexName": index["IndexName"],
            "KeyConditionExpression": f"{name} = :at",
            "ExpressionAttributeValues": {":at": {"S": f"g{self._dice.randrange(3)}"}},
        }

    def scan(self) -> Request:
        return "scan", {"TableName": NAME}


@pytest.fixture
def clients(aws: None) -> tuple[Any, Any, MemoryDynamoDB]:
    """A client of moto's table, one of the table in memory, and that table."""
    memory = MemoryDynamoDB([table_from_definition(DEFINITION)])
    with memory.plugged_in():
        in_memory = _client()
    # All handlers of an event are called, and moto's would do the request, too.
    in_memory.meta.events.unregister("before-send", botocore_stubber)
    on_moto = _client()
    on_moto.create_table(BillingMode="PAY_PER_REQUEST", **DEFINITION)
    return on_moto, in_memory, memory


def _client() -> Any:
    session = boto3.Session(aws_access_key_id="x", aws_secret_access_key="x", region_name="eu-central-1")
    return session.client("dynamodb", config=Config(parameter_validation=False))


def ask(client: Any, request: Request) -> Any:
    """Return all pages of a response, without data that only one table returns, or the code of the error."""
    operation, body = request
    call: Callable[..., Any] = getattr(client, operation)
    pages, start = [], None
    for _ in range(20):
        try:
            answer = call(**body, **({"ExclusiveStartKey": start} if start else {}))
        except ClientError as error:
            reasons = [reason["Code"] for reason in error.response.get("CancellationReasons", [])]
            return error.response["Error"]["Code"], reasons
        pages.append(_plain(operation, answer))
        start = answer.get("LastEvaluatedKey")
        if not start:
            return pages
    raise AssertionError(f"{operation} never ends")


def _plain(operation: str, answer: dict[str, Any]) -> Any:
    items = [*answer.get("Items", []), *answer.get("Responses", {}).get(NAME, [])]
    # DynamoDB does not define the order of a scan, of a batch, and of index entries with equal keys.
    ordered = items if operation == "query" and not _same_keys(items) else sorted(items, key=repr)
    return [ordered, answer.get("Item"), answer.get("Attributes")]


def _same_keys(items: list[dict[str, Any]]) -> bool:
    return len({item["pk"]["S"] for item in items}) > 1


def replayed(records: list[dict[str, Any]]) -> dict[str, Any]:
    """Return the last image of each key in the stream. Raises AssertionError if an image is missing."""
    known: dict[str, Any] = {}
    for record in records:
        change = record["dynamodb"]
        key = repr(sorted(change["Keys"].items()))
        assert known.get(key) == change.get("OldImage"), record
        known[key] = change.get("NewImage")
    return known


def keys_in(records: list[dict[str, Any]]) -> dict[str, bool]:
    """Return whether each key of the stream exists at the end."""
    return {repr(sorted(one["dynamodb"]["Keys"].items())): "NewImage" in one["dynamodb"] for one in records}


@pytest.mark.parametrize("seed", range(part_of(16, least=2)))
def test_random_requests_have_the_responses_of_moto(
    clients: tuple[Any, Any, MemoryDynamoDB], seed: int
) -> None:
    on_moto, in_memory, memory = clients
    requests = Requests(Random(seed))
    for _ in range(part_of(STEPS, one_in=2)):
        request = requests.next()
        assert ask(in_memory, request) == ask(on_moto, request), request
    records, _ = MemoryStream(memory, NAME).after()
    # Moto tells of an upsert by its keys alone, and of what did not change: DynamoDB does neither.
    assert keys_in(records) == keys_in(MotoStream(NAME).after()[0])
    alive = [item for item in replayed(records).values() if item]
    assert sorted(alive, key=repr) == sorted(in_memory.scan(TableName=NAME)["Items"], key=repr)
