"""Append to the log: the hot path, on the low-level client (reasons: docs/decisions)."""

import hashlib
from collections.abc import Sequence
from functools import lru_cache
from typing import Any, NamedTuple, cast
from uuid import UUID

from botocore.exceptions import BotoCoreError, ClientError

from crm.domain.activity import Activity, to_record
from crm.domain.errors import UnavailableError
from crm.domain.identity import Identity, profile_id
from crm.domain.retention import FIRST_DELIVERIES_DAYS
from crm.domain.times import DAY_S
from crm.domain.tracking.rejection import Rejection
from crm.domain.trust import Rank
from crm.settings import Settings, settings
from crm.storage.activity_key import RANK_SUFFIXES, activity_key
from crm.storage.batch_put import BatchPut, Put, distinct, prepare_put
from crm.storage.client import dynamodb, transport
from crm.storage.dynamodb import DynamoDB
from crm.storage.keys import EXPIRES_AT, FIRST_DELIVERY_PREFIX, PK, PROFILE_PREFIX, SK
from crm.storage.rejected import rejection_puts
from crm.storage.spill import RETRY_AFTER, spill_queue
from crm.storage.transport import Transport

_DIGEST_BYTES = 12


def activity_put(activity: Activity, namespace: UUID, retention_days: int) -> Put:
    """Build the item of an activity; a message delivered again by a sender of the same rank is the same item."""
    attributes = cast("dict[str, Any]", to_record(activity))
    if retention_days:
        attributes[EXPIRES_AT] = activity.occurred_at // 1000 + retention_days * DAY_S
    return prepare_put(_log_of(namespace, activity.identities[0]), activity_key(activity), attributes)


class FirstDelivery(NamedTuple):
    """The time under which an event is stored (epoch ms), and whether it was known before."""

    at: int
    is_known: bool


def _log_of(namespace: UUID, identity: Identity) -> str:
    return PROFILE_PREFIX + profile_id(namespace, identity)


class LogWriter:
    """A writer that stores activities and rejected input durably: in the table, or in the spill queue."""

    def __init__(self, client: DynamoDB, transport: Transport, config: Settings) -> None:
        self._client = client
        self._batch = BatchPut(transport, config.table_name)
        self._settings = config

    def append(self, activities: Sequence[Activity], rejections: Sequence[Rejection] = ()) -> int:
        """Append activities, and store rejections; returns how many items wait in the queue.

        Raises UnavailableError if not everything is durable.
        """
        config = self._settings
        puts = [
            activity_put(activity, config.identity_namespace, config.retention_days)
            for activity in activities
        ]
        for rejection in rejections:
            puts += rejection_puts(rejection, config.retention_days)
        left = self.write(puts)
        if left:
            spill_queue().send(left)
        return len(left)

    def write(self, puts: Sequence[Put]) -> list[Put]:
        """Write to the table only; return the items that were not written."""
        return self._batch.write(distinct(puts))

    def first_received(self, identity: Identity, message_id: str, rank: Rank, received_at: int) -> int:
        """Return when a message with an id but without a time was first received by a sender of this rank, epoch ms.

        It is remembered next to the log for FIRST_DELIVERIES_DAYS, so that a second delivery has the key of the first.
        Raises UnavailableError.
        """
        try:
            answer = self._client.update_item(
                TableName=self._settings.table_name,
                Key={
                    PK: {"S": _log_of(self._settings.identity_namespace, identity)},
                    SK: {"S": self._first_delivery(message_id + RANK_SUFFIXES[rank])},
                },
                UpdateExpression="SET r = if_not_exists(r, :at), expires_at = if_not_exists(expires_at, :end)",
                ExpressionAttributeValues={
                    ":at": {"N": str(received_at)},
                    ":end": {"N": str(received_at // 1000 + FIRST_DELIVERIES_DAYS * DAY_S)},
                },
                ReturnValues="ALL_NEW",
            )
        except (BotoCoreError, ClientError):
            message = "Events without a time cannot be stored at the moment: send them again."
            raise UnavailableError(message, retry_after=RETRY_AFTER) from None
        return int(answer["Attributes"]["r"]["N"])

    def first_delivery(self, activity: Activity, *, by: str) -> FirstDelivery:
        """Return the time of an event from files: an event with the same customer and message id is the same event,
        whatever time another file gives to it. `by`: the caller; what it has stored itself does not count as known
        before.

        It is remembered as long as activities are kept. Raises UnavailableError.
        """
        config = self._settings
        message_id = activity.message_id + RANK_SUFFIXES[activity.rank]
        noted, values = (
            "r = if_not_exists(r, :at), i = if_not_exists(i, :by)",
            {
                ":at": {"N": str(activity.original_at)},
                ":by": {"S": by},
            },
        )
        if config.retention_days:
            noted += f", {EXPIRES_AT} = if_not_exists({EXPIRES_AT}, :end)"
            values[":end"] = {"N": str(activity.occurred_at // 1000 + config.retention_days * DAY_S)}
        try:
            answer = self._client.update_item(
                TableName=config.table_name,
                Key={
                    PK: {"S": _log_of(config.identity_namespace, activity.identities[0])},
                    SK: {"S": self._first_delivery(message_id)},
                },
                UpdateExpression=f"SET {noted}",
                ExpressionAttributeValues=values,
                ReturnValues="ALL_OLD",
            )
        except (BotoCoreError, ClientError):
            message = "Events of files cannot be stored at the moment: try again."
            raise UnavailableError(message, retry_after=RETRY_AFTER) from None
        stored = answer.get("Attributes", {})
        if "r" not in stored:
            return FirstDelivery(activity.original_at, False)
        return FirstDelivery(int(stored["r"]["N"]), stored.get("i", {}).get("S") != by)

    def _first_delivery(self, message: str) -> str:
        # Outlives an erasure, so that a repetition does not count as new: it must not contain what a client wrote.
        key = self._settings.identity_namespace.bytes
        digest = hashlib.blake2b(message.encode(), key=key, digest_size=_DIGEST_BYTES).hexdigest()
        return FIRST_DELIVERY_PREFIX + digest


def log_writer() -> LogWriter:
    """Return the deployment's log writer."""
    return _open(dynamodb(), transport(), settings())


@lru_cache(maxsize=1)
def _open(client: DynamoDB, transport: Transport, config: Settings) -> LogWriter:
    return LogWriter(client, transport, config)
