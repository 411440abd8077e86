"""Registries of named groups, with the number of customers in each.

Profiles hold ids. A name is one pointer to an id, so renaming or deleting one is one write for all profiles.
"""

import math
import secrets
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from crm.domain.api_key import Principal
from crm.domain.commands.definitions import TagChanges
from crm.domain.commands.lists import ListChanges
from crm.domain.commands.pages import CursorJson
from crm.domain.errors import ConflictError, InvalidInputError, NotFoundError, VersionConflictError
from crm.domain.etag import ensure_etag
from crm.domain.named import BY_NAME, GroupNaming, Named, folded_name, valid_description
from crm.domain.stored_record import from_record, to_record
from crm.services.profiles.group_counts import GroupSize, count_customers, count_up_to
from crm.storage import definitions, lookups

MAX_SORTED = 1_000
"""Names whose customers one request counts."""

Counted = tuple[Named, GroupSize]


class Registry:
    """The names of one sort: `D#tag` / `<id>`, and by name `D#tag_name` / `<folded name>`; group kind `tag`."""

    def __init__(self, naming: GroupNaming) -> None:
        self.naming = naming
        self._kind, self._by_name = naming.sort, f"{naming.sort}_name"

    def create(self, *, name: str, description: str = "", now: int) -> Named:
        """Create an empty group. `now` in epoch milliseconds. Raises InvalidInputError, ConflictError."""
        if known := self.id_of(name):
            raise self._exists(known)
        return self.register(name, description, now)

    def get(self, name_or_id: str) -> Named:
        """Return the group with this name or id. Raises NotFoundError."""
        id_ = name_or_id if self.naming.id_format.matches(name_or_id) else self.id_of(name_or_id)
        record = lookups.find(self._kind, id_) if id_ else None
        if record is None:
            raise NotFoundError(
                f"there is no {self._kind} with this name or id", details={self._kind: name_or_id}
            )
        return from_record(Named, record)

    def all(self) -> list[Named]:
        """Return all groups by name."""
        found = (from_record(Named, record) for record in definitions.find_all(self._kind))
        return sorted(found, key=lambda named: folded_name(named.name))

    def expected(self, name_or_id: str, etag: str | None) -> Named:
        """Return the group, which must be at the version of this etag; None is any.

        Raises NotFoundError, PreconditionFailedError.
        """
        found = self.get(name_or_id)
        ensure_etag(etag, found.etag, self._kind, id=found.id, version=found.version)
        return found

    def update(
        self, name_or_id: str, changes: TagChanges | ListChanges, *, expected: str | None = None
    ) -> Named:
        """Change name or description; its customers stay in it. `expected` is the etag that the caller has read.

        Raises NotFoundError, ConflictError, PreconditionFailedError, VersionConflictError.
        """
        before = self.expected(name_or_id, expected)
        changed = replace(before, **self._valid(changes))
        if changed == before:
            return before
        after = replace(changed, version=before.version + 1)
        old, new = folded_name(before.name), folded_name(after.name)
        if old != new and (other := self.id_of(after.name)):
            raise self._exists(other)
        with definitions.one_transaction() as writes:
            writes.replace(self._kind, after.id, to_record(after), read_version=before.version)
            if old != new:
                writes.delete(self._by_name, old)
                writes.create(self._by_name, new, {self._kind: after.id})
        return after

    def delete(self, found: Named) -> None:
        """Delete the group; a new one of the same name starts empty. Raises VersionConflictError."""
        with definitions.one_transaction() as changes:
            changes.delete(self._kind, found.id, read_version=found.version)
            changes.delete(self._by_name, folded_name(found.name))

    def id_of(self, name: str) -> str | None:
        """Return the id of the group with this name, ignoring case."""
        try:
            record = lookups.find(self._by_name, folded_name(self.naming.valid_name(name)))
        except InvalidInputError:
            return None
        return record[self._kind] if record else None

    def ids(self, names: Iterable[str], *, create: bool, now: int) -> dict[str, str]:
        """Return ids by name.

        Missing names are left out, or registered if `create`; then no name raises InvalidInputError.
        """
        known = dict.fromkeys(names)
        found = {name: self._registered(name, now) if create else self.id_of(name) for name in known}
        return {name: id_ for name, id_ in found.items() if id_}

    def find(self, names_or_ids: Collection[str]) -> dict[str, str]:
        """Return the ids of existing groups by name or id."""
        ids = self.names(text for text in names_or_ids if self.naming.id_format.matches(text))
        return {id_: id_ for id_ in ids} | self.ids(names_or_ids, create=False, now=0)

    def names(self, ids: Iterable[str]) -> dict[str, str]:
        """Return current names by id; deleted groups are left out."""
        return {record["id"]: record["name"] for record in definitions.find_many(self._kind, ids)}

    def count(self, named: Named, viewer: Principal) -> int:
        """Count the customers in the group that are visible to the viewer."""
        return count_customers([(self._kind, named.id)], viewer)[0]

    def counted(
        self,
        viewer: Principal,
        *,
        order: str = BY_NAME,
        most: int | None = None,
        limit: int,
        cursor: CursorJson | None = None,
    ) -> tuple[list[Counted], CursorJson | None]:
        """Return a page of groups with their counts, and the position of the next page.

        By name, or by count with the most frequent first; `most`: each is counted up to it. Raises ConflictError
        `too_many_<sort>s` when more than 1,000 must be counted.
        """
        page, more = (self._in_order if order == BY_NAME else self._by_count)(viewer, most, limit, cursor)
        last = page[-1] if more else None
        return page, {"name": folded_name(last[0].name), "count": last[1][0]} if last else None

    def register(self, name: str, description: str, now: int) -> Named:
        """Register a group. Raises InvalidInputError, and VersionConflictError when the name is taken."""
        made = Named(
            id=self.naming.id_format.make(secrets.token_bytes(6)),
            **self._valid({"name": name, "description": description}),
            created_at=now,
        )
        with definitions.one_transaction() as changes:
            changes.create(self._kind, made.id, to_record(made))
            changes.create(self._by_name, folded_name(made.name), {self._kind: made.id})
        return made

    def _registered(self, name: str, now: int) -> str:
        if known := self.id_of(name):
            return known
        try:
            return self.register(name, "", now).id
        except VersionConflictError:
            if winner := self.id_of(name):  # another request registered it in the meantime
                return winner
            raise

    def _valid(self, fields: Mapping[str, Any]) -> dict[str, Any]:
        valid: dict[str, Callable[[str], str]] = {
            "name": self.naming.valid_name,
            "description": valid_description,
        }
        return {field: valid[field](value) for field, value in fields.items()}

    def _in_order(
        self, viewer: Principal, most: int | None, limit: int, position: CursorJson | None
    ) -> tuple[list[Counted], bool]:
        left = [
            named for named in self.all() if position is None or folded_name(named.name) > position["name"]
        ]
        page = left[:limit]
        return list(zip(page, self._counts(page, viewer, most), strict=True)), len(left) > limit

    def _by_count(
        self, viewer: Principal, most: int | None, limit: int, position: CursorJson | None
    ) -> tuple[list[Counted], bool]:
        found = self.all()
        if len(found) > MAX_SORTED:
            raise ConflictError(
                f"there are more than {MAX_SORTED} {self._kind}s: list them by name",
                code=f"too_many_{self._kind}s",
            )
        counted = sorted(zip(found, self._counts(found, viewer, most), strict=True), key=_frequency)
        start = (-position["count"], position["name"]) if position else (-math.inf, "")
        rest = [entry for entry in counted if _frequency(entry) > start]
        return rest[:limit], len(rest) > limit

    def _counts(self, found: Sequence[Named], viewer: Principal, most: int | None) -> list[GroupSize]:
        return count_up_to([(self._kind, named.id) for named in found], viewer, most)

    def _exists(self, id_: str) -> ConflictError:
        return ConflictError(
            f"a {self._kind} with this name already exists", code=f"{self._kind}_exists", details={"id": id_}
        )


def _frequency(counted: Counted) -> tuple[float, str]:
    named, (number, _) = counted
    return -number, folded_name(named.name)
