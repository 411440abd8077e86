"""Notes and tasks beside their profile: `P#<profile>` / `N#<id>`, each as the log told of it last."""

import json
from collections.abc import Iterator, Sequence
from typing import Any

from botocore.exceptions import ClientError

from crm.domain.activity import Activity
from crm.domain.effects import WORK
from crm.settings import settings
from crm.storage.client import dynamodb
from crm.storage.keys import PK, PROFILE_PREFIX, SK, WORK_PREFIX

_OVERTAKEN = "ConditionalCheckFailedException"


def keep_work(profile_id: str, activities: Sequence[Activity]) -> None:
    """Keep what these activities tell of notes and tasks, unless something later is kept already."""
    latest: dict[str, Activity] = {}
    for activity in sorted(activities, key=lambda activity: activity.stamp):
        latest[_work_of(activity)["id"]] = activity
    for activity in latest.values():
        _keep(profile_id, activity)


def _keep(profile_id: str, activity: Activity) -> None:
    work = _work_of(activity)
    at = f"{activity.occurred_at:015d}#{activity.message_id}"
    try:
        dynamodb().put_item(
            TableName=settings().table_name,
            Item={
                PK: {"S": PROFILE_PREFIX + profile_id},
                SK: {"S": WORK_PREFIX + work["id"]},
                "at": {"S": at},
                "document": {"S": json.dumps(work, ensure_ascii=False, separators=(",", ":"))},
            },
            ConditionExpression="attribute_not_exists(pk) OR #at < :at",
            ExpressionAttributeNames={"#at": "at"},
            ExpressionAttributeValues={":at": {"S": at}},
        )
    except ClientError as error:
        if error.response["Error"]["Code"] != _OVERTAKEN:
            raise


def _work_of(activity: Activity) -> dict[str, Any]:
    work: dict[str, Any] = (activity.effects or {})[WORK]
    return work


def work_on(profile_id: str) -> Iterator[dict[str, Any]]:
    """Every note and task told of in the log of this one profile, as it is now, in the order of their ids."""
    request: dict[str, Any] = {
        "TableName": settings().table_name,
        "KeyConditionExpression": "pk = :pk AND begins_with(sk, :prefix)",
        "ExpressionAttributeValues": {
            ":pk": {"S": PROFILE_PREFIX + profile_id},
            ":prefix": {"S": WORK_PREFIX},
        },
        "ConsistentRead": True,
    }
    while True:
        answer = dynamodb().query(**request)
        yield from (json.loads(item["document"]["S"]) for item in answer["Items"])
        if "LastEvaluatedKey" not in answer:
            return
        request["ExclusiveStartKey"] = answer["LastEvaluatedKey"]
