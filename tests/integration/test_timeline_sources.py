"""Each timeline entry shows its author: the API key, the source or the form, by its current name."""

from typing import Any

import pytest

from crm.services.access import api_keys, sources
from crm.services.profiles.source_names import source_names
from tests.support.gateway import Client
from tests.support.newsletter_form import newsletter


def test_an_edit_shows_the_name_of_its_key(table: object, client: Client) -> None:
    key, plain = api_keys.create("Reception", ["profiles:write", "profiles:read"], now=1)
    body = {"identities": {"email": "ada@example.com"}, "attributes": {"city": "Rome"}}
    made: dict[str, Any] = client("POST", "/v1/profiles", body, key=plain).body
    page = client("GET", f"/v1/profiles/{made['id']}/activities", key=plain).body
    assert [(a["source"], a["source_name"]) for a in page["activities"]] == [(f"key:{key.id}", "Reception")]


def test_names_of_renamed_sources_and_revoked_keys_are_shown(table: object) -> None:
    source = sources.create(name="Shop", kind="web", now=1)
    sources.update(source.id, {"name": "Shop in Rome"}, now=2)
    key, _ = api_keys.create("Former", ["profiles:read"], now=1)
    api_keys.revoke(key.id, now=2)
    form = newsletter()
    given = [source.id, f"key:{key.id}", f"form:{form.id}", source.id]
    assert source_names(given) == {
        source.id: "Shop in Rome",
        f"key:{key.id}": "Former",
        f"form:{form.id}": form.name,
    }


@pytest.mark.parametrize(
    "source", ["", "import:1", "key:", "key:0123456789ab", "form:x", "form:", "src_0", "segments", "x" * 2000]
)
def test_unknown_sources_have_no_name(table: object, source: str) -> None:
    assert source_names([source]) == {}
