"""Jobs over many customers in the crash matrix, in the smallest possible parts."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from crm.services.exports import job as export_job
from crm.services.selections import selection_walk, selections
from tests.support.world import World

Stored = dict[str, Any]


def export(world: World, key: str) -> Any:
    """Export all customers."""
    with _small_parts():
        begun = world.request("POST", "/v1/exports", {"all": True, "kind": "any"}, key=key)
        assert begun.status == 202, begun
        world.settle()
        job = world.request("GET", f"/v1/exports/{begun.body['id']}", key=key).body
    content = world.wire.bucket.files[f"exports/{job['id']}/{job['file']['name']}"]
    return job["state"], job["counts"], job["progress"]["done"], job["selected"], content


@contextmanager
def _small_parts() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(selections, "PART_SIZE", 1)
        patch.setattr(selections, "FILE_IDS", 1)
        patch.setattr(selection_walk, "READ_AT_ONCE", 1)
        patch.setattr(export_job, "PARTS_TOGETHER", 1)
        yield


def assert_jobs_ended(answers: Any, stored: Stored, published: set[str]) -> Any:
    """Assert that each started job has ended, and has left only its file. A client without a response starts another.

    A job without a message may wait for ever, and a file of a job that was not stored may be left: the bucket deletes
    it after a week.
    """
    jobs = {key.split("|")[0]: item["document"] for key, item in stored.items() if key.startswith("J#")}
    states = {id_.removeprefix("J#"): job["state"] for id_, job in jobs.items()}
    assert set(states.values()) <= {"done", "queued"}
    assert not any("PART#" in key for key in stored)
    files = [key.removeprefix("file ").split("/") for key in stored if key.startswith("file ")]
    assert {id_ for folder, id_, _ in files if folder == "exports"} == {
        id_ for id_, state in states.items() if state == "done"
    }
    left = [(id_, name) for folder, id_, name in files if folder == "work"]
    assert all(name == "selection" and states.get(id_, "queued") == "queued" for id_, name in left)
    return answers, published
