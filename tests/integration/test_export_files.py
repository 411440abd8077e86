"""An access request that is too large for a response: a file with a link that expires soon."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import boto3
import pytest

from crm.api.models.privacy import PersonExport, PersonExportLink
from crm.domain.identity import Identity
from crm.services.privacy import access_request
from crm.services.projection.deployment import id_of
from crm.storage.files import write_file
from crm.storage.profiles import ProfileTable
from tests.support.activities import activity, user
from tests.support.gateway import Client
from tests.support.stream import Pump


def test_a_large_document_is_a_file_with_a_short_lived_link(
    client: Client, pump: Pump, bucket: str, api_key: Callable[..., str]
) -> None:
    events = [activity(user("u1"), properties={"text": "x" * 100_000}) for _ in range(90)]
    ProfileTable().append(events)
    pump()
    answer = client("GET", f"/v1/profiles/{id_of(user('u1'))}/export", key=api_key("profiles:export"))
    assert answer.status == 303
    assert answer.body["url"] == answer.headers["location"]
    place = urlsplit(answer.body["url"])
    assert "X-Amz-Expires=900" in place.query
    key = place.path.removeprefix(f"/{bucket}").lstrip("/")
    assert key.startswith(f"people/{id_of(user('u1'))}/")
    held = boto3.client("s3").get_object(Bucket=bucket, Key=key)
    assert held["ContentDisposition"].startswith("attachment")
    document = json.loads(held["Body"].read())
    PersonExport.model_validate(document)
    assert len(document["activities"]) == 90


def test_redirect_false_returns_the_link_in_the_body(
    client: Client, pump: Pump, bucket: str, api_key: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    ProfileTable().append([activity(user("u1"))])
    pump()
    path, key = f"/v1/profiles/{id_of(user('u1'))}/export", api_key("profiles:export")
    small = client("GET", path, key=key, query={"redirect": "false"})
    PersonExport.model_validate(json.loads(small.body) if isinstance(small.body, str) else small.body)
    monkeypatch.setattr(access_request, "MAX_INLINE_DOCUMENT_BYTES", 10)
    large = client("GET", path, key=key, query={"redirect": "false"})
    assert (large.status, "location" in large.headers) == (200, False)
    PersonExportLink.model_validate(large.body)
    assert client("GET", path, key=key).status == 303
    assert client("GET", path, key=key, query={"redirect": "perhaps"}).status == 400


def test_a_document_of_a_person_erased_meanwhile_is_deleted(
    client: Client, pump: Pump, bucket: str, api_key: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    identity = Identity("user_id", "u1")
    ProfileTable().append([activity(identity)])
    pump()

    def erase_and_write(*arguments: Any, **more: Any) -> str:
        (held,) = ProfileTable().load([id_of(identity)]).values()
        held.erased_at, held.stale, held.card = held.first_seen, True, None
        ProfileTable().save([held])
        return write_file(*arguments, **more)

    monkeypatch.setattr(access_request, "MAX_INLINE_DOCUMENT_BYTES", 10)
    monkeypatch.setattr("crm.services.privacy.access_request.write_file", erase_and_write)
    answer = client("GET", f"/v1/profiles/{id_of(identity)}/export", key=api_key("profiles:export"))
    assert answer.status == 404
    assert "Contents" not in boto3.client("s3").list_objects_v2(Bucket=bucket)
