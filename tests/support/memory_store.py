"""An in-memory store in place of the table: profiles, logs, stream changes, and a hook before each operation.

It has DynamoDB's limits on items and transactions. The consumer of the stream, which writes memberships and segment
activities after a save, runs at once or later; `tests/integration` tests the consumer itself.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable, Sequence
from random import Random
from typing import Any, NamedTuple

from crm.domain.activity import Activity, from_record, to_record
from crm.domain.copies import sources_of
from crm.domain.daily.block import Block
from crm.domain.daily.stored import dump_page, load_page
from crm.domain.effect_fields import WORK
from crm.domain.errors import VersionConflictError
from crm.domain.ledger.entry import Page
from crm.domain.ledger.stored import dump_ledger_page, load_ledger_page
from crm.domain.memberships import Memberships, memberships_of, segments_of
from crm.domain.profile import ProfileState
from crm.domain.profile_versions import mark_stored
from crm.domain.segments.membership_activity import membership_activity, one_by_one
from crm.domain.stored_profile import dumps, loads, stored_bytes
from tests.model.scenes import MINUTE, profile_id
from tests.support.dynamodb.dynamodb_limits import ITEM_BYTES, TRANSACTION_BYTES, TRANSACTION_ITEMS

StreamChange = tuple[str, int | None]
"""Profile id and minute of the key; without a minute, a copy was overwritten, and the whole log is folded again."""
Hook = Callable[[str], None]
"""Called with the name of an operation before it. If the hook raises, the operation does not happen."""


Key = tuple[int, str, int]
"""The client's time, the message id, and the sender's rank."""


class Unread(NamedTuple):
    """A save that the consumer of the stream has not read.

    The profile `after` it, the segments that the log had as `published`, the memberships `before`, and when that was.
    """

    after: ProfileState
    published: frozenset[str]
    before: Memberships
    at: int


class Crash(BaseException):
    """The death of the process, which nothing but the test may catch."""


class RefusedError(Exception):
    """A write that DynamoDB would refuse."""


def do_nothing(_operation: str) -> None:
    """Do nothing, as the default hook."""


def _lasting(text: str) -> dict[str, Any]:
    return {name: value for name, value in json.loads(text).items() if name not in {"r", "r0"}}


def _key(activity: Activity) -> Key:
    return activity.original_at, activity.message_id, int(activity.rank)


def _read(key: Key, text: str) -> Activity:
    at, message_id, _ = key
    return from_record(at, message_id, json.loads(text))


def _first_received(text: str) -> int:
    record = json.loads(text)
    return int(min(record["r"], record.get("r0", record["r"])))


def _fold_of(profile: ProfileState) -> str:
    """Return the stored form of a fold: the previous one, if the profile keeps its fold."""
    text = dumps(profile)
    if not profile.keeps_fold:
        return text
    assert dumps(loads(profile.id, profile.stored_fold)) == text
    return str(profile.stored_fold)


class MemoryStore:
    """A `ProfileStore` that keeps everything in its stored form, and never hands out what it keeps."""

    def __init__(self, hook: Hook = do_nothing, *, rng: Random | None = None) -> None:
        """Create a store. With `rng`, the consumer reads a save at once, at a later save, or in `read_stream`."""
        self.hook, self._dice = hook, rng
        self._unread: list[Unread] = []
        self.stream_changes: list[StreamChange] = []
        self._profiles: dict[str, tuple[int, str, str, int, int | None, bytes | None]] = {}
        self._log: dict[str, dict[Key, str]] = {}
        self._groups: dict[str, Memberships] = {}
        self.copied: dict[str, set[str]] = {}
        self.work: dict[tuple[str, str], Activity] = {}
        self.stored_pages: dict[tuple[str, str, int], bytes] = {}
        self.stored_ledgers: dict[tuple[str, str, int], bytes] = {}
        self.now = 0
        self._overwritten: list[tuple[str, Key, int]] = []

    def load(self, profile_ids: Collection[str]) -> dict[str, ProfileState]:
        self.hook("load")
        return {id_: self._read(id_) for id_ in profile_ids if id_ in self._profiles}

    def _read(self, id_: str) -> ProfileState:
        version, text, card, rule_set, due, flips = self._profiles[id_]
        state = loads(id_, text, version=version, card=json.loads(card))
        state.rule_set, state.due, state.flips = rule_set, due, flips
        state.published_segments, state.stored_fold = segments_of(state.card), text
        state.page_reader, state.ledger_reader = self.pages, self.ledger_pages
        return state

    def pages(self, profile: ProfileState, first: int, last: int) -> dict[int, Block]:
        self.hook("pages")
        generation = profile.daily.generation
        found = {
            number: load_page(number, data)
            for (id_, name, number), data in self.stored_pages.items()
            if (id_, name) == (profile.id, generation) and first <= number <= last
        }
        self.hook("pages")
        if profile.id not in self._profiles or self._profiles[profile.id][0] != profile.version:
            raise VersionConflictError("the profile was changed while its pages were read")
        return found

    def put_pages(self, profile: ProfileState) -> list[str]:
        keys = [f"{profile.daily.generation}#{number}" for number in sorted(profile.daily.dirty)]
        keys += [f"{profile.ledger.generation}#o{number}" for number in sorted(profile.ledger.dirty)]
        for _ in keys:
            self.hook("put_pages")
        self._keep_pages(profile)
        profile.daily.dirty.clear()
        profile.ledger.dirty.clear()
        return keys

    def _keep_pages(self, profile: ProfileState) -> None:
        for number in profile.daily.dirty:
            place = (profile.id, profile.daily.generation, number)
            self.stored_pages[place] = dump_page(profile.daily.pages[number])
        for number in profile.ledger.dirty:
            place = (profile.id, profile.ledger.generation, number)
            self.stored_ledgers[place] = dump_ledger_page(profile.ledger.pages[number])

    def ledger_pages(self, profile: ProfileState, first: int, last: int) -> dict[int, Page]:
        self.hook("pages")
        found = {
            number: load_ledger_page(data)
            for (id_, name, number), data in self.stored_ledgers.items()
            if (id_, name) == (profile.id, profile.ledger.generation) and first <= number <= last
        }
        self.hook("pages")
        if profile.id not in self._profiles or self._profiles[profile.id][0] != profile.version:
            raise VersionConflictError("the profile was changed while its pages were read")
        return found

    def page_keys(self, profile_id: str) -> list[str]:
        self.hook("page_keys")
        keys = [f"{name}#{number}" for id_, name, number in self.stored_pages if id_ == profile_id]
        return keys + [f"{name}#o{number}" for id_, name, number in self.stored_ledgers if id_ == profile_id]

    def delete_pages(self, profile_id: str, keys: Sequence[str]) -> None:
        for key in keys:
            self.hook("delete_pages")
            name, _, number = key.partition("#")
            pages = self.stored_ledgers if number.startswith("o") else self.stored_pages
            pages.pop((profile_id, name, int(number.removeprefix("o"))), None)

    def activities(self, profile_id: str, start: int, end: int) -> Iterable[Activity]:
        self.hook("activities")
        log = self._log.get(profile_id, {})
        return [_read(key, log[key]) for key in sorted(log) if start <= key[0] < end]

    def save(self, profiles: Sequence[ProfileState]) -> None:
        self.hook("save")
        _check_transaction(profiles)
        for profile in profiles:
            version = self._profiles[profile.id][0] if profile.id in self._profiles else 0
            if version != profile.version:
                raise VersionConflictError(f"version {version} is stored, not {profile.version}")
        for profile in profiles:
            published, before = profile.published_segments, self._memberships(profile.id)
            self._keep_pages(profile)
            text = _fold_of(profile)
            mark_stored(profile)
            self._keep(profile, text)
            self._unread.append(Unread(self._read(profile.id), published, before, self.now))
        self.read_stream(self._dice.choice((0, 0, 0, 1, 2, 5)) if self._dice else None)

    def _memberships(self, id_: str) -> Memberships:
        return memberships_of(json.loads(self._profiles[id_][2])) if id_ in self._profiles else {}

    @property
    def groups(self) -> dict[str, Memberships]:
        """The memberships by profile, after the stream is read."""
        self.read_stream()
        return self._groups

    def read_stream(self, most: int | None = None) -> None:
        """Let the consumer read saves in their order: all of them, or up to `most`."""
        read, self._unread = self._unread[:most], self._unread[most:] if most is not None else []
        for each in read:
            self._consume(each)

    def _consume(self, unread: Unread) -> None:
        after, wanted = unread.after, memberships_of(unread.after.card)
        held = self._groups.setdefault(after.id, {})
        for entry in unread.before.keys() - wanted.keys():
            held.pop(entry, None)
        if self._read(after.id).erased_at != after.erased_at:
            return
        held |= {entry: text for entry, text in wanted.items() if unread.before.get(entry) != text}
        if activity := membership_activity(unread.published, after, unread.at):
            self._put(activity)

    def _keep(self, profile: ProfileState, text: str) -> None:
        card = json.dumps(profile.card)
        self._profiles[profile.id] = (
            profile.version,
            text,
            card,
            profile.rule_set,
            profile.due,
            profile.flips,
        )

    def append(self, activities: Sequence[Activity]) -> None:
        for activity in activities:
            self.hook("append")
            self._put(activity)

    def discard(self, profile_id: str, activities: Sequence[Activity]) -> None:
        self.hook("discard")
        for activity in activities:
            self._log.get(profile_id, {}).pop(_key(activity), None)

    def keep_work(self, profile_id: str, activities: Sequence[Activity]) -> None:
        self.hook("keep_work")
        for activity in activities:
            place = (profile_id, (activity.effects or {})[WORK]["id"])
            if place not in self.work or self.work[place].stamp < activity.stamp:
                self.work[place] = activity

    def copies(self, profile_id: str) -> Iterable[str]:
        return sorted(self.copied.get(profile_id, ()))

    def _put(self, activity: Activity) -> None:
        id_ = profile_id(activity.identities[0])
        for source in sources_of(activity):
            self.copied.setdefault(source, set()).add(id_)
        text = json.dumps(to_record(activity))
        _check_size(text)
        key = _key(activity)
        log = self._log.setdefault(id_, {})
        held = log.get(key)
        if held != text and not activity.type.startswith("segment."):
            anew = held is not None and _lasting(held) != _lasting(text)
            self.stream_changes.append((id_, None if anew else activity.original_at // MINUTE))
        if held is not None:
            self._overwritten.append((id_, key, _first_received(held)))
        log[key] = text

    def keep(self, profile_id: str, version: int, text: str) -> None:
        """Store a profile in the form of another version of the product."""
        self._profiles[profile_id] = (version, text, "null", 0, None, None)
        self._groups[profile_id] = {}

    def put_back_receipts(self) -> None:
        """Restore the first times of receipt of overwritten copies, as the handler does before it projects."""
        while self._overwritten:
            self.hook("update")
            if not self._overwritten:
                return
            id_, key, first = self._overwritten.pop(0)
            held = self._log[id_].get(key)
            if held is not None and first < _first_received(held):
                self._log[id_][key] = json.dumps(json.loads(held) | {"r0": first})
                self.stream_changes.append((id_, key[0] // MINUTE))

    def dump(self) -> str:
        """Return all stored data as one text, after the stream is read."""
        self.read_stream()
        logs = (text for log in self._log.values() for text in log.values())
        profiles = (f"{text}{card}" for _, text, card, *_ in self._profiles.values())
        return "\n".join([*logs, *profiles, str(self.groups)])

    def everything(self) -> list[Activity]:
        """Return the activities of all logs, after the stream is read. The store does not change."""
        self.read_stream()
        return list(one_by_one(_read(key, text) for log in self._log.values() for key, text in log.items()))

    def profiles(self) -> dict[str, ProfileState]:
        """Return all profiles. The store does not change."""
        return {id_: self._read(id_) for id_ in self._profiles}

    def due(self, now: int) -> list[str]:
        """Return the ids of the profiles that are due."""
        return sorted(id_ for id_, (*_, due, _) in self._profiles.items() if due is not None and due <= now)

    def delete_profiles(self) -> None:
        """Delete all profiles but keep the logs, so that everything is folded again, as after a faulty projection."""
        self._profiles.clear()
        self._groups.clear()
        self._unread.clear()
        self.stream_changes = [
            (id_, minute) for id_, log in self._log.items() for minute in {at // MINUTE for at, *_ in log}
        ]


def _check_transaction(profiles: Sequence[ProfileState]) -> None:
    if len(profiles) > TRANSACTION_ITEMS:
        raise RefusedError(f"{len(profiles)} profiles in one transaction")
    if len({profile.id for profile in profiles}) < len(profiles):
        raise RefusedError("a profile twice in one transaction")
    sizes = [stored_bytes(profile) for profile in profiles]
    if max(sizes) > ITEM_BYTES or sum(sizes) > TRANSACTION_BYTES:
        raise RefusedError(f"profiles of {sum(sizes)} bytes in one transaction, the largest of {max(sizes)}")


def _check_size(text: str) -> None:
    if len(text.encode()) > ITEM_BYTES:
        raise RefusedError(f"an activity of {len(text.encode())} bytes")
