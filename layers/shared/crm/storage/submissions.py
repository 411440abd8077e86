"""Store recent submissions next to the log, in the same way as the times of first deliveries."""

from botocore.exceptions import BotoCoreError, ClientError

from crm.domain.errors import UnavailableError
from crm.domain.identity import Identity, profile_id
from crm.domain.retention import SUBMISSIONS_DAYS
from crm.domain.times import DAY_S
from crm.settings import settings
from crm.storage.client import dynamodb
from crm.storage.keys import FIRST_DELIVERY_PREFIX, PK, PROFILE_PREFIX, SK
from crm.storage.spill import RETRY_AFTER


def first_within(identity: Identity, key: str, received_at: int, window: int) -> int:
    """Return when a submission was first received, epoch ms: at `received_at`, or at most `window` ms before it.

    One conditional write: of two concurrent submissions, one is the first. The window begins with the first, so that it
    ends however often the same submission is repeated. Raises UnavailableError.
    """
    try:
        dynamodb().update_item(
            TableName=settings().table_name,
            Key={
                PK: {"S": PROFILE_PREFIX + profile_id(settings().identity_namespace, identity)},
                SK: {"S": FIRST_DELIVERY_PREFIX + key},
            },
            UpdateExpression="SET r = :at, expires_at = :end",
            ConditionExpression="attribute_not_exists(r) OR r <= :before",
            ExpressionAttributeValues={
                ":at": {"N": str(received_at)},
                ":before": {"N": str(received_at - window)},
                ":end": {"N": str((received_at + window) // 1000 + SUBMISSIONS_DAYS * DAY_S)},
            },
            ReturnValuesOnConditionCheckFailure="ALL_OLD",
        )
    except ClientError as error:
        if error.response["Error"]["Code"] != "ConditionalCheckFailedException":
            raise _unavailable() from None
        response: dict[str, dict[str, dict[str, str]]] = error.response  # type: ignore[assignment]
        return int(response["Item"]["r"]["N"])
    except BotoCoreError:
        raise _unavailable() from None
    return received_at


def _unavailable() -> UnavailableError:
    message = "Submissions cannot be stored at the moment: send this one again."
    return UnavailableError(message, retry_after=RETRY_AFTER)
