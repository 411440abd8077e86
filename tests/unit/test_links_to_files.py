"""Links to files have the region of the bucket, and signature version 4."""

from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import pytest

from crm.settings import settings
from crm.storage import bucket


@pytest.fixture(autouse=True)
def _deployment(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("TABLE_NAME", "crm")
    monkeypatch.setenv("IDENTITY_NAMESPACE", "6f1c1f0e-3a55-4c8b-9f0e-8f2c8a2f7d11")
    monkeypatch.setenv("IMPORT_BUCKET", "crm-importbucket-1a2b3c")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    forget()
    yield
    forget()


def forget() -> None:
    settings.cache_clear()
    bucket.s3.cache_clear()


@pytest.mark.parametrize(
    ("region", "host"),
    [
        ("us-east-1", "crm-importbucket-1a2b3c.s3.us-east-1.amazonaws.com"),
        ("eu-central-1", "crm-importbucket-1a2b3c.s3.eu-central-1.amazonaws.com"),
        ("ap-southeast-4", "crm-importbucket-1a2b3c.s3.ap-southeast-4.amazonaws.com"),
        ("cn-north-1", "crm-importbucket-1a2b3c.s3.cn-north-1.amazonaws.com.cn"),
    ],
)
def test_a_link_contains_the_region(region: str, host: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_REGION", region)
    link = urlsplit(bucket.link_to("exports/1/customers of today.csv", 900))
    asked = parse_qs(link.query)
    assert (link.scheme, link.netloc) == ("https", host)
    assert link.path == "/exports/1/customers%20of%20today.csv"
    assert asked["X-Amz-Algorithm"] == ["AWS4-HMAC-SHA256"]
    assert f"/{region}/s3/" in asked["X-Amz-Credential"][0]
    assert asked["X-Amz-Expires"] == ["900"]


def test_a_link_of_the_local_stack_has_its_port(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_REGION", "us-east-1")
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:4566")
    link = urlsplit(bucket.link_to("exports/1.csv", 900))
    assert (link.netloc, link.path) == ("127.0.0.1:4566", "/crm-importbucket-1a2b3c/exports/1.csv")
