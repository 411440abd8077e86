"""Both tables of the tests have DynamoDB's limits and end pages as DynamoDB does."""

from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError
from moto import mock_aws
from moto.core import models

from tests.support.dynamodb import memory_dynamodb
from tests.support.dynamodb.dynamodb_limits import KB
from tests.support.dynamodb.item_size import item_size
from tests.support.dynamodb.known_cases import TABLE, Call, batch, key, put, sized, transact, update
from tests.support.dynamodb.memory_dynamodb import MemoryDynamoDB
from tests.support.dynamodb.moto_limits import enforced_limits
from tests.support.dynamodb.schema import table_from_definition

FULL = 400 * KB
REFUSED = "ValidationException"
TWICE = "Provided list of item keys contains duplicates"
TOO_LARGE = "Item size has exceeded the maximum allowed size"
UPDATED_TOO_LARGE = "Item size to update has exceeded the maximum allowed size"
HASH_KEY = "Size of hashkey has exceeded the maximum size limit of2048 bytes"
RANGE_KEY = "Aggregated size of all range keys has exceeded the size limit of 1024 bytes"
EMPTY = "The AttributeValue for a key attribute cannot contain an empty string value."
TWICE_IN_TRANSACTION = "Transaction request cannot include multiple operations on one item"


@pytest.fixture(scope="module")
def memory() -> MemoryDynamoDB:
    return MemoryDynamoDB([])


@pytest.fixture(scope="module")
def clients(memory: MemoryDynamoDB) -> dict[str, Any]:
    """Clients, which the tests share because their creation takes longer than most tests."""
    with memory.plugged_in():
        in_memory = _client()
    return {"moto": _client(), "memory": in_memory}


def _client() -> Any:
    session = boto3.Session(aws_access_key_id="x", aws_secret_access_key="x", region_name="eu-west-1")
    return session.client("dynamodb", config=Config(parameter_validation=False))


@pytest.fixture(params=["moto", "memory"])
def client(
    request: pytest.FixtureRequest,
    clients: dict[str, Any],
    memory: MemoryDynamoDB,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Any]:
    """A client of an empty table: once on moto, once on the table in memory."""
    if request.param == "memory":
        memory.tables = MemoryDynamoDB([table_from_definition(TABLE)]).tables
        yield clients["memory"]
        return
    # What moto registers with the library requests, which no test uses, takes most of its start.
    monkeypatch.setattr(models, "RESPONSES_METHODS", ())
    with mock_aws(), enforced_limits():
        clients["moto"].create_table(**TABLE)
        yield clients["moto"]


def _put(item: dict[str, Any]) -> dict[str, Any]:
    return {"Put": {"TableName": "t", "Item": item}}


def _check(number: int, table: str = "t") -> dict[str, Any]:
    absent = {"ConditionExpression": "attribute_not_exists(pk)"}
    return {"ConditionCheck": {"TableName": table, "Key": key("a", str(number)), **absent}}


def _query(client: Any, **more: Any) -> Any:
    parameters: dict[str, Any] = {
        "TableName": "t",
        "KeyConditionExpression": "pk = :pk",
        "ExpressionAttributeValues": {":pk": {"S": "a"}},
    }
    return client.query(**parameters | more)


def _query_for(pk: str, sk: str = "1") -> Call:
    values = {":pk": {"S": pk}, ":sk": {"S": sk}}
    condition = "pk = :pk AND begins_with(sk, :sk)"
    return lambda client: _query(client, KeyConditionExpression=condition, ExpressionAttributeValues=values)


def _get(*keys: dict[str, Any], **more: Any) -> Call:
    return lambda client: client.batch_get_item(RequestItems={"t": {"Keys": list(keys), **more}})


def _keys(count: int) -> list[Any]:
    return [key("a", f"{number:03}") for number in range(count)]


def _puts(count: int) -> list[dict[str, Any]]:
    return [{"PutRequest": {"Item": each}} for each in _keys(count)]


def _scan(**more: Any) -> Call:
    return lambda client: client.scan(TableName="t", **more)


def _update_to_number(name: str) -> Call:
    values = {":to": {"N": "1"}}
    return lambda client: client.update_item(
        TableName="t", Key=key(), UpdateExpression=f"SET {name} = :to", ExpressionAttributeValues=values
    )


LONG = "x" * 4200
REFUSALS: list[tuple[str, Call, str]] = [
    ("an item over 400 KB", put(sized(FULL + 1)), TOO_LARGE),
    ("an item over 400 KB in a batch", batch({"PutRequest": {"Item": sized(FULL + 1)}}), TOO_LARGE),
    ("an item made too large", update("SET fill = :fill", fill="x" * FULL), UPDATED_TOO_LARGE),
    ("a long partition key", put(key("x" * 2049)), HASH_KEY),
    ("a long partition key in bytes", put(key("é" * 1025)), HASH_KEY),
    ("a long sort key", put(key("a", "x" * 1025)), RANGE_KEY),
    ("a long partition key of an index", put(key() | {"g2": {"S": "x" * 2049}}), HASH_KEY),
    ("a long sort key of an index", put(key() | {"g1s": {"S": "x" * 1025}}), RANGE_KEY),
    ("an index key made long", update("SET g2 = :to", to="x" * 2049), "secondary index key beyond allowed"),
    ("a long key in a batch", batch({"PutRequest": {"Item": key("x" * 2049)}}), HASH_KEY),
    ("a long key in a deletion", batch({"DeleteRequest": {"Key": key("x" * 2049)}}), HASH_KEY),
    ("a long key in a transaction", transact(_put(key("x" * 2049))), HASH_KEY),
    ("a long key that is read", lambda client: client.get_item(TableName="t", Key=key("x" * 2049)), HASH_KEY),
    ("a long key among many read", _get(key("x" * 2049)), HASH_KEY),
    ("a long partition key of a query", _query_for("x" * 2049), HASH_KEY),
    ("a long sort key of a query", _query_for("a", "x" * 1025), RANGE_KEY),
    ("an empty partition key", put(key("")), EMPTY),
    ("an empty sort key", put(key("a", "")), EMPTY),
    ("an empty key of an index", put(key() | {"g2": {"S": ""}}), EMPTY),
    ("an index key made empty", update("SET g2 = :to", to=""), EMPTY),
    ("an empty key that is read", lambda client: client.get_item(TableName="t", Key=key("")), EMPTY),
    ("an empty key among many read", _get(key("a", "")), EMPTY),
    ("an empty key of a query", _query_for(""), EMPTY),
    ("an empty key that is deleted", lambda client: client.delete_item(TableName="t", Key=key("")), EMPTY),
    ("a key that is no string", put(key() | {"sk": {"N": "1"}}), "Type mismatch for key sk"),
    ("a key of an index that is no string", put(key() | {"g2": {"N": "1"}}), "Type mismatch for key g2"),
    (
        "an index key made a number",
        _update_to_number("g2"),
        "Type mismatch for key g2",
    ),
    ("half a key", lambda client: client.get_item(TableName="t", Key={"pk": {"S": "a"}}), "does not match"),
    ("26 writes in a batch", batch(*_puts(26)), "less than or equal to 25"),
    ("a batch without writes", batch(), "greater than or equal to 1"),
    ("an item twice in a batch", batch(*_puts(2), *_puts(1)), TWICE),
    ("an item put and deleted", batch(*_puts(1), {"DeleteRequest": {"Key": _keys(1)[0]}}), TWICE),
    ("101 keys in a batch", _get(*_keys(101)), "less than or equal to 100"),
    ("a batch without keys", _get(), "greater than or equal to 1"),
    ("a key twice in a batch", _get(*_keys(2), *_keys(1)), TWICE),
    (
        "101 items in a transaction",
        transact(*(_put(each) for each in _keys(101))),
        "less than or equal to 100",
    ),
    ("a transaction without items", transact(), "greater than or equal to 1"),
    ("an item twice in a transaction", transact(_put(key()), _put(key())), TWICE_IN_TRANSACTION),
    ("an item checked and put in a transaction", transact(_check(1), _put(key())), TWICE_IN_TRANSACTION),
    (
        "a transaction over 4 MB",
        transact(*(_put(sized(FULL, sk=str(number))) for number in range(11))),
        "exceeds 4 MB",
    ),
    ("a long expression", update(f"SET #{LONG} = :to", to="x"), "Expression size has exceeded"),
    ("a long condition", put(key(), ConditionExpression=f"attribute_exists({LONG})"), "Expression size"),
    ("a long filter", _scan(FilterExpression=f"attribute_exists({LONG})"), "Expression size has exceeded"),
    ("a reserved word in an update", update("SET status = :to", to="x"), "reserved keyword: status"),
    (
        "a reserved word in a filter",
        _scan(FilterExpression="attribute_exists(fill) AND Status <> size(fill)"),
        "Status",
    ),
    ("a reserved word in a projection", _scan(ProjectionExpression="sk, owner"), "reserved keyword: owner"),
    ("a value that is not given", update("SET fill = :other"), "is not defined; attribute value: :other"),
    ("a name that is not given", _scan(FilterExpression="attribute_exists(#fill)"), "attribute name: #fill"),
    ("a value that is not used", update("SET fill = :to", to="x", other="y"), "unused in expressions"),
    ("a name that is not used", _scan(ExpressionAttributeNames={"#fill": "fill"}), "unused in expressions"),
    ("a limit of 0", _scan(Limit=0), "greater than or equal to 1"),
]


@pytest.mark.parametrize(("case", "call", "message"), REFUSALS, ids=[case for case, *_ in REFUSALS])
def test_requests_beyond_the_limits_of_dynamodb_are_refused(
    client: Any, case: str, call: Call, message: str
) -> None:
    with pytest.raises(ClientError) as refused:
        call(client)
    error = refused.value.response["Error"]
    assert (error["Code"], message in error["Message"]) == (REFUSED, True), f"{case}: {error}"
    assert client.scan(TableName="t")["Count"] == 0


ACCEPTED: list[tuple[str, Call]] = [
    ("an item of 400 KB", put(sized(FULL))),
    ("an item of 400 KB in multi-byte characters", put(key() | {"é": {"S": "é" * ((FULL - 9) // 2)}})),
    ("keys as long as they may be", put(key("x" * 2048, "x" * 1024) | {"g1s": {"S": "x" * 1024}})),
    ("25 writes in a batch", batch(*_puts(25))),
    (
        "25 items of 400 KB in a batch",
        batch(*({"PutRequest": {"Item": sized(FULL, sk=str(at))}} for at in range(25))),
    ),
    ("100 keys in a batch", _get(*_keys(100))),
    ("100 items in a transaction", transact(*(_put(each) for each in _keys(100)))),
    ("10 items of 400 KB in a transaction", transact(*(_put(sized(FULL, sk=str(at))) for at in range(10)))),
]


@pytest.mark.parametrize(("case", "call"), ACCEPTED, ids=[case for case, _ in ACCEPTED])
def test_requests_at_the_limits_of_dynamodb_are_accepted(client: Any, case: str, call: Call) -> None:
    call(client)


def test_numbers_count_as_dynamodb_stores_them(client: Any) -> None:
    numbers = {f"n{at}": {"N": "1" * 38} for at in range(100)}
    filled = sized(FULL - item_size(numbers)) | numbers
    client.put_item(TableName="t", Item=filled)
    with pytest.raises(ClientError, match=TOO_LARGE):
        client.put_item(TableName="t", Item=filled | {"n": {"N": "1"}})


def test_an_item_grows_to_400_kb_and_no_further(client: Any) -> None:
    client.put_item(TableName="t", Item=sized(FULL - 10))
    update("SET a = :a", a="x" * 9)(client)
    with pytest.raises(ClientError, match=UPDATED_TOO_LARGE):
        update("SET a = :a", a="x" * 10)(client)
    assert client.get_item(TableName="t", Key=key())["Item"]["a"] == {"S": "x" * 9}


def test_a_condition_is_checked_before_the_size_of_an_update(client: Any) -> None:
    parameters: dict[str, Any] = {
        "TableName": "t",
        "Key": key(),
        "UpdateExpression": "SET a = :a",
        "ConditionExpression": "attribute_exists(pk)",
        "ExpressionAttributeValues": {":a": {"S": "x" * FULL}},
    }
    with pytest.raises(client.exceptions.ConditionalCheckFailedException):
        client.update_item(**parameters)


@pytest.mark.parametrize("how", ["put", "update"])
def test_one_item_over_400_kb_cancels_a_transaction(client: Any, how: str) -> None:
    to: Any = {"TableName": "t", "Key": key(), "UpdateExpression": "SET a = :a"}
    to["ExpressionAttributeValues"] = {":a": {"S": "x" * FULL}}
    large, message = (
        (_put(sized(FULL + 1)), TOO_LARGE) if how == "put" else ({"Update": to}, UPDATED_TOO_LARGE)
    )
    with pytest.raises(client.exceptions.TransactionCanceledException) as cancelled:
        transact(_put(key("a", "2")), large)(client)
    reasons = cancelled.value.response["CancellationReasons"]
    assert reasons == [{"Code": "None"}, {"Code": "ValidationError", "Message": message}]
    assert client.scan(TableName="t")["Count"] == 0


def test_a_query_that_reaches_its_limit_has_a_last_evaluated_key(client: Any) -> None:
    batch(*_puts(3))(client)
    first = _query(client, Limit=3)
    assert (first["Count"], first["LastEvaluatedKey"]) == (3, _keys(3)[2])
    second = _query(client, Limit=3, ExclusiveStartKey=first["LastEvaluatedKey"])
    assert (second["Items"], "LastEvaluatedKey" in second) == ([], False)
    assert "LastEvaluatedKey" not in _query(client, Limit=4)


def test_a_scan_that_reaches_its_limit_has_a_last_evaluated_key(client: Any) -> None:
    batch(*_puts(3))(client)
    first = client.scan(TableName="t", Limit=3)
    second = client.scan(TableName="t", Limit=3, ExclusiveStartKey=first["LastEvaluatedKey"])
    assert (first["Count"], second["Items"], "LastEvaluatedKey" in second) == (3, [], False)


def test_an_index_query_that_reaches_its_limit_has_a_last_evaluated_key(client: Any) -> None:
    batch(*({"PutRequest": {"Item": each | {"g2": {"S": "g"}}}} for each in _keys(2)))(client)
    asked: dict[str, Any] = {
        "IndexName": "keys",
        "KeyConditionExpression": "g2 = :g",
        "ExpressionAttributeValues": {":g": {"S": "g"}},
        "Limit": 2,
    }
    last = _query(client, **asked)["LastEvaluatedKey"]
    assert last == _keys(2)[1] | {"g2": {"S": "g"}}
    assert _query(client, **asked, ExclusiveStartKey=last)["Items"] == []


def test_a_limit_counts_scanned_items_before_the_filter(client: Any) -> None:
    batch(*_puts(3))(client)
    page = _query(client, Limit=2, FilterExpression="attribute_exists(nothing)", ProjectionExpression="sk")
    assert (page["Count"], page["ScannedCount"], page["LastEvaluatedKey"]) == (0, 2, _keys(2)[1])


@pytest.mark.parametrize("operation", ["query", "scan"])
def test_a_page_ends_with_the_item_that_reaches_1_mb(client: Any, operation: str) -> None:
    for number in range(5):
        client.put_item(TableName="t", Item=sized(FULL, sk=str(number)))
    read: Any = {"query": lambda **more: _query(client, **more), "scan": lambda **more: _scan(**more)(client)}
    first = read[operation](ProjectionExpression="sk")
    assert (first["Count"], first["LastEvaluatedKey"]) == (3, key("a", "2"))
    rest = read[operation](ExclusiveStartKey=first["LastEvaluatedKey"])
    assert (rest["Count"], "LastEvaluatedKey" in rest) == (2, False)


def test_a_count_has_pages_too(client: Any) -> None:
    for number in range(4):
        client.put_item(TableName="t", Item=sized(FULL, sk=str(number)))
    page = _query(client, Select="COUNT")
    assert (page["Count"], page["LastEvaluatedKey"]) == (3, key("a", "2"))


def test_an_index_is_paged_by_the_size_of_its_projection(client: Any) -> None:
    for number in range(4):
        client.put_item(TableName="t", Item=sized(FULL, sk=str(number), g2="g"))
    asked: Any = {"KeyConditionExpression": "g2 = :g", "ExpressionAttributeValues": {":g": {"S": "g"}}}
    page = _query(client, IndexName="keys", **asked)
    assert (page["Count"], "LastEvaluatedKey" in page) == (4, False)


def test_a_batch_get_has_a_limit_and_unprocessed_keys(
    clients: dict[str, Any], memory: MemoryDynamoDB, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The table in memory has a limit that is a variable; that of moto is not."""
    memory.tables = MemoryDynamoDB([table_from_definition(TABLE)]).tables
    monkeypatch.setattr(memory_dynamodb, "BATCH_GET_BYTES", 4 * KB)
    keys = _keys(6)
    for each in keys:
        clients["memory"].put_item(TableName="t", Item=sized(KB, sk=each["sk"]["S"]))
    answer: Any = _get(*keys)(clients["memory"])
    assert len(answer["Responses"]["t"]) == 4
    assert answer["UnprocessedKeys"]["t"]["Keys"] == keys[4:]


@pytest.mark.large
def test_a_batch_get_returns_16_mb_and_unprocessed_keys(client: Any) -> None:
    keys = _keys(42)
    for each in keys:
        client.put_item(TableName="t", Item=sized(FULL, sk=each["sk"]["S"]))
    answer: Any = _get(*keys)(client)
    assert len(answer["Responses"]["t"]) == 40
    assert answer["UnprocessedKeys"]["t"]["Keys"] == keys[40:]
