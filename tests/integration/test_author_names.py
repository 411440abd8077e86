"""Authors have names in each response, also for a key that may not read API keys."""

from typing import Any

import pytest

from crm.services.access import api_keys
from tests.support.gateway import Client


@pytest.fixture
def reception(table: object) -> str:
    """A key with the name Reception, which may not read keys."""
    scopes = ["profiles:write", "profiles:read", "segments:write", "segments:read", "definitions:write"]
    return api_keys.create("Reception", scopes, now=1)[1]


@pytest.fixture
def ada(client: Client, reception: str) -> str:
    body = {"identities": {"email": "ada@example.com"}, "attributes": {"first_name": "Ada"}}
    return str(client("POST", "/v1/profiles", body, key=reception).body["id"])


def _read(client: Client, path: str, key: str) -> dict[str, Any]:
    return dict(client("GET", path, key=key).body)


def test_a_note_names_its_author_when_it_is_written_listed_and_changed(
    client: Client, reception: str, ada: str
) -> None:
    notes = f"/v1/profiles/{ada}/notes"
    made = client("POST", notes, {"text": "Prefers tea"}, key=reception).body
    other = client("POST", notes, {"text": "By phone", "author": "Grace"}, key=reception).body
    changed = client("PATCH", f"{notes}/{made['id']}", {"text": "Prefers coffee"}, key=reception).body
    listed = _read(client, notes, reception)["notes"]
    assert [made["author_name"], changed["author_name"]] == ["Reception", "Reception"]
    assert (other["author"], other["author_name"]) == ("Grace", None)
    assert {note["text"]: note["author_name"] for note in listed} == {
        "Prefers coffee": "Reception",
        "By phone": None,
    }


def test_a_statement_on_a_consent_names_who_made_it(client: Client, reception: str, ada: str) -> None:
    path = f"/v1/profiles/{ada}/consents"
    client("PUT", f"{path}/email", {"state": "granted", "proof": "on paper"}, key=reception)
    [entry] = _read(client, path, reception)["ledger"]
    assert entry["source_name"] == "Reception"


def test_a_version_of_a_segment_names_who_made_it(client: Client, reception: str) -> None:
    segment = client("POST", "/v1/segments", {"name": "Guests", "type": "static"}, key=reception).body
    [version] = _read(client, f"/v1/segments/{segment['id']}/versions", reception)["versions"]
    assert version["by_name"] == "Reception"


def test_manual_points_show_their_author(
    client: Client, reception: str, ada: str, bucket: str, queue: dict[str, str]
) -> None:
    score = client(
        "POST", "/v1/scores", {"name": "loyal", "rules": [{"event": "Came", "points": 1}]}, key=reception
    )
    assert score.status == 201, score.body
    path = f"/v1/profiles/{ada}/scores/loyal"
    given = client("POST", f"{path}/points", {"points": 5, "reason": "a gift"}, key=reception)
    assert given.status == 201, given.body
    [entry] = _read(client, f"{path}/ledger", reception)["entries"]
    assert (entry["reason"], entry["by_name"]) == ("a gift", "Reception")


def test_a_task_of_the_list_names_its_customer(client: Client, reception: str, ada: str) -> None:
    path = f"/v1/profiles/{ada}/tasks"
    made = client("POST", path, {"name": "Call her"}, key=reception).body
    [found] = _read(client, "/v1/tasks", reception)["tasks"]
    assert found == {**made, "profile_name": "Ada"}


@pytest.mark.parametrize(
    ("identity", "called"), [({"email": "b@example.com"}, "b@example.com"), ({"user_id": "7"}, None)]
)
def test_a_customer_without_a_name_is_shown_by_email(
    client: Client, reception: str, identity: dict[str, str], called: str | None
) -> None:
    profile = client("POST", "/v1/profiles", {"identities": identity}, key=reception).body
    client("POST", f"/v1/profiles/{profile['id']}/tasks", {"name": "Call"}, key=reception)
    [found] = _read(client, "/v1/tasks", reception)["tasks"]
    assert found["profile_name"] == called
