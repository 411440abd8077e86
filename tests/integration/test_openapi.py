"""The OpenAPI document is generated from the code, up to date and correct."""

import json
from pathlib import Path
from typing import Any

import pytest

from crm import openapi
from crm.api.route import ANY_KEY
from crm.api.routes import ROUTES
from crm.domain.api_key import SCOPES
from functions.serve_site import app as serve_site

COMMITTED = Path(serve_site.__file__).with_name("openapi.json")
DOCUMENT = openapi.document()


def operations() -> list[tuple[str, str, dict[str, Any]]]:
    return [
        (method, path, operation)
        for path, methods in DOCUMENT["paths"].items()
        for method, operation in methods.items()
    ]


def test_the_committed_document_is_up_to_date(capsys: pytest.CaptureFixture[str]) -> None:
    assert openapi.main(["--check", str(COMMITTED)]) == 0, capsys.readouterr().err


def test_an_outdated_document_is_reported(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    drifted = tmp_path / "openapi.json"
    assert openapi.main(["--check", str(drifted)]) == 1
    drifted.write_text("{}")
    assert openapi.main(["--check", str(drifted)]) == 1
    assert "python -m crm.openapi" in capsys.readouterr().err


def test_the_document_is_printed_without_arguments(capsys: pytest.CaptureFixture[str]) -> None:
    assert openapi.main([]) == 0
    assert json.loads(capsys.readouterr().out) == DOCUMENT


def test_every_path_of_tracking_clients_is_documented() -> None:
    names = (
        "identify",
        "track",
        "page",
        "screen",
        "group",
        "alias",
        "batch",
        "i",
        "t",
        "p",
        "s",
        "g",
        "a",
        "b",
    )
    for path in [*(f"/v1/{name}" for name in names), "/beacon/v1/batch"]:
        assert "post" in DOCUMENT["paths"][path]
    for path in (
        "/v1/projects/{write_key}/settings",
        "/sourceConfig",
        "/tracker.js",
        "/v1/identities/{type}/{value}",
    ):
        assert "get" in DOCUMENT["paths"][path]


def test_operation_ids_are_unique() -> None:
    names = [operation["operationId"] for _, _, operation in operations()]
    assert len(names) == len(set(names))


def test_every_schema_reference_resolves() -> None:
    text = json.dumps(DOCUMENT)
    for name in {part.split('"', 1)[0] for part in text.split("#/components/schemas/")[1:]}:
        assert name in DOCUMENT["components"]["schemas"]
    assert "$defs" not in text


def test_every_schema_is_used() -> None:
    text = json.dumps(DOCUMENT)
    for name in DOCUMENT["components"]["schemas"]:
        assert f'"#/components/schemas/{name}"' in text


def test_every_parameter_of_a_path_is_described() -> None:
    for _, path, operation in operations():
        described = {p["name"] for p in operation.get("parameters", []) if p["in"] == "path"}
        assert described == {part[1:-1] for part in path.split("/") if part.startswith("{")}


def test_every_authorized_operation_documents_its_scope_and_errors() -> None:
    secured = [operation for _, _, operation in operations() if operation["security"]]
    guarded = [operation for operation in secured if "apiKey" in operation["security"][0]]
    assert len(guarded) == sum(route.authorized for route in ROUTES)
    for operation in guarded:
        scopes = operation["security"][0]["apiKey"]
        assert scopes or operation["operationId"] == "get_caller"
        assert set(scopes) <= set(SCOPES)
        assert {"401", "403"} <= operation["responses"].keys()


def headers_of(operation: dict[str, Any]) -> set[str]:
    return {p["name"] for p in operation.get("parameters", []) if p["in"] == "header"}


def test_every_authorized_post_accepts_an_idempotency_key() -> None:
    for method, path, operation in operations():
        guarded = operation["security"] and "apiKey" in operation["security"][0]
        repeatable = method == "post" and guarded
        assert ("Idempotency-Key" in headers_of(operation)) == bool(repeatable), path
        if repeatable:
            assert {"400", "409"} <= operation["responses"].keys()


def test_operations_with_if_match_document_status_412() -> None:
    taking = [operation for _, _, operation in operations() if "If-Match" in headers_of(operation)]
    assert DOCUMENT["paths"]["/v1/sources/{id}"]["patch"] in taking
    for _, path, operation in operations():
        assert ("412" in operation["responses"]) == (operation in taking), path


def test_responses_with_an_etag_are_documented() -> None:
    tagged = {
        f"{method.upper()} {path}"
        for method, path, operation in operations()
        if any("ETag" in response.get("headers", {}) for response in operation["responses"].values())
    }
    assert {"GET /v1/sources/{id}", "POST /v1/sources", "PATCH /v1/sources/{id}"} <= tagged
    assert "GET /v1/sources" not in tagged


def test_the_document_marks_routes_for_limited_keys() -> None:
    by_key = {f"{method.upper()} {path}": operation for method, path, operation in operations()}
    assert "sees only their customers" in by_key["POST /v1/api-keys"]["description"]
    assert "may not call it" in by_key["GET /v1/api-keys"]["description"]


def test_serve_site_implements_its_declared_routes() -> None:
    declared = {route.key for route in ROUTES if route.function == "serve_site"}
    assert serve_site.OPERATIONS.keys() == declared


def test_one_letter_aliases_come_last() -> None:
    assert DOCUMENT["tags"][-1]["name"] == "aliases"
    by_tag = {
        tag: [path for _, path, given in operations() if given["tags"] == [tag]]
        for tag in ("tracking", "aliases")
    }
    assert by_tag["aliases"] == [f"/v1/{letter}" for letter in "itpsgab"]
    assert {"/v1/track", "/v1/batch", "/beacon/v1/batch"} <= set(by_tag["tracking"])


def test_the_page_on_the_api_lists_every_route_and_scope() -> None:
    page = (Path(__file__).parents[2] / "docs/api.md").read_text()
    for _, path, _ in operations():
        assert f"{path}`" in page, f"docs/api.md does not tell of {path}"
    for route in ROUTES:
        if route.authorized:
            access = route.access if route.access == ANY_KEY else f"`{route.access}`"
            assert f"`{route.method} {route.path.replace('+}', '}')}` | {access}" in page
