"""The connections to DynamoDB and EventBridge equal those of botocore's clients, for each configuration."""

import socket
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from crm.settings import settings
from crm.storage import connection
from tests.support.thoroughness import some_of

ENVIRONMENT = {
    "TABLE_NAME": "t",
    "IDENTITY_NAMESPACE": "6f1c1f0e-3a55-4c8b-9f0e-8f2c8a2f7d11",
    "AWS_ACCESS_KEY_ID": "id",
    "AWS_SECRET_ACCESS_KEY": "secret",
    "AWS_SESSION_TOKEN": "token",
    "AWS_CONFIG_FILE": "/nowhere/config",
    "AWS_SHARED_CREDENTIALS_FILE": "/nowhere/credentials",
    "AWS_ACCOUNT_ID_ENDPOINT_MODE": "disabled",
}
ENDPOINTS = ("AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_DYNAMODB", "AWS_ENDPOINT_URL_EVENTBRIDGE")
LEFT_OUT = (*ENDPOINTS, "AWS_DEFAULT_REGION", *connection._UNUSUAL)
SERVICES = (connection.DYNAMODB, connection.EVENTBRIDGE)


@pytest.fixture(autouse=True)
def container(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A container of a function with empty caches."""
    for name in LEFT_OUT:
        monkeypatch.delenv(name, raising=False)
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    _clear_caches()
    yield
    _clear_caches()


def _clear_caches() -> None:
    settings.cache_clear()
    connection.clear_cache()


REGIONS = (
    "us-east-1",
    "eu-central-1",
    "ap-southeast-4",
    "il-central-1",
    "us-gov-west-1",
    "cn-north-1",
    "us-iso-east-1",
)


@pytest.mark.parametrize("service", SERVICES)
@pytest.mark.parametrize("region", some_of(REGIONS, one_in=3))
def test_the_endpoint_equals_that_of_botocore(
    region: str, service: connection.Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_REGION", region)
    made, client = connection.connection(service), connection._client(service)
    assert made.url == client.meta.endpoint_url + "/"
    assert (made.region, made.service) == (region, service)
    model = client.meta.service_model
    named = model.service_id.hyphenize(), model.endpoint_prefix, model.metadata["targetPrefix"]
    assert (*named, model.metadata["jsonVersion"]) == service


@pytest.mark.parametrize("name", ["AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_DYNAMODB"])
def test_an_endpoint_can_be_configured(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_REGION", "eu-central-1")
    monkeypatch.setenv(name, "http://127.0.0.1:4566")
    assert connection.connection().url == "http://127.0.0.1:4566/"
    assert connection.botocore_client().meta.endpoint_url == "http://127.0.0.1:4566"


def test_the_endpoint_of_dynamodb_precedes_the_endpoint_of_all_services(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("AWS_REGION", "eu-central-1")
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1")
    monkeypatch.setenv("AWS_ENDPOINT_URL_DYNAMODB", "http://127.0.0.1:2")
    assert connection.connection().url == "http://127.0.0.1:2/"


def test_the_endpoint_of_eventbridge_does_not_apply_to_dynamodb(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_REGION", "eu-central-1")
    monkeypatch.setenv("AWS_ENDPOINT_URL_EVENTBRIDGE", "http://127.0.0.1:2")
    assert connection.connection(connection.EVENTBRIDGE).url == "http://127.0.0.1:2/"
    assert connection.connection().url == "https://dynamodb.eu-central-1.amazonaws.com/"


@pytest.mark.parametrize("name", ["AWS_USE_FIPS_ENDPOINT", "AWS_USE_DUALSTACK_ENDPOINT"])
def test_fips_and_dualstack_endpoints_are_resolved_by_botocore(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_REGION", "us-east-1")
    monkeypatch.setenv(name, "true")
    made = connection.connection()
    assert (
        made.url
        == connection.botocore_client().meta.endpoint_url + "/"
        != "https://dynamodb.us-east-1.amazonaws.com/"
    )


def test_the_aws_config_file_is_read_by_botocore(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "config"
    file.write_text("[default]\nendpoint_url = http://127.0.0.1:3\n")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(file))
    monkeypatch.setenv("AWS_REGION", "us-east-1")
    assert connection.connection().url == "http://127.0.0.1:3/"


def test_pynamodb_uses_the_same_pool_and_credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_REGION", "us-east-1")
    made, client = connection.connection(), _internals()
    assert client._endpoint.http_session is made.http
    assert client._request_signer._credentials is made.credentials
    assert made.credentials.get_frozen_credentials()[:3] == ("id", "secret", "token")
    assert made.http._timeout.connect_timeout == connection.CONNECT_TIMEOUT_S
    assert made.http._timeout.read_timeout == connection.READ_TIMEOUT_S


def test_connections_set_tcp_nodelay(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_REGION", "us-east-1")
    with socket.create_server(("127.0.0.1", 0)) as server:
        monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{server.getsockname()[1]}")
        made = connection.connection()
        opened = made.http._manager.connection_from_url(made.url)._new_conn()
        opened.connect()
        with closing(opened):
            assert opened.sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)


def test_a_connection_without_credentials_has_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_REGION", "us-east-1")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"):
        monkeypatch.delenv(name)
    assert connection.connection().credentials is None


def _internals() -> Any:
    return connection.botocore_client()
