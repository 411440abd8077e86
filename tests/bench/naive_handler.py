"""The handler that cold starts are compared with: it imports and creates everything at the start."""

import os
from datetime import UTC, datetime
from typing import Any

import boto3
from aws_lambda_powertools import Logger, Metrics, Tracer
from aws_lambda_powertools.event_handler import APIGatewayHttpResolver
from aws_lambda_powertools.metrics import MetricUnit
from pynamodb.attributes import NumberAttribute, UnicodeAttribute
from pynamodb.models import Model

from tests.bench.naive_models import Accepted, Batch, Message, Problem, ProfileAnswer

dynamodb = boto3.client("dynamodb")
s3 = boto3.client("s3")
sqs = boto3.client("sqs")
events = boto3.client("events")
logger = Logger()
metrics = Metrics()
tracer = Tracer()
app = APIGatewayHttpResolver(enable_validation=True)
_PROBLEM: dict[str, Any] = {"application/json": {"model": Problem}}


class Item(Model):
    """Any item of the table."""

    class Meta:
        table_name = os.environ["TABLE_NAME"]
        region = os.environ["AWS_REGION"]
        host = os.environ.get("AWS_ENDPOINT_URL")

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)
    payload = UnicodeAttribute(null=True)
    version = NumberAttribute(null=True)


@app.post("/v1/batch", responses={400: {"description": "Bad request", "content": _PROBLEM}})
@tracer.capture_method
def ingest(batch: Batch) -> Accepted:
    """Save each message of a batch."""
    for message in batch.batch:
        _save(message)
    metrics.add_metric(name="Events", unit=MetricUnit.Count, value=len(batch.batch))
    return Accepted(success=True, accepted=len(batch.batch))


@app.get("/v1/profiles/<profile_id>")
@tracer.capture_method
def read(profile_id: str) -> ProfileAnswer:
    """Return a profile."""
    item = Item.get("P#" + profile_id, "PROFILE")
    now = datetime.now(UTC)
    return ProfileAnswer(id=profile_id, kind="anonymous", last_seen=now, events=int(item.version or 0))


def _save(message: Message) -> None:
    pk = f"EVENTS#{message.user_id or message.anonymous_id}"
    Item(
        pk, f"{message.timestamp.isoformat()}#{message.message_id}", payload=message.model_dump_json()
    ).save()


@logger.inject_lambda_context
@tracer.capture_lambda_handler
@metrics.log_metrics(capture_cold_start_metric=True)
def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Respond to a request of the HTTP API."""
    return app.resolve(event, context)
