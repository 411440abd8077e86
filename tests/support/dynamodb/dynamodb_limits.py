"""The limits of Amazon DynamoDB, for tables in memory.

Sources: Amazon DynamoDB Developer Guide, "Quotas in Amazon DynamoDB", and the API reference of each operation.
The 16 MB of BatchWriteItem need no check: its 25 items of 400 KB are less.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, Protocol, TypeVar

from tests.support.dynamodb.backends import Body
from tests.support.dynamodb.expression_checks import check_expressions
from tests.support.dynamodb.item_size import Item, item_size, value_size
from tests.support.dynamodb.schema import Key, Table
from tests.support.dynamodb.service_answers import invalid

T = TypeVar("T")

KB, MB = 1024, 1024 * 1024
ITEM_BYTES = 400 * KB
KEY_BYTES = (2048, 1024)
"""The limits of a partition key and of a sort key, in the table and in every index."""
PAGE_BYTES = MB
BATCH_WRITE_ITEMS = 25
BATCH_GET_KEYS = 100
BATCH_GET_BYTES = 16 * MB
TRANSACTION_ITEMS = 100
TRANSACTION_BYTES = 4 * MB

_WRONG = "One or more parameter values were invalid: "
_NOT_VALID = "One or more parameter values are not valid. "
_EMPTY = "The AttributeValue for a key attribute cannot contain an empty string value."
_IN_INDEX = "A value specified for a secondary index key is not supported. "
_UPDATE_IN_INDEX = (
    "The update expression attempted to update a secondary index key to a value that is not supported. "
)
# No space before 2048: the service writes it so.
_TOO_LONG = (
    "Size of hashkey has exceeded the maximum size limit of2048 bytes",
    "Aggregated size of all range keys has exceeded the size limit of 1024 bytes",
)
_UPDATE_TOO_LONG = (
    "The update expression attempted to update the secondary index key beyond allowed size limits"
)


class Tables(Protocol):
    """Access to the tables on which the limits are enforced."""

    def schema(self, name: str) -> Table:
        """Return the keys and the indexes of a table."""
        ...

    def item(self, table: str, key: Item) -> Item | None:
        """Return the current item of a key."""
        ...


def check_request(operation: str, body: Body, tables: Tables) -> None:
    """Check a request by the rules that need no item. Raises ServiceError."""
    if operation in _CHECKS:
        _CHECKS[operation](body, tables)


def check_size(item: Item) -> None:
    """Check the size of an item in a put. Raises ServiceError."""
    if item_size(item) > ITEM_BYTES:
        raise invalid("Item size has exceeded the maximum allowed size")


def check_updated(item: Item, schema: Table) -> None:
    """Check an item after an update. Raises ServiceError."""
    for index in schema.indexes:
        for name, limit in zip(index.keys, KEY_BYTES, strict=False):
            if name in item:
                _check_type(name, item[name])
            if name in item and not _content(item[name]):
                raise invalid(_NOT_VALID + _UPDATE_IN_INDEX + _EMPTY)
            if name in item and value_size(item[name]) > limit:
                raise invalid(_WRONG + _UPDATE_TOO_LONG)
    if item_size(item) > ITEM_BYTES:
        raise invalid("Item size to update has exceeded the maximum allowed size")


def read_page(items: Iterable[T], limit: int | None, size_of: Callable[[T], int]) -> tuple[list[T], bool]:
    """Return the items of a page before any filter, and whether a limit ended the page.

    A page that a limit ended has a LastEvaluatedKey, even if no item follows. The item that reaches 1 MB is the last.
    """
    page: list[T] = []
    size = 0
    for item in items:
        page.append(item)
        size += size_of(item)
        if len(page) == limit or size >= PAGE_BYTES:
            return page, True
    return page, False


def fitting_keys(keys: Sequence[Item], sizes: Iterable[int], free: int) -> tuple[list[Item], list[Item]]:
    """Return the keys whose items fit into the response of a BatchGetItem, and the unprocessed keys."""
    fitting: list[Item] = []
    left: list[Item] = []
    for key, size in zip(keys, sizes, strict=True):
        free -= size
        (left if free < 0 else fitting).append(key)
    return fitting, left


def _check_item(item: Item, schema: Table) -> None:
    _check_keys_in(item, schema)
    check_size(item)


def _check_keys_in(item: Item, schema: Table) -> None:
    for name in schema.keys:
        if name not in item:
            raise invalid(f"{_WRONG}Missing the key {name} in the item")
    _check_values(schema.keys, item, f"{_NOT_VALID}{_EMPTY} Key: ")
    for index in schema.indexes:
        _check_values(
            index.keys, item, f"{_NOT_VALID}{_IN_INDEX}{_EMPTY} IndexName: {index.name}, IndexKey: "
        )


def _check_key(key: Item, schema: Table) -> None:
    if key.keys() != set(schema.keys):
        raise invalid("The provided key element does not match the schema")
    _check_values(schema.keys, key, f"{_NOT_VALID}{_EMPTY} Key: ")


def _check_values(names: Sequence[str], item: Item, empty: str) -> None:
    for name, limit, too_long in zip(names, KEY_BYTES, _TOO_LONG, strict=False):
        if name in item:
            _check_type(name, item[name])
            if not _content(item[name]):
                raise invalid(empty + name)
            if value_size(item[name]) > limit:
                raise invalid(_WRONG + too_long)


def _check_type(name: str, value: Mapping[str, Any]) -> None:
    """Check the type of a key: all keys of these tables are strings."""
    if "S" not in value:
        raise invalid(f"{_WRONG}Type mismatch for key {name} expected: S actual: {next(iter(value))}")


def _content(value: Mapping[str, Any]) -> Any:
    return next(iter(value.values()))


def _check_put(body: Body, tables: Tables) -> None:
    check_expressions(body)
    _check_item(body["Item"], tables.schema(body["TableName"]))


def _check_one(body: Body, tables: Tables) -> None:
    check_expressions(body)
    _check_key(body["Key"], tables.schema(body["TableName"]))


def _check_query(body: Body, tables: Tables) -> None:
    _check_scan(body, tables)
    schema = tables.schema(body["TableName"])
    names = schema.index(body["IndexName"]).keys if "IndexName" in body else schema.keys
    for name, value in _conditions(body, names):
        _check_values(names, {name: value}, f"{_NOT_VALID}{_EMPTY} Key: ")


def _conditions(body: Body, names: Sequence[str]) -> Iterator[tuple[str, Item]]:
    """Yield (key attribute, value) for each comparison in the key condition."""
    placeholders = {
        name: own for name, own in body.get("ExpressionAttributeNames", {}).items() if own in names
    }
    name = ""
    for token in re.findall(r"[#:]?\w+", body["KeyConditionExpression"]):
        if token in names or token in placeholders:
            name = placeholders.get(token, token)
        elif token.startswith(":"):
            yield name, body["ExpressionAttributeValues"][token]


def _check_scan(body: Body, _tables: Tables) -> None:
    check_expressions(body)
    if body.get("Limit", 1) < 1:
        raise invalid(
            f"1 validation error detected: Value '{body['Limit']}' at 'limit' failed to satisfy constraint: "
            "Member must have value greater than or equal to 1"
        )


def _check_batch_get(body: Body, tables: Tables) -> None:
    requests: Mapping[str, Body] = body["RequestItems"]
    if not requests:
        raise invalid(_at("requestItems", "greater than or equal to 1"))
    for name, request in requests.items():
        keys = request["Keys"]
        if not 1 <= len(keys) <= BATCH_GET_KEYS:
            bound = f"less than or equal to {BATCH_GET_KEYS}" if keys else "greater than or equal to 1"
            raise invalid(_at(f"requestItems.{name}.member.keys", bound))
        check_expressions(request)
        schema = tables.schema(name)
        for key in keys:
            _check_key(key, schema)
        _check_distinct(map(schema.key_of, keys), "Provided list of item keys contains duplicates")
    if sum(len(request["Keys"]) for request in requests.values()) > BATCH_GET_KEYS:
        raise invalid("Too many items requested for the BatchGetItem call")


def _check_batch_write(body: Body, tables: Tables) -> None:
    batches: Mapping[str, list[Body]] = body["RequestItems"]
    counts = [len(requests) for requests in batches.values()]
    if not counts or 0 in counts or sum(counts) > BATCH_WRITE_ITEMS:
        raise invalid(
            "1 validation error detected: Value at 'requestItems' failed to satisfy constraint: Map value must satisfy "
            f"constraint: [Member must have length less than or equal to {BATCH_WRITE_ITEMS}, "
            "Member must have length greater than or equal to 1]"
        )
    for name, requests in batches.items():
        schema = tables.schema(name)
        for request in requests:
            _check_written(request, schema)
        places = (schema.key_of(_place(next(iter(request.values())))) for request in requests)
        _check_distinct(places, "Provided list of item keys contains duplicates")


def _check_written(request: Body, schema: Table) -> None:
    if "PutRequest" in request:
        _check_item(request["PutRequest"]["Item"], schema)
    else:
        _check_key(request["DeleteRequest"]["Key"], schema)


def _check_transaction(body: Body, tables: Tables) -> None:
    actions = [parameters for entry in body["TransactItems"] for parameters in entry.values()]
    if not 1 <= len(actions) <= TRANSACTION_ITEMS:
        bound = f"less than or equal to {TRANSACTION_ITEMS}" if actions else "greater than or equal to 1"
        raise invalid(_at("transactItems", bound))
    for parameters in actions:
        check_expressions(parameters)
        schema = tables.schema(parameters["TableName"])
        if "Item" in parameters:
            _check_keys_in(parameters["Item"], schema)
        else:
            _check_key(parameters["Key"], schema)
    places = [(each["TableName"], *tables.schema(each["TableName"]).key_of(_place(each))) for each in actions]
    _check_distinct(places, "Transaction request cannot include multiple operations on one item")


def _place(parameters: Body) -> Item:
    item: Item = parameters.get("Item") or parameters["Key"]
    return item


def _check_distinct(places: Iterable[Key], message: str) -> None:
    seen: set[Key] = set()
    for place in places:
        if place in seen:
            raise invalid(message)
        seen.add(place)


def _at(place: str, bound: str) -> str:
    return (
        f"1 validation error detected: Value at '{place}' failed to satisfy constraint: "
        f"Member must have length {bound}"
    )


_CHECKS: dict[str, Callable[[Body, Tables], None]] = {
    "PutItem": _check_put,
    "UpdateItem": _check_one,
    "DeleteItem": _check_one,
    "GetItem": _check_one,
    "Query": _check_query,
    "Scan": _check_scan,
    "BatchGetItem": _check_batch_get,
    "BatchWriteItem": _check_batch_write,
    "TransactGetItems": _check_transaction,
    "TransactWriteItems": _check_transaction,
}
