"""Append to logs in one transaction, by optimistic locking: profiles must not have changed since they were read."""

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
    """Append an activity to a log if the profile has this version (0: is not stored), and increment the version.

    The others, (profile id, version), are checked and incremented as well. Raises what `append_together` raises.
    """
    append_together([activity], [(profile_id, version), *others])


def append_together(activities: Sequence[Activity], versions: Iterable[tuple[str, int]]) -> None:
    """Append activities to their logs, all or none, if these profiles, by id, have these versions; increment the
    versions.

    At most TRANSACTION_ITEMS of both. Raises VersionConflictError, UnavailableError, and ItemTooLargeError.
    """
    config = settings()
    note_copies(activities)
    puts = [activity_put(a, config.identity_namespace, config.retention_days) for a in activities]
    logged: Any = [{"Put": {"TableName": config.table_name, "Item": json.loads(put.item)}} for put in puts]
    transact([*(_bump(*known) for known in versions), *logged])


def _bump(profile_id: str, version: int) -> Any:
    """Build the write that increments the version of a profile on the condition of its present version."""
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
