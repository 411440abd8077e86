"""Name the attributes and indexes of the table, and the prefixes of its keys."""

PK, SK = "pk", "sk"
EXPIRES_AT = "expires_at"
"""Epoch seconds at which DynamoDB may delete the item (TTL)."""

PROFILES_INDEX = "profiles"
PROFILES_PK, PROFILES_SK = "gsi1pk", "gsi1sk"
GROUPS_INDEX = "groups"
GROUPS_PK, GROUPS_SK = "gsi2pk", "gsi2sk"

ORDERS_PK = "gsi3pk"
"""The shard in which a recognised profile is listed in every order."""

ORDERS_SK = {
    "created": "gsi3sk",
    "last_transaction": "gsi4sk",
    "name": "gsi5sk",
    "email": "gsi6sk",
    "last_name": "gsi7sk",
    "company": "gsi8sk",
}
"""The attribute that each index sorts by, by order."""


def order_index(order: str) -> str:
    """Return the name of the index of an order."""
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
FIRST_DELIVERY_PREFIX = "T#"


_MAX_ID_LENGTH = 1_000
"""Maximum length of an id in bytes. A sort key has at most 1,024, including its prefix; a partition key 2,048."""


def fits_in_key(id: str) -> bool:
    """Decide whether an item can have this id. DynamoDB rejects a longer key even in reads."""
    return len(id.encode()) <= _MAX_ID_LENGTH


def definition_pk(kind: str) -> str:
    """Return the partition key of all definitions of one kind; the sort key is the id."""
    return DEFINITION_PREFIX + kind
