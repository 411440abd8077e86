"""Store the answers to requests that may be repeated.

The record of a request is `I#<first 2 hex of its id>` / `<id>`. An answer about a person is separate, `P#<profile id>`
/ `I#<id>`, so that the deletion of the person's partition deletes it too.
"""

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from crm.settings import settings
from crm.storage.client import dynamodb
from crm.storage.keys import ANSWER_PREFIX, EXPIRES_AT, PK, PROFILE_PREFIX, PROFILE_SK, SK

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.type_defs import AttributeValueTypeDef

_Item = dict[str, "AttributeValueTypeDef"]

_TAKEN = "ConditionalCheckFailedException"
_FREE = "attribute_not_exists(pk) OR expires_at <= :seconds OR (fingerprint = :fingerprint AND busy_until <= :now)"


@dataclass(frozen=True, slots=True)
class AnswerRecord:
    """The state of a request. `attempt` distinguishes concurrent attempts.

    `busy_until` (epoch ms) while it is performed. Afterwards, `answer` is the stored answer, or `person` the profile
    that holds it; if it was not stored, `made` is the id of the created resource.
    """

    attempt: str
    fingerprint: str
    busy_until: int | None = None
    answer: bytes | None = None
    person: str | None = None
    made: str | None = None


def begin(record_id: str, record: AnswerRecord, *, now: int, keep_until: int) -> AnswerRecord | None:
    """Begin a request. Returns None if it may be performed, because it is new or its last attempt is overdue; else its
    record.

    Times in epoch milliseconds.
    """
    values: _Item = {
        ":seconds": {"N": str(now // 1000)},
        ":now": {"N": str(now)},
        ":fingerprint": {"S": record.fingerprint},
    }
    existing = _put(_item(record_id, record, keep_until), _FREE, values)
    if existing is None:
        return None
    earlier = _read(existing)
    # The first call of botocore took effect, its answer was lost, and its retry found the item of the first.
    return None if earlier.attempt == record.attempt else earlier


def finish(record_id: str, record: AnswerRecord, *, keep_until: int) -> None:
    """Store the result, unless another attempt has begun in the meantime."""
    _put(_item(record_id, record, keep_until), "attempt = :attempt", {":attempt": {"S": record.attempt}})


def delete_record(record_id: str, attempt: str) -> None:
    """Delete the record, so that the request can be sent again, unless another attempt has begun in the meantime."""
    try:
        dynamodb().delete_item(
            TableName=settings().table_name,
            Key=_key(record_id),
            ConditionExpression="attempt = :attempt",
            ExpressionAttributeValues={":attempt": {"S": attempt}},
        )
    except ClientError as error:
        _unless(error, _TAKEN)


def keep_with_person(profile_id: str, record_id: str, answer: bytes, *, since: int, keep_until: int) -> None:
    """Store an answer with the person's data, unless the person was erased since the request began (epoch ms)."""
    table, log = settings().table_name, PROFILE_PREFIX + profile_id
    not_erased: Any = {
        "TableName": table,
        "Key": {PK: {"S": log}, SK: {"S": PROFILE_SK}},
        "ConditionExpression": "attribute_not_exists(erased_at) OR erased_at < :since",
        "ExpressionAttributeValues": {":since": {"N": str(since)}},
    }
    item = _personal_key(profile_id, record_id) | {"answer": {"B": answer}} | _expiry(keep_until)
    kept: Any = {"TableName": table, "Item": item}
    try:
        dynamodb().transact_write_items(TransactItems=[{"ConditionCheck": not_erased}, {"Put": kept}])
    except ClientError as error:
        response: Any = error.response
        if all(
            reason["Code"] != "ConditionalCheckFailed" for reason in response.get("CancellationReasons", ())
        ):
            raise


def find_with_person(profile_id: str, record_id: str) -> bytes | None:
    """Return an answer that was stored with the person's data; None if it is gone."""
    key = _personal_key(profile_id, record_id)
    answer = dynamodb().get_item(TableName=settings().table_name, Key=key, ConsistentRead=True)
    return bytes(answer["Item"]["answer"]["B"]) if "Item" in answer else None


def _put(item: _Item, condition: str, values: _Item) -> _Item | None:
    """Put a record. Returns None on success, else the record that exists."""
    try:
        dynamodb().put_item(
            TableName=settings().table_name,
            Item=item,
            ConditionExpression=condition,
            ExpressionAttributeValues=values,
            ReturnValuesOnConditionCheckFailure="ALL_OLD",
        )
    except ClientError as error:
        _unless(error, _TAKEN)
        response: Any = error.response
        existing: _Item = response.get("Item", {})
        return existing
    return None


def _unless(error: ClientError, expected: str) -> None:
    if error.response["Error"]["Code"] != expected:
        raise error


def _item(record_id: str, record: AnswerRecord, keep_until: int) -> _Item:
    given = {name: value for name, value in asdict(record).items() if value is not None}
    return (
        _key(record_id)
        | {name: _TYPED[type(value)](value) for name, value in given.items()}
        | _expiry(keep_until)
    )


_TYPED: dict[type, Any] = {
    str: lambda text: {"S": text},
    int: lambda number: {"N": str(number)},
    bytes: lambda content: {"B": content},
}


def _expiry(keep_until: int) -> _Item:
    return {EXPIRES_AT: {"N": str(keep_until // 1000)}}


def _read(item: _Item) -> AnswerRecord:
    return AnswerRecord(
        attempt=item["attempt"]["S"],
        fingerprint=item["fingerprint"]["S"],
        busy_until=int(item["busy_until"]["N"]) if "busy_until" in item else None,
        answer=bytes(item["answer"]["B"]) if "answer" in item else None,
        person=item["person"]["S"] if "person" in item else None,
        made=item["made"]["S"] if "made" in item else None,
    )


def _key(record_id: str) -> _Item:
    return {PK: {"S": ANSWER_PREFIX + record_id[:2]}, SK: {"S": record_id}}


def _personal_key(profile_id: str, record_id: str) -> _Item:
    return {PK: {"S": PROFILE_PREFIX + profile_id}, SK: {"S": ANSWER_PREFIX + record_id}}
