"""Compare what left the deployment: webhooks receive each published event, and erased data is gone."""

from __future__ import annotations

import base64
import gzip
import json
from collections.abc import Iterator

from crm.domain.webhooks.event import event_of
from crm.storage.packed_fold import unpack
from tests.support.stage import TABLE
from tests.walk.picture import Picture
from tests.walk.walk import Walk

NOT_ERASED = ("imports/", "exports/", "work/")
"""Prefixes of files that an erasure does not change (docs/privacy.md)."""


def ensure_changes_are_delivered(walk: Walk, picture: Picture) -> None:
    """Ensure that the webhook received each published change, once by its id."""
    published = {}
    for entry in walk.deployment.wire.events:
        detail = json.loads(entry["Detail"])
        published[event_of(entry["DetailType"], detail, 0).id] = (entry["DetailType"], detail)
    taken = {id_: (shown["type"], shown["data"]) for id_, shown in walk.deployment.receiver.taken.items()}
    assert taken == published
    created = {d["profile_id"] for type_, d in published.values() if type_ == "Profile Created"}
    members = {member for who in picture.customers.values() for member in who.profile["members"]}
    assert members <= created, "a profile that nobody was told of"


def ensure_erased_data_is_gone(walk: Walk) -> None:
    """Ensure that no item, message, file or event holds data of erased customers only."""
    if not walk.known.marks:
        return
    for place, text in _texts(walk):
        found = [mark for mark in walk.known.marks if mark in text]
        assert not found, (place, found, text)


def _texts(walk: Walk) -> Iterator[tuple[str, str]]:
    wire = walk.deployment.wire
    for item in wire.store.tables[TABLE].items.values():
        texts = [_readable(*next(iter(held.items()))) for held in item.values()]
        texts += [unpack(item["doc"])] if "doc" in item else []
        yield f"{item['pk']['S']} | {item['sk']['S']}", "\n".join(texts)
    yield from ((name, body) for name, bodies in wire.queues.items() for body in bodies)
    yield from (("an event", event["Detail"]) for event in wire.events)
    for name, content in wire.bucket.files.items():
        if not name.startswith(NOT_ERASED):
            yield name, content.decode(errors="replace")


def _readable(kind: str, value: object) -> str:
    if kind != "B":
        return str(value)
    content = base64.b64decode(str(value))
    while content[:2] == b"\x1f\x8b":
        content = gzip.decompress(content)
    return content.decode(errors="replace")
