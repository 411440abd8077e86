"""Read everything that a key can read of a deployment: all views of all customers."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from tests.walk.deployment import Deployment

Json = dict[str, Any]
KINDS = ("recognised", "anonymous", "deleted")


@dataclass(frozen=True)
class Customer:
    """One customer: `profile` as GET answers it, `timeline` newest first, `explained` by the name of each segment."""

    profile: Json
    timeline: list[Json]
    notes: list[Json]
    tasks: list[Json]
    explained: dict[str, Json]

    @property
    def id(self) -> str:
        return str(self.profile["id"])


@dataclass(frozen=True)
class Picture:
    """`listed`: cards by kind, in the order of the list. `segments`, `tags`, `lists`: as they are listed, by name.
    `classes`, `responsibles`: the numbers of their customers. `members`: of each segment that answers; `tasks` of
    everybody; `exported`: rows by the customers' ids.
    """

    listed: dict[str, list[Json]]
    everybody: list[Json]
    stats: Json
    customers: dict[str, Customer]
    segments: dict[str, Json]
    members: dict[str, Json]
    tags: dict[str, Json]
    lists: dict[str, Json]
    classes: dict[str, int]
    responsibles: dict[str, int]
    tasks: list[Json]
    exported: dict[str, Json]


def take_picture(deployment: Deployment, key: str) -> Picture:
    """Read everything that a key may read."""
    view = _View(deployment, key)
    listed = {kind: view.cards(kind=kind) for kind in KINDS}
    segments = {s["name"]: s for s in view.read("segments")["segments"]}
    ready = [name for name, segment in segments.items() if segment["state"] == "ready"]
    return Picture(
        listed=listed,
        everybody=view.cards(limit=3),
        stats=view.read("stats"),
        customers={
            card["id"]: view.customer(card["id"], ready)
            for kind in ("recognised", "anonymous")
            for card in listed[kind]
        },
        segments=segments,
        members={name: view.read(f"segments/{name}/members", limit=1000) for name in ready},
        tags={tag["name"]: tag for tag in view.read("tags")["tags"]},
        lists={found["name"]: found for found in view.read("lists")["lists"]},
        classes=view.in_use("classes"),
        responsibles=view.in_use("responsibles"),
        tasks=view.read("tasks", limit=1000)["tasks"],
        exported=view.export(),
    )


class _View:
    def __init__(self, deployment: Deployment, key: str) -> None:
        self._deployment, self._key = deployment, key

    def read(self, path: str, **query: Any) -> Any:
        return self._deployment.read(f"/v1/{path}", key=self._key, **query)

    def cards(self, *, limit: int = 1000, **query: Any) -> list[Json]:
        """Return all listed cards, page by page."""
        cards: list[Json] = []
        more: dict[str, str] = {}
        while True:
            page = self.read("profiles", limit=limit, **query, **more)
            cards += page["profiles"]
            if page["next_cursor"] is None:
                return cards
            more = {"cursor": page["next_cursor"]}

    def in_use(self, kind: str) -> dict[str, int]:
        """Return the names in use, with their numbers of customers."""
        return {entry["name"]: entry["count"] for entry in self.read(kind)[kind]}

    def customer(self, id_: str, segments: list[str]) -> Customer:
        path = f"profiles/{id_}"
        return Customer(
            profile=self.read(path),
            timeline=self.read(f"{path}/activities", limit=1000)["activities"],
            notes=self.read(f"{path}/notes", limit=1000)["notes"],
            tasks=self.read(f"{path}/tasks", limit=1000)["tasks"],
            explained={name: self.read(f"{path}/segments/{quote(name)}/explain") for name in segments},
        )

    def export(self) -> dict[str, Json]:
        """Export all customers, and return the rows of the file."""
        asked = {"all": True, "kind": "any", "format": "jsonl"}
        begun = self._deployment.ask("POST", "/v1/exports", asked, key=self._key)
        assert begun.status == 202, begun
        self._deployment.delivery.rest()
        job = self.read(f"exports/{begun.body['id']}")
        assert job["state"] == "done", job
        content = self._deployment.wire.bucket.files[f"exports/{job['id']}/{job['file']['name']}"]
        rows = [json.loads(line) for line in content.decode().splitlines()]
        assert len(rows) == job["file"]["rows"] == len({row["id"] for row in rows}), rows
        return {row["id"]: row for row in rows}
