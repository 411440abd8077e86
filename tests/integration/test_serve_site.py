"""The files that browsers fetch before they send events: the snippet, the SDKs' settings, the pages."""

import base64
import gzip
import hashlib
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from crm.services.access import sources
from functions.serve_site import app
from tests.support.gateway import Client, build_http_event

if TYPE_CHECKING:
    from crm.domain.source import Source

SITE = Path(app.__file__).parent
UNKNOWN = "wk_AAAAAAAAAAAAAAAAAAAAAA"


def basic(write_key: str) -> dict[str, str]:
    return {"authorization": "Basic " + base64.b64encode(f"{write_key}:".encode()).decode()}


def get(path: str, headers: dict[str, str] | None = None) -> dict[str, Any]:
    """Return the response as API Gateway receives it."""
    return app.handler(build_http_event("GET", path, headers=headers), None)


@pytest.mark.parametrize("name", ["tracker.js", "tracker-extras.js"])
def test_the_snippet_is_cached_and_revalidated(aws: None, name: str) -> None:
    answer = get(f"/{name}")
    assert answer["body"] == (SITE / name).read_text()
    assert answer["headers"]["content-type"].startswith("text/javascript")
    assert "max-age=3600" in answer["headers"]["cache-control"]

    again = get(f"/{name}", {"if-none-match": answer["headers"]["etag"]})
    assert again["statusCode"] == 304
    assert "body" not in again
    assert get(f"/{name}", {"if-none-match": 'W/"older"'})["statusCode"] == 200


def test_the_snippet_is_compressed(aws: None) -> None:
    answer = get("/tracker.js", {"accept-encoding": "gzip, br"})
    assert answer["headers"]["content-encoding"] == "gzip"
    assert answer["headers"]["vary"] == "accept-encoding"
    compressed = base64.b64decode(answer["body"])
    assert len(compressed) <= 4608
    assert gzip.decompress(compressed) == (SITE / "tracker.js").read_bytes()


def test_settings_direct_the_segment_sdk_to_this_api(client: Client, source: "Source") -> None:
    answer = client("GET", f"/v1/projects/{source.write_key}/settings")
    assert answer.body == {
        "integrations": {
            "Segment.io": {
                "apiKey": source.write_key,
                "apiHost": "api.example.com/v1",
                "protocol": "https",
            }
        },
        "metrics": {"sampleRate": 0},
    }


def test_settings_have_the_configured_address(
    client: Client, source: "Source", set_environment: Callable[..., None]
) -> None:
    set_environment(PUBLIC_URL="http://127.0.0.1:4566/_aws/execute-api/crm/$default/")
    answer = client("GET", f"/v1/projects/{source.write_key}/settings")
    segment = answer.body["integrations"]["Segment.io"]
    assert (segment["protocol"], segment["apiHost"]) == (
        "http",
        "127.0.0.1:4566/_aws/execute-api/crm/$default/v1",
    )


def test_settings_include_the_stage_of_the_request(source: "Source") -> None:
    event = build_http_event("GET", f"/v1/projects/{source.write_key}/settings")
    event["rawPath"] = "/beta" + event["rawPath"]
    answer = app.handler(event, None)
    assert json.loads(answer["body"])["integrations"]["Segment.io"]["apiHost"] == "api.example.com/beta/v1"


def test_unknown_and_disabled_sources_have_no_settings(client: Client, source: "Source") -> None:
    assert client("GET", f"/v1/projects/{UNKNOWN}/settings").status == 404
    sources.update(source.id, {"enabled": False}, now=source.created_at + 1)
    answer = client("GET", f"/v1/projects/{source.write_key}/settings")
    assert (answer.status, answer.body["code"]) == (404, "not_found")


def test_a_page_with_a_trailing_slash_redirects() -> None:
    docs, demo = get("/docs/"), build_http_event("GET", "/demo/", query={"write_key": "wk_1"})
    assert (docs["statusCode"], docs["headers"]["location"]) == (308, "../docs")
    assert app.handler(demo, None)["headers"]["location"] == "../demo?write_key=wk_1"


@pytest.mark.parametrize("path", ["/openapi.json/", "/tracker.js/"])
def test_a_trailing_slash_of_a_file_is_ignored(path: str) -> None:
    assert get(path)["statusCode"] == 200


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("GET", "/", 404), ("GET", "/docs//", 404), ("POST", "/sourceConfig/", 404), ("POST", "/docs", 405)],
)
def test_an_unknown_route_has_the_error_format_of_the_api(
    client: Client, method: str, path: str, status: int
) -> None:
    answer = client(method, path)
    assert answer.status == status
    assert set(answer.body) == {"code", "message", "details"}


@pytest.mark.parametrize("path", ["/sourceConfig", "/sourceConfig/"])
def test_the_rudderstack_sdk_receives_its_source(client: Client, source: "Source", path: str) -> None:
    by_header = client("GET", path, headers=basic(source.write_key))
    by_query = client("GET", path, query={"writeKey": source.write_key, "p": "npm"})
    assert by_header.body == by_query.body
    assert by_header.body["source"] == {
        "id": source.id,
        "name": source.name,
        "writeKey": source.write_key,
        "workspaceId": "default",
        "config": {},
        "enabled": True,
        "destinations": [],
    }


def test_the_config_for_the_rudderstack_sdk_marks_a_disabled_source(client: Client, source: "Source") -> None:
    sources.update(source.id, {"enabled": False}, now=source.created_at + 1)
    answer = client("GET", "/sourceConfig/", headers=basic(source.write_key))
    assert answer.body["source"]["enabled"] is False


@pytest.mark.parametrize(
    "headers", [{}, basic(UNKNOWN), {"authorization": "Basic ?"}, {"authorization": "Basic /w=="}]
)
def test_a_source_config_without_a_known_key_is_refused(
    client: Client, source: "Source", headers: dict[str, str]
) -> None:
    answer = client("GET", "/sourceConfig/", headers=headers)
    assert (answer.status, answer.body["code"]) == (401, "unauthorized")


def test_the_api_document_and_its_viewer_are_served(client: Client) -> None:
    document = client("GET", "/openapi.json")
    assert document.body["openapi"].startswith("3.")
    page = client("GET", "/docs")
    assert page.headers["content-type"].startswith("text/html")
    assert "default-src 'none'" in page.headers["content-security-policy"]
    assert "unsafe" not in page.headers["content-security-policy"]
    for file in re.findall(r'(?:href|src)="(docs/[^"]+)"', page.body):
        loaded = client("GET", f"/{file}")
        assert (loaded.status, loaded.body) == (200, (SITE / "reference" / Path(file).name).read_text())
        assert loaded.headers["content-type"].startswith(
            "text/css" if file.endswith("css") else "text/javascript"
        )


@pytest.mark.parametrize("name", ["SHA256SUMS", "index.html", "..%2Fapp.py", "app.py"])
def test_no_other_files_are_served_below_docs(client: Client, name: str) -> None:
    assert client("GET", f"/docs/{name}").status == 404


def test_the_viewer_equals_the_published_release() -> None:
    folder = SITE / "reference"
    for line in (folder / "SHA256SUMS").read_text().splitlines():
        digest, name = line.split()
        assert hashlib.sha256((folder / name).read_bytes()).hexdigest() == digest
    assert "Apache License" in (folder / "LICENSE").read_text()
    (version,) = re.findall(r"VERSION=([0-9.]+)`", (folder / "README.md").read_text())
    assert f'"{version}"' in (folder / "swagger-ui-bundle.js").read_text()


def test_pages_load_no_files_of_other_origins() -> None:
    for page in ("reference/index.html", "reference/reference.js", "demo.html"):
        assert "//" not in (SITE / page).read_text()


def test_the_demo_is_served_only_if_enabled(client: Client, set_environment: Callable[..., None]) -> None:
    assert client("GET", "/demo").status == 404
    set_environment(DEMO_PAGE="on")
    demo = client("GET", "/demo")
    assert demo.status == 200
    assert "tracker.js" in demo.body
