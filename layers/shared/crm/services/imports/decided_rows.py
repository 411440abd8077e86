"""Decided rows as they are stored between the stages of an import: one line of JSON each."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from crm.domain.activity import IMPORTED, ROW_DIGITS, Activity
from crm.domain.copies import WAS, WAS_OF
from crm.domain.effect_fields import Effects
from crm.domain.effects import effects_with
from crm.domain.identity import Identity
from crm.domain.imports.row_decision import ROW_CREATED, ImportOutcome, RowData
from crm.domain.job import Job
from crm.domain.json_text import decode, encode


@dataclass(frozen=True, slots=True)
class Decided:
    """A row by its number in the file, its data, and its outcome."""

    row: int
    data: RowData
    outcome: ImportOutcome


def message_id(job_id: str, row: int) -> str:
    """Return the message id of a row's activity: in one log, rows of one import keep the order of the file."""
    return f"import:{job_id}:{row:0{ROW_DIGITS}d}"


def row_activity(decided: Decided, job: Job, first_seen: int) -> Activity:
    """Return the activity of a row.

    Its key carries the time when the file's content was first seen, so that a later erasure covers it.
    """
    outcome = decided.outcome
    properties: dict[str, Any] = {"import": job.id, "row": decided.row}
    if outcome.was:
        properties[WAS] = outcome.was
    if outcome.was_of:
        properties[WAS_OF] = outcome.was_of
    return Activity(
        message_id=message_id(job.id, decided.row),
        type=IMPORTED,
        original_at=first_seen,
        occurred_at=outcome.at,
        received_at=job.created_at,
        source_id=f"import:{job.id}",
        source_kind="server",
        identities=decided.data.identities,
        properties=properties,
        context={},
        effects=outcome.effects or None,
    )


def to_line(decided: Decided) -> bytes:
    """Return the row as a line with its end. A new customer's effects equal the row's data: they are written once."""
    data, outcome = decided.data, decided.outcome
    record = {
        "n": decided.row,
        "i": data.identities,
        "a": data.attributes,
        "t": data.tags,
        "c": data.consents,
        "s": data.changed_at,
        "m": data.memberships,
        "o": outcome.code,
        "r": outcome.reason,
        "at": outcome.at,
        "e": None if outcome.code == ROW_CREATED else outcome.effects,
        "w": outcome.was,
        "wo": outcome.was_of,
        "x": outcome.warnings,
    }
    return encode({name: value for name, value in record.items() if value}) + b"\n"


def from_line(line: bytes) -> Decided:
    """Read the row that `to_line` wrote."""
    record = decode(line)
    data = RowData(
        tuple(Identity(type_, value) for type_, value in record.get("i", ())),
        record.get("a", {}),
        record.get("t", []),
        record.get("c", {}),
        record.get("s"),
        record.get("m", []),
    )
    effects = _all_of(data) if record["o"] == ROW_CREATED else record.get("e", {})
    outcome = ImportOutcome(
        record["o"],
        record.get("r"),
        record.get("at", 0),
        effects,
        record.get("w", {}),
        tuple(record.get("x", ())),
        record.get("wo", {}),
    )
    return Decided(record["n"], data, outcome)


def lines_of(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """Yield the lines of a file without their ends."""
    rest = b""
    for piece in pieces:
        *lines, rest = (rest + piece).split(b"\n")
        yield from lines


def _all_of(data: RowData) -> Effects:
    return effects_with(
        attributes=data.attributes,
        tags=dict.fromkeys(data.tags, True),
        fields=dict.fromkeys(data.memberships, True),
        consents=data.consents,
    )
