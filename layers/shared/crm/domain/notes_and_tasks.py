"""Notes and tasks: what users write about a customer, and what they have to do.

Each is plain JSON, stored as a whole: `kind`, `id`, `version`, `created_at` and `updated_at` (epoch ms), and its
fields.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from typing import Any, cast

from crm.domain.activity import Activity
from crm.domain.effect_fields import WORK
from crm.domain.errors import invalid_field
from crm.domain.etag import etag_of
from crm.domain.value_types import read_date, read_datetime, read_text
from crm.domain.work_fields import Work

NOTE, TASK = "note", "task"
STATUSES = ("open", "in_progress", "done", "cancelled")
UNFINISHED_STATUSES = ("open", "in_progress")
PRIORITIES = ("low", "normal", "high", "urgent")
MAX_WORK_TEXT_LENGTH = 5_000
MAX_WORK_NAME_LENGTH = 200

_FIELDS: dict[str, dict[str, Any]] = {
    NOTE: {"text": None, "author": None},
    TASK: {
        "name": None,
        "description": None,
        "status": "open",
        "priority": "normal",
        "assignee": None,
        "due": None,
    },
}
_NEEDED = {"text", "author", "name", "status", "priority"}
_ID = re.compile(r"(note|task)_[0-9a-f]{20}")
_TIME_LENGTH = 12
"""Number of hexadecimal digits of an id that hold its creation time."""

RANDOM_BYTES = 4
"""Number of random bytes in an id."""

_DAY = re.compile(r"\d{4}-\d\d-\d\d|\d{1,2}\.\d{1,2}\.\d{4}")


def new_work_id(kind: str, now: int, random: bytes) -> str:
    """Return a new id made of an instant (epoch ms), by which ids of one kind sort, and RANDOM_BYTES random bytes."""
    return f"{kind}_{now:0{_TIME_LENGTH}x}{random.hex()}"


def made_at(work: Work) -> int:
    """Return its creation time (epoch ms) from its id, also for a deleted one."""
    return int(work["id"].partition("_")[2][:_TIME_LENGTH], 16)


def work_of(activity: Activity) -> Work:
    """Return the note or task that an activity has made or changed."""
    if activity.effects is None:
        raise LookupError(f"the activity {activity.message_id} is of no note or task")
    return activity.effects[WORK]


def state_stamp(activity: Activity) -> str:
    """Return the stamp of a state of a note or task: of two states, the one with the later stamp counts."""
    return f"{activity.occurred_at:015d}#{activity.message_id}"


def latest_states(activities: Iterable[Activity]) -> dict[str, Activity]:
    """Return the activity with the latest state of each note or task, by its id."""
    return {work_of(activity)["id"]: activity for activity in sorted(activities, key=state_stamp)}


def is_work_id(kind: str, text: str) -> bool:
    """Return whether a text has the form of an id of this kind."""
    return _ID.fullmatch(text) is not None and text.startswith(f"{kind}_")


def new_work(kind: str, fields: Mapping[str, Any], now: int, random: bytes) -> Work:
    """Make a note (`text`, `author`) or a task (`name`...) with the given fields. Raises InvalidInputError.

    `random`: RANDOM_BYTES random bytes for its id.
    """
    stamps = {"version": 1, "created_at": now, "updated_at": now}
    valid = _FIELDS[kind] | _valid(fields)
    return cast("Work", {"kind": kind, "id": new_work_id(kind, now, random), **stamps, **valid})


def changed(work: Work, fields: Mapping[str, Any], now: int) -> Work:
    """Return it with the given fields; itself, where nothing differs. Raises InvalidInputError."""
    after = cast("Work", {**work, **_valid(fields)})
    return work if after == work else cast("Work", {**after, **_next(work, now)})


def deleted(work: Work, now: int) -> Work:
    """Return the mark that stays of a deleted note or task. Its content stays in the log."""
    return {
        "kind": work["kind"],
        "id": work["id"],
        "deleted": True,
        "version": work["version"] + 1,
        "updated_at": now,
    }


def etag(work: Work) -> str:
    """Return the ETag, which changes with every version."""
    return etag_of(work["id"], work["version"])


def fields_of(work: Work) -> dict[str, Any]:
    """Return the fields that users wrote."""
    values: Mapping[str, Any] = work
    return {name: values[name] for name in _FIELDS[work["kind"]]}


def describe_change(before: Work, after: Work) -> dict[str, Any]:
    """Describe a change for the timeline."""
    old, new = fields_of(before), fields_of(after)
    changes = {name: {"from": old[name], "to": new[name]} for name in new if old[name] != new[name]}
    return {"id": after["id"], **_title(after), "changes": changes}


def describe_work(work: Work) -> dict[str, Any]:
    """Describe an added note or task for the timeline."""
    filled = {name: value for name, value in fields_of(work).items() if value is not None}
    return {"id": work["id"], **filled}


def describe_deletion(work: Work) -> dict[str, Any]:
    """Describe a deletion for the timeline."""
    return {"id": work["id"], **_title(work)}


def valid_line(field: str, text: str) -> str:
    """Normalise a name, or a user by name or email address, to one line with single blanks.

    Raises InvalidInputError.
    """
    line = " ".join(unicodedata.normalize("NFC", text).split())
    if not 1 <= len(line) <= MAX_WORK_NAME_LENGTH or not line.isprintable():
        raise invalid_field(field, f"must have 1 to {MAX_WORK_NAME_LENGTH} printable characters")
    return line


def _next(work: Work, now: int) -> dict[str, int]:
    return {"version": work["version"] + 1, "updated_at": now}


def _title(work: Work) -> dict[str, str]:
    return {"name": work["name"]} if work["kind"] == TASK else {}


def _valid(fields: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _valid_field(name, value) for name, value in fields.items()}


def _valid_field(name: str, value: Any) -> Any:
    if value is None or (isinstance(value, str) and not value.strip()):
        if name in _NEEDED:
            raise invalid_field(name, "must not be empty")
        return None
    return _READERS[name](name, value) if name in _READERS else value


def _text(field: str, text: str) -> str:
    try:
        return read_text(text, MAX_WORK_TEXT_LENGTH)
    except ValueError as error:
        raise invalid_field(field, str(error)) from None


def _due(field: str, text: str) -> str:
    try:
        return read_date(text) if _DAY.fullmatch(text.strip()) else read_datetime(text)
    except ValueError:
        rule = "must be a date (2026-12-01, 01.12.2026) or an instant with its offset (2026-12-01T09:00:00+01:00)"
        raise invalid_field(field, rule) from None


_READERS: dict[str, Callable[[str, str], str]] = {
    "text": _text,
    "description": _text,
    "author": valid_line,
    "assignee": valid_line,
    "name": valid_line,
    "due": _due,
}
