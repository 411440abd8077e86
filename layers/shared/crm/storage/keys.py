"""The words of the table: names of its attributes and indexes, and the prefixes of its keys."""

PK, SK = "pk", "sk"
EXPIRES_AT = "expires_at"
"""Epoch seconds at which DynamoDB may delete the item (TTL)."""

PROFILES_INDEX = "profiles"
PROFILES_PK, PROFILES_SK = "gsi1pk", "gsi1sk"
GROUPS_INDEX = "groups"
GROUPS_PK, GROUPS_SK = "gsi2pk", "gsi2sk"

ORDERS_PK = "gsi3pk"
"""The shard in which a recognised profile is listed in every order."""

ORDERS_SK = {"created": "gsi3sk", "last_transaction": "gsi4sk", "name": "gsi5sk", "email": "gsi6sk"}
"""By order, the attribute that its index sorts by."""


def order_index(order: str) -> str:
    """The name of the index of an order."""
    return f"by_{order}"


PROFILE_PREFIX = "P#"
PROFILE_SK = "PROFILE"
ACTIVITY_PREFIX = "A#"
MEMBERSHIP_PREFIX = "M#"
WORK_PREFIX = "N#"
COPY_PREFIX = "C#"
PAGE_PREFIX = "D#"
DEFINITION_PREFIX = "D#"
REJECTED_PREFIX = "X#"
ANSWER_PREFIX = "I#"
JOB_PREFIX = "J#"
WEBHOOK_PREFIX = "W#"
HEALTH_PREFIX = "H#"
ERASURE_PREFIX = "E#"


_LONGEST_ID = 1_000
"""Bytes. A sort key has at most 1,024, its prefix among them; a partition key 2,048."""


def fits_in_key(id: str) -> bool:
    """Whether an item can have this id. DynamoDB refuses a longer key even where it is only read."""
    return len(id.encode()) <= _LONGEST_ID


def definition_pk(kind: str) -> str:
    """The partition that holds every definition of one kind; the sort key is its id."""
    return DEFINITION_PREFIX + kind
