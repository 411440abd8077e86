"""A few customers of a shop, and requests of staff for bulk actions on them."""

from __future__ import annotations

import csv
import io
from typing import Any, NamedTuple

from crm.api.models.jobs import Job, JobInDetail
from crm.services.access import api_keys
from tests.support.gateway import Answer
from tests.support.shop import Shop, profile

NAMES = ("ada", "bob", "cid", "dan", "eve")
CITIES = {"ada": "Berlin", "bob": "Berlin", "cid": "Rome", "dan": "Rome", "eve": "Rome"}


class Result(NamedTuple):
    """A row of the file of results."""

    outcome: str
    code: str = ""
    message: str = ""


CHANGED, UNCHANGED = Result("changed"), Result("unchanged")


def gather(shop: Shop) -> dict[str, str]:
    """Create five customers, two in Berlin and three in Rome, and return their ids by name."""
    for name, city in CITIES.items():
        traits = {"email": f"{name}@example.com", "city": city}
        shop.send("identify", userId=name, traits=traits)
    return {name: profile("user_id", name) for name in NAMES}


def ask(shop: Shop, action: dict[str, Any], *, key: str | None = None, **selected: Any) -> Answer:
    """Request a bulk action, whose job then waits in the queue."""
    shop.wait()
    body = {**selected, "action": action}
    return shop.world.request("POST", "/v1/bulk", body, key=key or shop.key)


def bulk(shop: Shop, action: dict[str, Any], *, key: str | None = None, **selected: Any) -> dict[str, Any]:
    """Run a bulk action, and return its completed job."""
    begun = ask(shop, action, key=key, **selected)
    assert begun.status == 202, begun.body
    Job.model_validate(begun.body)
    shop.world.settle()
    job = read(shop, begun.body["id"])
    assert job["state"] == "done", job
    return job


def read(shop: Shop, job_id: str, *, key: str | None = None) -> dict[str, Any]:
    """Return the job's current state, with its links."""
    answer = shop.world.request("GET", f"/v1/jobs/{job_id}", key=key or shop.key)
    assert answer.status == 200, answer.body
    JobInDetail.model_validate(answer.body)
    return dict(answer.body)


def results(shop: Shop, job: dict[str, Any]) -> dict[str, Result]:
    """Return the results of a job by customer id."""
    text = shop.wire.bucket.files[job["result"]["results"]].decode("utf-8-sig")
    head, *rows = csv.reader(io.StringIO(text, newline=""))
    assert head == ["id", "outcome", "code", "message"]
    found = {id_: Result(*shown) for id_, *shown in rows}
    assert len(found) == len(rows)
    assert sum(job["counts"].values()) == len(rows)
    return found


def outcomes(shop: Shop, job: dict[str, Any]) -> dict[str, str]:
    return {id_: result.outcome for id_, result in results(shop, job).items()}


def card(shop: Shop, id_: str) -> dict[str, Any]:
    answer = shop.world.request("GET", f"/v1/profiles/{id_}", key=shop.key)
    assert answer.status == 200, answer.body
    return dict(answer.body)


def edits(shop: Shop, id_: str) -> list[dict[str, Any]]:
    """Return the edits of a customer, newest first."""
    asked = {"category": "edits"}
    answer = shop.world.request("GET", f"/v1/profiles/{id_}/activities", key=shop.key, query=asked)
    return list(answer.body["activities"])


def create_key(shop: Shop, *scopes: str, classes: tuple[str, ...] = ()) -> str:
    wanted = scopes or ("profiles:read", "profiles:write", "jobs:read", "jobs:write")
    return api_keys.create("clerk", list(wanted), classes=classes or None, now=shop.clock.now)[1]
