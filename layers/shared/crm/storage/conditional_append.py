"""Appending to logs on the condition that profiles are as they were read."""

import json
from collections.abc import Iterable, Sequence
from typing import Any

from crm.domain.activity import Activity
from crm.domain.profile import ProfileState
from crm.settings import settings
from crm.storage.copies import note_copies
from crm.storage.log_writer import activity_put
from crm.storage.profile_item import first_item, profile_key
from crm.storage.refusals import transact

TRANSACTION_ITEMS = 100


def append_conditionally(activity: Activity, profile_id: str, version: int, *others: tuple[str, int]) -> None:
    """Put an activity into a log if the profile has this version (0: is not stored); it has the next one then.

    So have the others, (profile id, version). Raises what `append_together` raises.
    """
    append_together([activity], [(profile_id, version), *others])


def append_together(activities: Sequence[Activity], versions: Iterable[tuple[str, int]]) -> None:
    """Put activities into their logs, all or none, if these profiles, by id, have these versions.

    They have the next ones then. At most TRANSACTION_ITEMS of both. Raises VersionConflictError, UnavailableError, and
    ItemTooLargeError.
    """
    config = settings()
    note_copies(activities)
    puts = [activity_put(a, config.identity_namespace, config.retention_days) for a in activities]
    logged: Any = [{"Put": {"TableName": config.table_name, "Item": json.loads(put.item)}} for put in puts]
    transact([*(_bump(*known) for known in versions), *logged])


def _bump(profile_id: str, version: int) -> Any:
    """The write of a transaction that takes a profile from this version to the next."""
    table_name = settings().table_name
    if version:
        return {
            "Update": {
                "TableName": table_name,
                "Key": profile_key(profile_id),
                "UpdateExpression": "SET v = :next",
                "ConditionExpression": "v = :held",
                "ExpressionAttributeValues": {":held": {"N": str(version)}, ":next": {"N": str(version + 1)}},
            }
        }
    return {
        "Put": {
            "TableName": table_name,
            "Item": first_item(ProfileState(profile_id)),
            "ConditionExpression": "attribute_not_exists(pk)",
        }
    }
