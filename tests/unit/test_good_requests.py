"""Check that the contract tests request every successful response that the OpenAPI document describes."""

from crm.openapi import document
from tests.e2e.good_requests import GOOD, OUT_OF_REACH


def test_every_successful_response_of_the_document_is_requested() -> None:
    documented = {
        f"{operation['operationId']} {status}"
        for path in document()["paths"].values()
        for operation in path.values()
        for status in operation["responses"]
        if status < "400"
    }
    requested = {" ".join(wanted.split()[:2]) for wanted in GOOD}
    assert requested | OUT_OF_REACH.keys() == documented
