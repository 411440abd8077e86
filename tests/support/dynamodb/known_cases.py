"""Known cases of DynamoDB's capacity units, computed by hand from the rules that AWS publishes.

Pages of the Amazon DynamoDB Developer Guide: "DynamoDB item sizes and formats", "DynamoDB read and write
operations", "Using Global Secondary Indexes in DynamoDB", "Amazon DynamoDB Transactions: How it works".
Each case has a description, the items before, the call, and its expected units.
"""

from collections.abc import Callable
from typing import Any

from tests.support.dynamodb.item_size import item_size

TABLE: dict[str, Any] = {
    "TableName": "t",
    "BillingMode": "PAY_PER_REQUEST",
    "KeySchema": [
        {"AttributeName": "pk", "KeyType": "HASH"},
        {"AttributeName": "sk", "KeyType": "RANGE"},
    ],
    "AttributeDefinitions": [
        {"AttributeName": name, "AttributeType": "S"}
        for name in ("pk", "sk", "g1", "g1s", "g2", "g3", "o", "o1", "o2")
    ],
    "GlobalSecondaryIndexes": [
        {
            "IndexName": "included",
            "KeySchema": [
                {"AttributeName": "g1", "KeyType": "HASH"},
                {"AttributeName": "g1s", "KeyType": "RANGE"},
            ],
            "Projection": {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["card"]},
        },
        {
            "IndexName": "keys",
            "KeySchema": [{"AttributeName": "g2", "KeyType": "HASH"}],
            "Projection": {"ProjectionType": "KEYS_ONLY"},
        },
        {
            "IndexName": "everything",
            "KeySchema": [{"AttributeName": "g3", "KeyType": "HASH"}],
            "Projection": {"ProjectionType": "ALL"},
        },
        *(
            {
                "IndexName": f"order {by}",
                "KeySchema": [
                    {"AttributeName": "o", "KeyType": "HASH"},
                    {"AttributeName": by, "KeyType": "RANGE"},
                ],
                "Projection": {"ProjectionType": "KEYS_ONLY"},
            }
            for by in ("o1", "o2")
        ),
    ],
}
"""The indexes `o1` and `o2` have the same partition key and different sort keys."""

VALUE_SIZES = [
    ({"S": ""}, 0),
    ({"S": "abc"}, 3),
    ({"S": "é€"}, 5),
    ({"N": "0"}, 1),
    ({"N": "7"}, 2),
    ({"N": "27"}, 2),
    ({"N": "127"}, 3),
    ({"N": "-27"}, 3),
    ({"N": "1000"}, 2),
    ({"N": "0.005"}, 2),
    ({"N": "1763750000123"}, 8),
    ({"N": "12.34"}, 3),
    ({"N": "1E10"}, 2),
    ({"N": "1" * 38}, 20),
    ({"N": "-" + "1" * 38}, 21),
    ({"B": "AAEC"}, 3),
    ({"B": b"\x00\x01\x02\x03"}, 4),
    ({"NULL": True}, 1),
    ({"BOOL": False}, 1),
    ({"SS": ["a", "bcd"]}, 4),
    ({"NS": ["1", "-12"]}, 5),
    ({"BS": ["AAEC", "AA=="]}, 4),
    ({"L": []}, 3),
    ({"M": {}}, 3),
    ({"L": [{"S": "ab"}, {"N": "1"}]}, 3 + (1 + 2) + (1 + 2)),
    ({"M": {"a": {"S": "xy"}, "bc": {"BOOL": True}}}, 3 + (1 + 1 + 2) + (1 + 2 + 1)),
    ({"L": [{"M": {"k": {"L": []}}}]}, 3 + 1 + (3 + 1 + 1 + 3)),
]

Call = Callable[[Any], object]


def sized(size: int, pk: str = "a", sk: str = "1", **attributes: str) -> dict[str, Any]:
    """Build an item of an exact number of bytes: keys, the given attributes, and filling."""
    item = {"pk": {"S": pk}, "sk": {"S": sk}} | {name: {"S": value} for name, value in attributes.items()}
    return item | {"fill": {"S": "x" * (size - item_size(item) - len("fill"))}}


def key(pk: str = "a", sk: str = "1") -> dict[str, Any]:
    return {"pk": {"S": pk}, "sk": {"S": sk}}


def put(item: dict[str, Any], **more: Any) -> Call:
    return lambda client: client.put_item(TableName="t", Item=item, **more)


def update(expression: str, **values: str) -> Call:
    parameters: dict[str, Any] = {"TableName": "t", "Key": key(), "UpdateExpression": expression}
    if values:
        parameters["ExpressionAttributeValues"] = {f":{name}": {"S": value} for name, value in values.items()}
    return lambda client: client.update_item(**parameters)


def delete(**more: Any) -> Call:
    return lambda client: client.delete_item(TableName="t", Key=key(), **more)


def batch(*requests: dict[str, Any]) -> Call:
    return lambda client: client.batch_write_item(RequestItems={"t": list(requests)})


def transact(*actions: dict[str, Any], **more: Any) -> Call:
    return lambda client: client.transact_write_items(TransactItems=list(actions), **more)


def get(**more: Any) -> Call:
    return lambda client: client.get_item(TableName="t", Key=key(), **more)


def query(**more: Any) -> Call:
    given = {"KeyConditionExpression": "pk = :p", "ExpressionAttributeValues": {":p": {"S": "a"}}} | more
    return lambda client: client.query(TableName="t", **given)


ABSENT = {"ConditionExpression": "attribute_not_exists(pk)"}
PRESENT = {"ConditionExpression": "attribute_exists(pk)"}
NO_ITEMS: list[dict[str, Any]] = []
FILTERED = {
    "FilterExpression": "fill = :none",
    "ExpressionAttributeValues": {":p": {"S": "a"}, ":none": {"S": "none"}},
}

Case = tuple[str, list[dict[str, Any]], Call, float]

WRITES: list[Case] = [
    ("a put of 1,024 bytes is one unit", NO_ITEMS, put(sized(1024)), 1),
    ("a put of 1,025 bytes is two", NO_ITEMS, put(sized(1025)), 2),
    ("a small put is one", NO_ITEMS, put(sized(30)), 1),
    ("an overwrite is charged for the larger item: the old", [sized(3000)], put(sized(50)), 3),
    ("an overwrite is charged for the larger item: the new", [sized(50)], put(sized(3000)), 3),
    ("the same item again costs as much", [sized(2000)], put(sized(2000)), 2),
    ("a delete is charged for what it deletes", [sized(2500)], delete(), 3),
    ("a delete of nothing is one", NO_ITEMS, delete(), 1),
    ("an update is charged for the whole item", [sized(3000)], update("SET a = :v", v="x"), 3),
    ("an update that creates is charged for the new item", NO_ITEMS, update("SET a = :v", v="x" * 1100), 2),
    ("an update that shrinks is charged for the old item", [sized(2049)], update("REMOVE fill"), 3),
    ("a failed condition on a present item costs its size", [sized(2049)], put(sized(9000), **ABSENT), 3),
    ("a failed condition on an absent item costs one", NO_ITEMS, put(sized(9000), **PRESENT), 1),
    ("a failed conditional delete costs the size of the item", [sized(1500)], delete(**ABSENT), 2),
    (
        "a batch rounds up each item of its own",
        [sized(3000, sk="3")],
        batch(
            {"PutRequest": {"Item": sized(500)}},
            {"PutRequest": {"Item": sized(3584, sk="2")}},
            {"DeleteRequest": {"Key": key(sk="3")}},
        ),
        1 + 4 + 3,
    ),
    ("a transaction costs twice", NO_ITEMS, transact({"Put": {"TableName": "t", "Item": sized(1500)}}), 4),
    (
        "a check in a transaction is charged for the item it checks, twice",
        [sized(1500)],
        transact(
            {"Put": {"TableName": "t", "Item": sized(100, sk="2")}},
            {"ConditionCheck": {"TableName": "t", "Key": key(), **PRESENT}},
        ),
        2 + 4,
    ),
    (
        "a delete in a transaction is charged for what it deletes, twice",
        [sized(3000)],
        transact({"Delete": {"TableName": "t", "Key": key()}}),
        6,
    ),
    (
        "a cancelled transaction costs its items, twice",
        [sized(1500)],
        transact(
            {"Put": {"TableName": "t", "Item": sized(1500), **ABSENT}},
            {"Put": {"TableName": "t", "Item": sized(100, sk="2")}},
        ),
        4 + 2,
    ),
    ("an item without the index key costs the index nothing", NO_ITEMS, put(sized(100, g1="p")), 1),
    ("a new index entry is one more", NO_ITEMS, put(sized(100, g1="p", g1s="s")), 2),
    ("three indexes are three more", NO_ITEMS, put(sized(100, g1="p", g1s="s", g2="q", g3="r")), 4),
    ("an included entry is charged for its own size", NO_ITEMS, put(sized(5000, g1="p", g1s="s")), 5 + 1),
    ("an entry of everything is charged in full", NO_ITEMS, put(sized(5000, g3="p")), 5 + 5),
    (
        "a large included attribute makes a large entry",
        NO_ITEMS,
        put(sized(2000, g1="p", g1s="s", card="c" * 1100)),
        2 + 2,
    ),
    (
        "a change outside the projection costs the index nothing",
        [sized(100, g1="p", g1s="s", g2="q")],
        update("SET seen = :v", v="x"),
        1,
    ),
    (
        "a change of a projected attribute is one write in place",
        [sized(100, g1="p", g1s="s", card="c")],
        update("SET card = :v", v="d"),
        2,
    ),
    (
        "any change is a write where everything is projected",
        [sized(100, g3="p")],
        update("SET seen = :v", v="x"),
        2,
    ),
    (
        "a change of the index sort key is a delete and a put",
        [sized(100, g1="p", g1s="s")],
        update("SET g1s = :v", v="t"),
        1 + 2,
    ),
    (
        "a change of the index partition key is a delete and a put, each of its size",
        [sized(2500, g3="p")],
        update("SET g3 = :v", v="q"),
        3 + 6,
    ),
    (
        "an index key gone is one delete",
        [sized(100, g2="p")],
        update("REMOVE g2"),
        1 + 1,
    ),
    ("an index key come is one put", [sized(100)], update("SET g2 = :v", v="p"), 1 + 1),
    ("a put of the same item costs its indexes nothing", [sized(100, g3="p")], put(sized(100, g3="p")), 1),
    ("a delete removes the entries too", [sized(100, g1="p", g1s="s", g2="q")], delete(), 1 + 2),
    (
        "a transaction does not double what the indexes cost",
        NO_ITEMS,
        transact({"Put": {"TableName": "t", "Item": sized(100, g2="p")}}),
        2 + 1,
    ),
    (
        "an item is in every order that it has a key of",
        NO_ITEMS,
        put(sized(100, o="p", o1="s", o2="t")),
        1 + 2,
    ),
    ("an item is in no order that it lacks the key of", NO_ITEMS, put(sized(100, o="p", o2="t")), 1 + 1),
    (
        "what moves an item in one order leaves it in the others",
        [sized(100, o="p", o1="s", o2="t")],
        update("SET o2 = :v", v="u"),
        1 + 2,
    ),
    (
        "what is no key costs the orders nothing, whatever its size",
        [sized(2000, o="p", o1="s", o2="t")],
        update("SET fill = :v", v="x"),
        2,
    ),
    (
        "a key in common moves an item in all orders",
        [sized(100, o="p", o1="s", o2="t")],
        update("SET o = :v", v="q"),
        1 + 4,
    ),
    ("an entry of keys is small, however large the item", NO_ITEMS, put(sized(5000, o="p", o1="s")), 5 + 1),
    ("bytes are charged as they are, not as base64", NO_ITEMS, put(key() | {"doc": {"B": bytes(1015)}}), 1),
    ("one byte more than a unit is two", NO_ITEMS, put(key() | {"doc": {"B": bytes(1016)}}), 2),
    ("a failed condition costs no index", [sized(100, g2="p")], put(sized(100, g2="q"), **ABSENT), 1),
]

READS: list[Case] = [
    ("a get is half a unit", [sized(100)], get(), 0.5),
    ("a consistent get is one", [sized(100)], get(ConsistentRead=True), 1),
    ("4,097 bytes are two blocks", [sized(4097)], get(ConsistentRead=True), 2),
    ("a miss is half a unit", NO_ITEMS, get(), 0.5),
    ("a consistent miss is one", NO_ITEMS, get(ConsistentRead=True), 1),
    ("a projection saves nothing", [sized(9000)], get(ProjectionExpression="pk"), 1.5),
    (
        "a transactional get is two per block, misses too",
        [sized(5000)],
        lambda client: client.transact_get_items(
            TransactItems=[{"Get": {"TableName": "t", "Key": key(sk=sk)}} for sk in ("1", "2")]
        ),
        4 + 2,
    ),
    (
        "a batch get rounds up each item of its own",
        [sized(1500), sized(6500, sk="2")],
        lambda client: client.batch_get_item(RequestItems={"t": {"Keys": [key(), key(sk="2"), key(sk="3")]}}),
        0.5 + 1 + 0.5,
    ),
    (
        "a consistent batch get costs twice as much",
        [sized(1500), sized(6500, sk="2")],
        lambda client: client.batch_get_item(
            RequestItems={"t": {"Keys": [key(), key(sk="2")], "ConsistentRead": True}}
        ),
        1 + 2,
    ),
    ("a query sums, then rounds up", [sized(1000, sk=str(i)) for i in range(9)], query(), 3 * 0.5),
    ("a consistent query", [sized(1000, sk=str(i)) for i in range(9)], query(ConsistentRead=True), 3),
    ("a query that finds nothing", NO_ITEMS, query(), 0.5),
    ("a consistent query that finds nothing", NO_ITEMS, query(ConsistentRead=True), 1),
    ("a filter saves nothing", [sized(3000, sk=str(i)) for i in range(3)], query(**FILTERED), 1.5),
    ("a count costs as much", [sized(3000, sk=str(i)) for i in range(3)], query(Select="COUNT"), 1.5),
    (
        "a projection of a query saves nothing",
        [sized(3000, sk=str(i)) for i in range(3)],
        query(ProjectionExpression="pk"),
        1.5,
    ),
    ("a limit does", [sized(3000, sk=str(i)) for i in range(3)], query(Limit=1), 0.5),
    (
        "a query of an index is charged for its entries, not for the items",
        [sized(9000, sk=str(i), g1="g", g1s=str(i)) for i in range(3)],
        query(
            IndexName="included",
            KeyConditionExpression="g1 = :p",
            ExpressionAttributeValues={":p": {"S": "g"}},
        ),
        0.5,
    ),
    (
        "a scan is charged for all it reads",
        [sized(3000, sk=str(i)) for i in range(3)],
        lambda client: client.scan(TableName="t"),
        1.5,
    ),
]
