"""Real purchases through the real handlers: profiles equal the file, after repetitions and in any order.

A slice of the log, on the benches' table in memory; `make bench` replays all of it. A smaller slice runs on moto too,
which shows that the two tables agree.
"""

from typing import TYPE_CHECKING, Any

import boto3
import pytest

from tests.support.cdnow import LOG, expectations, read_purchases, requests_of, shuffled
from tests.support.cdnow_replay import differences, fingerprint, items_of, replay
from tests.support.stage import handler, on_stage, request
from tests.support.stream import Pump
from tests.support.thoroughness import part_of, some_of

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.service_resource import Table

    from crm.domain.source import Source

CUSTOMERS = part_of(600, least=20)
ON_MOTO = part_of(10, least=4)
FEW = part_of(30, least=15)

pytestmark = pytest.mark.skipif(not LOG.exists(), reason="the purchase log is not beside the repository")


def test_profiles_equal_the_file_after_one_and_two_deliveries() -> None:
    purchases = read_purchases(CUSTOMERS)
    with on_stage() as stage:
        replay(stage, purchases, request=100, stream=100, label="replay")
        assert differences(stage, expectations(purchases), "compare") == []
        before = fingerprint(items_of(stage))
        replay(stage, shuffled(purchases), request=61, stream=17, label="replay shuffled")
        assert fingerprint(items_of(stage)) == before


@pytest.mark.parametrize("seed", some_of([1, 2], one_in=2))
def test_profiles_do_not_depend_on_the_order_of_arrival(seed: int) -> None:
    purchases = shuffled(read_purchases(FEW), seed)
    with on_stage() as stage:
        replay(stage, purchases, request=23, stream=11, label="replay shuffled")
        assert differences(stage, expectations(purchases), "compare") == []


@pytest.mark.moto
def test_the_table_in_memory_agrees_with_moto(table: "Table", source: "Source", pump: Pump) -> None:
    purchases = read_purchases(ON_MOTO)
    for messages in requests_of(purchases, 20):
        body = {"batch": messages, "writeKey": source.write_key}
        assert handler("track_events")(request("POST", "/v1/batch", body), None)["statusCode"] == 200
        pump()
    items: list[Any] = boto3.client("dynamodb").scan(TableName=table.name)["Items"]
    with on_stage() as stage:
        replay(stage, purchases, request=20, stream=100, label="replay")
        assert fingerprint(items) == fingerprint(items_of(stage))
