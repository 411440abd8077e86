"""The words of the table: names of its attributes and indexes, and the prefixes of its keys."""

PK, SK = "pk", "sk"
EXPIRES_AT = "expires_at"
"""Epoch seconds at which DynamoDB may delete the item (TTL)."""

PROFILES_INDEX = "profiles"
PROFILES_PK, PROFILES_SK = "gsi1pk", "gsi1sk"
GROUPS_INDEX = "groups"
GROUPS_PK, GROUPS_SK = "gsi2pk", "gsi2sk"

PROFILE_PREFIX = "P#"
PROFILE_SK = "PROFILE"
ACTIVITY_PREFIX = "A#"
MEMBERSHIP_PREFIX = "M#"
WORK_PREFIX = "N#"
DEFINITION_PREFIX = "D#"
REJECTED_PREFIX = "X#"
ANSWER_PREFIX = "I#"
JOB_PREFIX = "J#"
WEBHOOK_PREFIX = "W#"
HEALTH_PREFIX = "H#"


def definition_pk(kind: str) -> str:
    """The partition that holds every definition of one kind; the sort key is its id."""
    return DEFINITION_PREFIX + kind
