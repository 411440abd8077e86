"""The console's page, scripts and styles, as browsers fetch them."""

import base64
import gzip
import json
import re
from pathlib import Path
from typing import Any

import pytest

from crm.settings import settings
from functions.serve_console import app
from tests.e2e.console.pages import PAGES
from tests.support.gateway import build_http_event

STATIC = Path(app.__file__).with_name("static")
BUILT = sorted(file.name for file in STATIC.iterdir() if file.suffix in app.TYPES)
pytestmark = pytest.mark.usefixtures("aws")


def get(path: str, headers: dict[str, str] | None = None) -> dict[str, Any]:
    """Return the response as API Gateway receives it."""
    return app.handler(build_http_event("GET", path, headers=headers), None)


def assets_of(page: dict[str, Any]) -> str:
    """Return the address of the assets in the page."""
    (address,) = set(re.findall(r'(?:src|href)="([^"]*/)[^"/]+"', page["body"]))
    return str(address)


def below(base: str, relative: str) -> str:
    """Return the path to which a browser resolves an address in the page at `base`."""
    parts = [*base.split("/")[:-1], *relative.rstrip("/").split("/")]
    found: list[str] = []
    for part in parts:
        found = found[:-1] if part == ".." else [*found, part]
    return "/".join(found)


@pytest.mark.parametrize("path", ["/console", "/console/customers", "/console/customers/abc"])
def test_every_page_has_the_same_html_and_valid_script_paths(path: str) -> None:
    answer = get(path)
    assert answer["statusCode"] == 200
    assert answer["headers"]["content-type"] == "text/html; charset=utf-8"
    script = get(f"{below(path, assets_of(answer))}/core.js")
    assert script["body"] == (STATIC / "core.js").read_text()


def test_the_content_security_policy_allows_only_own_scripts() -> None:
    answer = get("/console/customers")
    policy = dict(
        part.strip().split(" ", 1) for part in answer["headers"]["content-security-policy"].split(";")
    )
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == "'self'"
    assert policy["connect-src"] == f"'self' {settings().bucket_origin}"
    assert policy["frame-src"] == "'self'"
    assert policy["frame-ancestors"] == policy["base-uri"] == policy["form-action"] == "'none'"
    assert not re.search(r"<script(?![^>]* src=)|<style|\bon\w+=|style=", answer["body"])
    assert "//" not in answer["body"]
    assert answer["headers"]["referrer-policy"] == "no-referrer"


@pytest.mark.parametrize("name", BUILT)
def test_files_are_immutable_and_compressed(name: str) -> None:
    address = below("/console/customers", assets_of(get("/console/customers")))
    plain, compressed = get(f"{address}/{name}"), get(f"{address}/{name}", {"accept-encoding": "gzip, br"})
    assert plain["headers"]["cache-control"] == "public, max-age=31536000, immutable"
    assert plain["headers"]["x-content-type-options"] == "nosniff"
    assert plain["body"].encode() == (STATIC / name).read_bytes()
    assert compressed["headers"]["content-encoding"] == "gzip"
    assert gzip.decompress(base64.b64decode(compressed["body"])) == (STATIC / name).read_bytes()


@pytest.mark.parametrize(
    "path",
    [
        "/console/no-such-page",
        "/console/assets",
        "/console/assets/0123456789abcdef/core.js",
        "/console/assets/{digest}/index.html",
        "/console/assets/{digest}/pages.json",
        "/console/assets/{digest}/LICENSES.txt",
        "/console/assets/{digest}/../app.py",
        "/console/assets/{digest}/%2e%2e%2fapp.js",
        "/console/assets/{digest}/static/core.js",
        "/console/" + "a/" * 200,
        "/console/customers\0",
    ],
)
def test_an_unknown_path_returns_the_page_with_404(path: str) -> None:
    digest = assets_of(get("/console")).rstrip("/").rpartition("/")[2]
    answer = get(path.format(digest=digest))
    assert answer["statusCode"] == 404
    assert answer["headers"]["content-type"] == "text/html; charset=utf-8"


def test_the_page_is_revalidated_by_its_etag() -> None:
    answer = get("/console/customers")
    assert answer["headers"]["cache-control"] == "no-cache"
    again = get("/console/customers", {"if-none-match": answer["headers"]["etag"]})
    assert (again["statusCode"], again["body"]) == (304, "")
    elsewhere = get("/console/customers/abc", {"if-none-match": answer["headers"]["etag"]})
    assert elsewhere["statusCode"] == 200


def test_the_sample_event_is_handled() -> None:
    event = json.loads((Path(__file__).parents[2] / "events/serve_console_page.json").read_text())
    answer = app.handler(event, None)
    assert answer["statusCode"] == 200
    assert gzip.decompress(base64.b64decode(answer["body"])).startswith(b"<!doctype html>")


def test_every_page_is_documented_and_tested() -> None:
    routes = (STATIC.parent / "src/routes.ts").read_text()
    guide = (Path(__file__).parents[2] / "docs/console.md").read_text()
    table = re.findall(r'path: "([^"]+)", page: "([^"]+)"', routes)
    assert {page for _, page in table} == PAGES.keys()
    for path, _ in table:
        written = re.sub(r":([a-z]+)", r"{\1}", path)
        assert f"`/console{written}`" in guide
