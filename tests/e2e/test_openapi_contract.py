"""The API conforms to its OpenAPI document for any input: no 5xx, no undocumented response.

Requests are the same in every run; CONTRACT_EXAMPLES=50 sends more of them.
"""

import os
from collections.abc import Iterator
from functools import partial

import pytest

from crm.openapi import document
from tests.e2e.contract import Contract
from tests.e2e.files import Files
from tests.e2e.good_requests import GOOD
from tests.e2e.resources import Resources
from tests.e2e.stack import Stack

DOCUMENT = document()
OPERATIONS = {
    operation["operationId"]: operation for path in DOCUMENT["paths"].values() for operation in path.values()
}
EXAMPLES = int(os.environ.get("CONTRACT_EXAMPLES", "1"))
"""The number of requests of each kind and operation."""


@pytest.fixture(scope="module")
def contract(stack: Stack) -> Contract:
    return Contract(stack)


@pytest.fixture(scope="module")
def resources(described: dict[str, str], stack: Stack) -> Iterator[Resources]:
    resources = Resources(Files.of(stack, described))
    yield resources
    resources.cancel_jobs()


def test_the_api_serves_its_document(contract: Contract) -> None:
    assert contract.document == DOCUMENT


@pytest.mark.parametrize("wanted", GOOD)
def test_valid_requests_have_the_documented_responses(
    contract: Contract, resources: Resources, wanted: str
) -> None:
    operation_id, status = wanted.split()[:2]
    assert contract.ask(operation_id, GOOD[wanted](resources)).status_code == int(status)


@pytest.mark.parametrize("operation_id", OPERATIONS)
def test_random_requests_have_documented_responses(
    contract: Contract, resources: Resources, operation_id: str
) -> None:
    good = next(GOOD[wanted] for wanted in GOOD if wanted.split()[0] == operation_id)
    contract.explore(operation_id, partial(good, resources), examples=EXAMPLES)
