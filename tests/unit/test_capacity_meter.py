"""The capacity meter against known cases, computed by hand from AWS's published rules."""

import contextlib
import json
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from botocore.awsrequest import AWSResponse
from moto import mock_aws
from pynamodb.attributes import UnicodeAttribute
from pynamodb.models import Model

from tests.support.botocore_caches import botocore_caches
from tests.support.dynamodb.backends import ClientBackend
from tests.support.dynamodb.capacity import CapacityMeter
from tests.support.dynamodb.item_size import item_size, number_size, value_size
from tests.support.dynamodb.known_cases import READS, TABLE, VALUE_SIZES, WRITES, Call, key, sized
from tests.support.dynamodb.memory_dynamodb import MemoryDynamoDB
from tests.support.dynamodb.schema import table_from_definition
from tests.support.dynamodb.service_answers import response
from tests.support.thoroughness import some_of

Metered = tuple[Any, CapacityMeter]


@pytest.mark.parametrize(("value", "size"), VALUE_SIZES)
def test_the_size_of_a_value_follows_the_published_rules(value: dict[str, Any], size: int) -> None:
    assert value_size(value) == size


def test_the_size_of_an_item_is_the_sum_of_its_names_and_values() -> None:
    item: dict[str, Any] = {"pk": {"S": "P#1"}, "n": {"N": "27"}, "naïve": {"NULL": True}}
    assert item_size(item) == (2 + 3) + (1 + 2) + (6 + 1)


def test_the_size_of_a_number_is_at_most_21_bytes() -> None:
    assert number_size("-" + "9" * 60) == 21


@pytest.fixture(scope="module")
def in_memory() -> Metered:
    """A metered client on the table in memory."""
    table = table_from_definition(TABLE)
    memory = MemoryDynamoDB([table])
    with memory.plugged_in():
        client = _client()
    meter = CapacityMeter([table], memory)
    meter.attach(client.meta.events)
    return client, meter


@pytest.fixture(scope="module")
def on_moto() -> Iterator[Metered]:
    """A metered client on moto's table."""
    with mock_aws():
        client = _client()
        client.create_table(**TABLE)
        meter = CapacityMeter([table_from_definition(TABLE)], ClientBackend(client))
        meter.attach(client.meta.events)
        yield client, meter


def _client() -> Any:
    with botocore_caches():
        session = boto3.session.Session(
            aws_access_key_id="x", aws_secret_access_key="x", region_name="eu-west-1"
        )
        return session.client("dynamodb")


def _measured(bench: Metered, items: list[dict[str, Any]], call: Call) -> CapacityMeter:
    client, meter = bench
    for item in client.scan(TableName="t")["Items"]:
        client.delete_item(TableName="t", Key={name: item[name] for name in ("pk", "sk")})
    for item in items:
        client.put_item(TableName="t", Item=item)
    meter.reset()
    errors = client.exceptions
    with contextlib.suppress(errors.ConditionalCheckFailedException, errors.TransactionCanceledException):
        call(client)
    return meter


@pytest.mark.parametrize(("case", "items", "call", "units"), WRITES, ids=[case[0] for case in WRITES])
def test_a_write_costs_as_documented_by_aws(
    in_memory: Metered, case: str, items: list[dict[str, Any]], call: Call, units: float
) -> None:
    usage = _measured(in_memory, items, call).usage
    assert (usage.write, usage.read) == (units, 0), case


@pytest.mark.parametrize(("case", "items", "call", "units"), READS, ids=[case[0] for case in READS])
def test_a_read_costs_as_documented_by_aws(
    in_memory: Metered, case: str, items: list[dict[str, Any]], call: Call, units: float
) -> None:
    usage = _measured(in_memory, items, call).usage
    assert (usage.read, usage.write) == (units, 0), case


WRITES_AND_READS = [(*case, (units, 0)) for *case, units in WRITES] + [
    (*case, (0, units)) for *case, units in READS
]


@pytest.mark.parametrize(("case", "items", "call", "units"), some_of(WRITES_AND_READS, one_in=7))
def test_requests_to_moto_cost_as_documented_by_aws(
    on_moto: Metered, case: str, items: list[dict[str, Any]], call: Call, units: tuple[float, float]
) -> None:
    usage = _measured(on_moto, items, call).usage
    assert (usage.write, usage.read) == units, case


@pytest.fixture
def memory() -> Iterator[Metered]:
    """A metered client on an empty table in memory."""
    table = table_from_definition(TABLE)
    store = MemoryDynamoDB([table])
    meter = CapacityMeter([table], store)
    with store.plugged_in(), meter.watching_new_clients():
        yield _client(), meter


def test_requests_of_pynamodb_are_metered(memory: Metered, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "x")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "x")

    class Note(Model):
        class Meta:
            table_name = "t"
            region = "eu-west-1"

        pk = UnicodeAttribute(hash_key=True)
        sk = UnicodeAttribute(range_key=True)
        text = UnicodeAttribute()

    Note("a", "1", text="x" * 1500).save()
    Note.get("a", "1", consistent_read=True)
    _, meter = memory
    assert (meter.usage.write, meter.usage.read) == (2, 1)
    assert meter.usage.calls == {"PutItem": 1, "GetItem": 1}


def test_the_body_of_the_request_is_metered(memory: Metered) -> None:
    client, meter = memory
    body = json.dumps({"TableName": "t", "Item": sized(1500)})
    client.meta.events.register("before-call.dynamodb", lambda params, **_: params.update(body=body))
    client.put_item(TableName="t", Item=key())
    assert meter.usage.write == 2


def test_a_throttled_attempt_is_free(memory: Metered) -> None:
    client, meter = memory
    throttles = iter([{"__type": "x#ProvisionedThroughputExceededException", "message": "slow down"}])
    _answer_first(client, 400, throttles)
    client.put_item(TableName="t", Item=sized(1500))
    assert (meter.usage.write, meter.usage.calls["PutItem"]) == (2, 2)


def test_unprocessed_items_of_a_batch_are_free(memory: Metered) -> None:
    client, meter = memory
    requests = [{"PutRequest": {"Item": sized(3000, sk=sk)}} for sk in "12"]
    _answer_first(client, 200, iter([{"UnprocessedItems": {"t": requests[:1]}}]))
    client.batch_write_item(RequestItems={"t": requests})
    assert meter.usage.write == 3


def test_repeating_a_transaction_with_its_token_costs_a_read(memory: Metered) -> None:
    client, meter = memory
    for _ in range(2):
        client.transact_write_items(
            TransactItems=[{"Put": {"TableName": "t", "Item": sized(1500)}}], ClientRequestToken="once"
        )
    assert (meter.usage.write, meter.usage.read) == (4, 2)


def _answer_first(client: Any, status: int, answers: Iterator[dict[str, Any]]) -> None:
    def on_send(request: Any, **_: Any) -> AWSResponse | None:
        given = next(answers, None)
        return response(request.url, status, given) if given else None

    client.meta.events.register("before-send.dynamodb.*", on_send)
