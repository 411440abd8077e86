"""Track which logs repeat values of a profile: `P#<profile>` / `C#<profile of the log>`, one item for each log.

The item is written before the activity that repeats a value, so that an erasure of the profile finds every copy, even
in the log of a profile that is no longer related to it. It contains ids only.
"""

from collections.abc import Iterable, Iterator

from crm.domain.activity import Activity
from crm.domain.copies import sources_of
from crm.domain.errors import UnavailableError
from crm.domain.identity import profile_id
from crm.settings import settings
from crm.storage.batch_put import prepare_put
from crm.storage.keys import COPY_PREFIX, PROFILE_PREFIX, SK
from crm.storage.log_writer import log_writer
from crm.storage.partitions import query


def note_copies(activities: Iterable[Activity]) -> None:
    """Record where these activities repeat values of other profiles. Call it before they are appended.

    Raises UnavailableError.
    """
    namespace = settings().identity_namespace
    pairs = {
        (source, profile_id(namespace, activity.identities[0]))
        for activity in activities
        for source in sources_of(activity)
    }
    puts = [prepare_put(PROFILE_PREFIX + source, COPY_PREFIX + log, {}) for source, log in sorted(pairs)]
    if puts and log_writer().write(puts):
        raise UnavailableError("the table accepts no edits at the moment", retry_after=1)


def logs_with_copies(profile_id: str) -> Iterator[str]:
    """Yield the ids of the profiles whose logs may repeat values of this one. Consistent, lazy."""
    request = {
        "KeyConditionExpression": "pk = :pk AND begins_with(sk, :prefix)",
        "ExpressionAttributeValues": {
            ":pk": {"S": PROFILE_PREFIX + profile_id},
            ":prefix": {"S": COPY_PREFIX},
        },
        "ConsistentRead": True,
    }
    return (item[SK]["S"].removeprefix(COPY_PREFIX) for item in query(request))
