"""Uploads from a browser: the link, and the import of the file."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import boto3
import pytest

from crm.api.models.imports import Upload
from crm.services.imports import import_mappings
from crm.services.imports.stored_files import can_be_imported, folder_of
from crm.settings import settings
from crm.storage.bucket import s3, upload_link
from functions.serve_console.app import get_console
from tests.support.gateway import Answer, Client
from tests.support.template import resources

FILE = b"E-mail;City\nada@example.com;London\n"


@pytest.fixture
def ask(
    client: Client, api_key: Callable[..., str], bucket: str, queue: dict[str, str]
) -> Callable[..., Answer]:
    key = api_key("profiles:import", "definitions:write")
    return lambda path, body: client("POST", f"/v1/{path}", body, key=key)


def uploaded(ask: Callable[..., Answer], bucket: str, content: bytes = FILE, name: str = "a b.csv") -> str:
    answer = ask("imports/uploads", {"name": name, "size": len(content)})
    key: str = answer.body["key"]
    boto3.client("s3").put_object(Bucket=bucket, Key=key, Body=content)
    return key


def test_an_upload_link_is_for_one_file_of_this_size_and_type(
    ask: Callable[..., Answer], bucket: str
) -> None:
    answer = ask("imports/uploads", {"name": "Gäste 2026.csv", "size": 1234})
    assert answer.status == 201
    upload = Upload.model_validate(answer.body)
    assert upload.key.startswith("uploads/")
    assert upload.key.endswith("/Gäste 2026.csv")
    assert (upload.method, upload.headers) == ("PUT", {"content-type": "application/octet-stream"})
    link = urlsplit(upload.url)
    assert unquote(link.path).endswith(f"/{upload.key}")
    signed = parse_qs(link.query)
    assert signed["X-Amz-SignedHeaders"] == ["content-length;content-type;host"]
    assert signed["X-Amz-Expires"] == ["900"]


@pytest.mark.parametrize("endpoint", ["", "http://127.0.0.1:4566"])
def test_the_console_may_connect_to_the_host_of_upload_links(
    bucket: str, set_environment: Callable[..., None], endpoint: str
) -> None:
    set_environment(AWS_ENDPOINT_URL=endpoint)
    s3.cache_clear()
    link = urlsplit(upload_link("uploads/a/b.csv", 1, 900))
    s3.cache_clear()
    assert f"{link.scheme}://{link.netloc}" == settings().bucket_origin
    policy = get_console({"headers": {}})["headers"]["content-security-policy"]
    assert f"connect-src 'self' {settings().bucket_origin};" in policy


def test_files_of_the_same_name_have_separate_keys(ask: Callable[..., Answer], bucket: str) -> None:
    sent = {"name": "a.csv", "size": 1}
    assert ask("imports/uploads", sent).body["key"] != ask("imports/uploads", sent).body["key"]


@pytest.mark.parametrize(
    "sent",
    [
        {"name": "a.csv"},
        {"size": 1},
        {"name": "", "size": 1},
        {"name": "a/b.csv", "size": 1},
        {"name": "../a.csv", "size": 1},
        {"name": "..", "size": 1},
        {"name": ".", "size": 1},
        {"name": "a\n.csv", "size": 1},
        {"name": "x" * 201, "size": 1},
        {"name": "a.csv", "size": 0},
        {"name": "a.csv", "size": 5_000_000_001},
        {"name": "a.csv", "size": "1"},
        {"name": "a.csv", "size": 1.5},
        {"name": "a.csv", "size": 1, "key": "imports/a.csv"},
    ],
    ids=str,
)
def test_an_invalid_upload_request_is_refused(
    ask: Callable[..., Answer], bucket: str, sent: dict[str, Any]
) -> None:
    assert ask("imports/uploads", sent).status == 400


def test_an_uploaded_file_is_previewed_and_then_imported(ask: Callable[..., Answer], bucket: str) -> None:
    key = uploaded(ask, bucket)
    preview = ask("imports/preview", {"key": key})
    assert preview.status == 200
    assert [column["column"] for column in preview.body["columns"]] == ["E-mail", "City"]
    assert [problem["code"] for problem in preview.body["problems"]] == []
    mapping = preview.body["mapping"] | {"name": "guests"}
    assert ask("import-mappings", mapping).status == 201
    begun = ask("imports", {"key": key, "mapping": "guests"})
    assert begun.status == 202
    assert (begun.body["key"], begun.body["file_name"]) == (key, "a b.csv")


def test_the_random_folder_selects_no_mapping(ask: Callable[..., Answer], bucket: str) -> None:
    key = uploaded(ask, bucket)
    folder = key.split("/")[1]
    import_mappings.create({"name": folder, "tags": ["Wrong"]}, now=1)
    mapping = ask("imports/preview", {"key": key}).body["mapping"]
    assert (mapping["name"], mapping["tags"]) == ("a-b", [])


def test_a_file_that_was_not_uploaded_is_not_found(ask: Callable[..., Answer], bucket: str) -> None:
    key = ask("imports/uploads", {"name": "a.csv", "size": 9}).body["key"]
    for path in ("imports/preview", "imports"):
        answer = ask(path, {"key": key})
        assert (answer.status, answer.body["code"]) == (404, "file_not_found")


@pytest.mark.parametrize(
    "key", ["uploads/", "uploads/a/", "uploads/../people/a", "jobs/a.csv", "people/a", "upload/a"]
)
def test_keys_outside_the_upload_folder_are_refused(
    ask: Callable[..., Answer], bucket: str, key: str
) -> None:
    assert ask("imports/preview", {"key": key}).body["code"] == "invalid_key"


def test_an_uploaded_file_is_not_imported_automatically() -> None:
    rule = resources()["ImportCsv"]["Properties"]["Events"]["Dropped"]["Properties"]["Pattern"]
    assert rule["detail"]["object"]["key"] == [{"prefix": "imports/"}]
    assert can_be_imported("uploads/a/b.csv")
    assert folder_of("imports/fair/b.csv") == "fair"
    assert folder_of("imports/b.csv") is folder_of("uploads/a/b.csv") is None


def test_cors_allows_browsers_only_to_put_and_get_files() -> None:
    (rule,) = resources()["ImportBucket"]["Properties"]["CorsConfiguration"]["CorsRules"]
    assert (rule["AllowedMethods"], rule["AllowedHeaders"]) == (["GET", "PUT"], ["content-type"])
