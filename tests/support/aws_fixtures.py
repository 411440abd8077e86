"""An AWS account on moto, with the table of the template in memory, or on moto for tests marked `moto`."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING, Any, cast

import boto3
import pytest
from moto import mock_aws
from moto.core import models
from moto.core.utils import camelcase_to_underscores
from moto.sqs import models as sqs_models

from crm.services.access import api_keys, key_uses, rate_limit, sources
from crm.services.consents import link_secret, preference_centre
from crm.services.definitions import attributes, event_categories, forms
from crm.services.projection.arrivals import ARRIVALS
from crm.services.projection.left_out import COUNTER
from crm.services.ruleset import ruleset
from crm.services.tracking import rejection_budget
from crm.services.webhooks import deliver, fan_out
from crm.settings import settings
from crm.storage import client as storage_client
from crm.storage import connection, shards
from tests.support import template
from tests.support.botocore_caches import botocore_caches
from tests.support.dynamodb.memory_dynamodb import MemoryDynamoDB
from tests.support.dynamodb.moto_limits import enforced_limits
from tests.support.dynamodb.moto_stream import MotoStream
from tests.support.dynamodb.schema import table_from_definition
from tests.support.dynamodb.table_in_memory import MemoryStream, answering_for_moto
from tests.support.stream import Stream
from tests.support.thoroughness import on_moto_instead

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.service_resource import DynamoDBServiceResource, Table


ENVIRONMENT = {
    "AWS_ACCESS_KEY_ID": "testing",
    "AWS_SECRET_ACCESS_KEY": "testing",
    "AWS_SESSION_TOKEN": "testing",
    "AWS_DEFAULT_REGION": "eu-central-1",
    "AWS_REGION": "eu-central-1",
    "AWS_ACCOUNT_ID_ENDPOINT_MODE": "disabled",  # moto does not know the endpoints that bear an account
    "TABLE_NAME": "crm-test",
    "IDENTITY_NAMESPACE": "6f1c1f0e-3a55-4c8b-9f0e-8f2c8a2f7d11",
    "EVENT_BUS_NAME": "crm-test",
    "IMPORT_BUCKET": "crm-test-import",
    "POWERTOOLS_SERVICE_NAME": "crm-test",
    "POWERTOOLS_TRACE_DISABLED": "1",
    "POWERTOOLS_METRICS_NAMESPACE": "CustomerData",
}
QUEUES = {
    "due": "DUE_QUEUE_URL",
    "spill": "SPILL_QUEUE_URL",
    "failure": "FAILURE_QUEUE_URL",
    "unpublished": "UNPUBLISHED_QUEUE_URL",
    "jobs": "JOB_QUEUE_URL",
    "webhooks": "WEBHOOK_QUEUE_URL",
}
LEFT_OUT = ("AWS_ENDPOINT_URL", "AWS_PROFILE", *QUEUES.values())


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """An empty account; what was cached for an earlier one is forgotten before and after."""
    for name in LEFT_OUT:
        monkeypatch.delenv(name, raising=False)
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    # What moto registers with the library requests, which no test uses, takes most of its start.
    monkeypatch.setattr(models, "RESPONSES_METHODS", ())
    # Moto drops the default session.
    with botocore_caches(), mock_aws(), enforced_limits():
        clear_caches()
        yield
    clear_caches()


def _drop_clients_of_other_environments() -> None:
    # Clients of this environment stay: moto empties its accounts, and making a client takes longer than most tests.
    if os.environ.get("AWS_REGION") != ENVIRONMENT["AWS_REGION"]:
        return
    home = f"https://dynamodb.{ENVIRONMENT['AWS_REGION']}.amazonaws.com/"
    for made in (connection.connection(), storage_client.transport()._connection):
        if made.url != home or made.credentials is None:
            storage_client.clear_cache()
            return


def clear_caches() -> None:
    """Clear what the product has cached of the account of an earlier test."""
    settings.cache_clear()
    _drop_clients_of_other_environments()
    sources.clear_cache()
    rate_limit.clear_cache()
    api_keys.clear_cache()
    key_uses.clear_cache()
    rejection_budget.clear_cache()
    attributes.clear_cache()
    COUNTER.clear()
    ARRIVALS.clear()
    ruleset.clear_cache()
    shards.clear_cache()
    forms.clear_cache()
    event_categories.clear_cache()
    link_secret.clear_cache()
    preference_centre.clear_cache()
    fan_out.clear_cache()
    deliver.clear_cache()


@cache
def _session() -> boto3.Session:
    return boto3.Session()


@cache
def _dynamodb() -> "DynamoDBServiceResource":
    return _session().resource("dynamodb")


@cache
def _client(service: str) -> Any:
    return cast(Any, _session()).client(service)


_spelled = cache(camelcase_to_underscores)


@cache
def _client_of_the_table() -> "Table":
    return _dynamodb().Table(ENVIRONMENT["TABLE_NAME"])


@pytest.fixture
def set_environment(aws: None, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """`set_environment(STORE_IP="true")`: change the deployment's parameters for this test."""

    def change(**variables: str) -> None:
        for name, value in variables.items():
            monkeypatch.setenv(name, value)
        settings.cache_clear()

    return change


@pytest.fixture
def store(aws: None, request: pytest.FixtureRequest) -> Iterator[MemoryDynamoDB | None]:
    """What answers for DynamoDB in place of moto; None where the test is marked `moto`, or runs on it for once."""
    if request.node.get_closest_marker("moto") or on_moto_instead(request.node.nodeid):
        yield None
        return
    with table_in_memory() as made:
        yield made


@contextmanager
def table_in_memory() -> Iterator[MemoryDynamoDB]:
    """Serve the calls of DynamoDB from an empty table in memory, as the template defines it."""
    definition = {"TableName": ENVIRONMENT["TABLE_NAME"], **template.table_definition()}
    made = MemoryDynamoDB([table_from_definition(definition)])
    with answering_for_moto(made):
        yield made


@pytest.fixture
def table(store: MemoryDynamoDB | None) -> "Table":
    """Our one table, as the template defines it: in memory, or moto's where the test is marked `moto`."""
    if store:
        return _client_of_the_table()
    return _dynamodb().create_table(
        TableName=ENVIRONMENT["TABLE_NAME"], BillingMode="PAY_PER_REQUEST", **template.table_definition()
    )


@pytest.fixture
def stream(table: "Table", store: MemoryDynamoDB | None) -> Stream:
    """The table's stream, for all its readers."""
    return MemoryStream(store, table.name) if store else MotoStream(table.name)


@pytest.fixture
def queue(aws: None, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """URLs of the queues by their names in QUEUES; the settings know them too."""
    # Moto spells the names of a queue's attributes anew for every queue that it makes.
    monkeypatch.setattr(sqs_models, "camelcase_to_underscores", _spelled)
    sqs = _client("sqs")
    urls = {name: sqs.create_queue(QueueName=f"crm-test-{name}")["QueueUrl"] for name in QUEUES}
    for name, variable in QUEUES.items():
        monkeypatch.setenv(variable, urls[name])
    settings.cache_clear()
    return urls


@pytest.fixture
def bucket(aws: None) -> str:
    """The bucket of imports and of files about people, empty."""
    name = os.environ["IMPORT_BUCKET"]
    place: Any = {"LocationConstraint": os.environ["AWS_REGION"]}
    _client("s3").create_bucket(Bucket=name, CreateBucketConfiguration=place)
    return name


@pytest.fixture
def bus(aws: None) -> Callable[[], list[dict[str, Any]]]:
    """The event bus, with a queue behind it: call it for the events published so far."""
    events, sqs, name = _client("events"), _client("sqs"), os.environ["EVENT_BUS_NAME"]
    events.create_event_bus(Name=name)
    events.put_rule(Name="all", EventBusName=name, EventPattern='{"source": [{"prefix": ""}]}')
    url = sqs.create_queue(QueueName="crm-test-events")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    events.put_targets(Rule="all", EventBusName=name, Targets=[{"Id": "queue", "Arn": arn}])
    return lambda: template.received(url)
