"""The payloads of events/ from the table's stream and the failure queue, handled by the real functions."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from crm.domain.api_key import SYSTEM
from crm.domain.identity import Identity
from crm.services.profiles.reading import get_by_identity
from crm.storage.profiles import ProfileTable
from functions.project_profiles.app import handler as project
from functions.publish_changes.app import handler as publish
from functions.redrive_projections.app import handler as redrive
from tests.support.activities import activity, browser

EVENTS = Path(__file__).parents[2] / "events"
VISITOR = browser("8f7a2c0e-6f0c-4c7e-9f0e-1a2b3c4d5e6f")


def pages_of(identity: Identity) -> int:
    totals = get_by_identity(identity.type, identity.value, SYSTEM)["totals"]
    return totals["pages"] if totals else 0


def sample(name: str) -> dict[str, Any]:
    event: dict[str, Any] = json.loads((EVENTS / f"{name}.json").read_text())
    return event


def test_the_sample_stream_batch_projects_profiles(table: Any) -> None:
    ProfileTable().append([activity(VISITOR, type="page", message_id="page-1")])

    assert project(sample("project_profiles"), None) == {"batchItemFailures": []}

    assert pages_of(VISITOR) == 1


def test_the_sample_message_of_the_failure_queue_projects_profiles(table: Any) -> None:
    ProfileTable().append([activity(VISITOR, type="page", message_id="page-1")])

    assert redrive(sample("redrive_projections"), None) == {"batchItemFailures": []}

    assert pages_of(VISITOR) == 1


def test_new_versions_of_profiles_are_published(table: Any, bus: Callable[[], list[dict[str, Any]]]) -> None:
    assert publish(sample("publish_changes"), None) == {"batchItemFailures": []}

    assert {event["detail-type"] for event in bus()} == {
        "Profile Created",
        "Profile Linked",
        "Profile Recognised",
    }
