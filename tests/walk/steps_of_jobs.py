"""Steps that start jobs: bulk actions, exports and imports."""

from __future__ import annotations

import csv
import hashlib
import io
from dataclasses import dataclass
from typing import Any

from tests.walk.people import EMAILS, PHONES, USERS, Who
from tests.walk.walk import Walk

ACTIONS: dict[str, dict[str, Any]] = {
    "tag": {"type": "add_tags", "tags": ["hot"]},
    "untag": {"type": "remove_tags", "tags": ["hot"]},
    "list": {"type": "add_to_list", "list": "Fair"},
    "segment": {"type": "add_to_segment", "segment": "Blue"},
    "city": {"type": "set_attributes", "attributes": {"city": "Rome"}},
    "vip": {"type": "add_classes", "classes": ["vip"]},
    "iris": {"type": "set_responsible", "responsible": "iris"},
    "delete": {"type": "delete"},
}
SELECTIONS: dict[str, dict[str, Any]] = {
    "all": {"all": True, "kind": "any"},
    "recognised": {"all": True},
    "Rome": {"filter": {"city": "Rome"}, "kind": "any"},
    "tag": {"tag": "hot", "kind": "any"},
    "segment": {"segment": "Blue", "kind": "any"},
    "class": {"group": {"kind": "class", "id": "vip"}, "kind": "any"},
}


@dataclass(frozen=True)
class Bulk:
    """Start one of ACTIONS on one of SELECTIONS."""

    action: str
    selection: str

    def apply(self, walk: Walk) -> None:
        walk.ask("POST", "/v1/bulk", {**SELECTIONS[self.selection], "action": ACTIONS[self.action]})


@dataclass(frozen=True)
class BulkMerge:
    """Merge several customers in one bulk action."""

    who: tuple[Who, ...]

    def apply(self, walk: Walk) -> None:
        ids = list(dict.fromkeys(map(walk.stored_id_of, self.who)))
        walk.ask("POST", "/v1/bulk", {"ids": ids, "action": {"type": "merge"}})


@dataclass(frozen=True)
class Export:
    """Export some customers, in a format that no other step reads."""

    selection: str

    def apply(self, walk: Walk) -> None:
        walk.ask("POST", "/v1/exports", {**SELECTIONS[self.selection], "format": "csv"})


@dataclass(frozen=True)
class Row:
    """A row of an import file. Its numbers are indexes of identities."""

    email: int | None = None
    phone: int | None = None
    user: int | None = None
    city: str = ""
    tags: str = ""
    newsletter: str = ""

    def cells(self) -> list[str]:
        pools = ((EMAILS, self.email), (PHONES, self.phone), (USERS, self.user))
        identities = ["" if number is None else pool[number].value for pool, number in pools]
        return [*identities, self.city, self.tags, self.newsletter]


@dataclass(frozen=True)
class DropFile:
    """Drop a file for an import into the bucket."""

    rows: tuple[Row, ...]

    def apply(self, walk: Walk) -> None:
        deployment = walk.deployment
        number = sum(key.startswith("imports/") for key in deployment.wire.bucket.files)
        key, content = f"imports/file-{number}.csv", self._content()
        deployment.wire.bucket.files[key] = content
        etag = hashlib.md5(content, usedforsecurity=False).hexdigest()
        file = {"key": key, "size": len(content), "etag": etag, "sequencer": f"{number:04d}"}
        event = {"detail": {"bucket": {"name": "crm"}, "object": file}}
        while deployment.delivery.invoke("import_csv", event) is None:
            pass

    def _content(self) -> bytes:
        text = io.StringIO()
        writer = csv.writer(text)
        writer.writerow(["email", "phone", "user_id", "city", "tags", "consent:email"])
        writer.writerows(row.cells() for row in self.rows)
        return text.getvalue().encode()
