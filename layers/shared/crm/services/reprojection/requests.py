"""Start jobs that project logs again."""

import uuid
from typing import Any

from crm.domain.api_key import SYSTEM, Principal
from crm.domain.errors import InvalidInputError
from crm.domain.job import REPROJECT, Job
from crm.domain.times import iso
from crm.services.jobs import jobs

_AUTOMATIC = uuid.UUID("5b0b4c1e-6f52-4f1b-9f63-3a9a0a2c7d55")


def start(requested: dict[str, Any], *, by: Principal, now: int) -> dict[str, Any]:
    """Start the requested job and return it; `asked` holds the model `NewJob`, instants in epoch ms.

    Raises InvalidInputError.
    """
    return jobs.start(_job(str(uuid.uuid4()), _subject(requested, now), by=by, now=now))


def start_range(since: int, until: int, *, now: int) -> str:
    """Reproject what was received between two instants (epoch ms), once for a range; return the job's id."""
    id_ = str(uuid.uuid5(_AUTOMATIC, f"{since}-{until}"))
    jobs.start(_job(id_, {"from": since, "to": until}, by=SYSTEM, now=now))
    return id_


def _job(id_: str, subject: dict[str, Any], *, by: Principal, now: int) -> Job:
    return Job(id=id_, kind=REPROJECT, subject=subject, started_by=by.id, created_at=now, updated_at=now)


def _subject(requested: dict[str, Any], now: int) -> dict[str, Any]:
    ways = [name for name in ("profile_id", "from", "all") if name in requested]
    if len(ways) != 1 or ("to" in requested and ways != ["from"]):
        raise InvalidInputError(
            "say whose logs by exactly one of profile_id, from (perhaps with to) and all",
            code="invalid_selection",
            details={"given": [name for name in ("profile_id", "from", "to", "all") if name in requested]},
        )
    if ways == ["from"]:
        until = requested.get("to", now)
        if requested["from"] > until:
            raise InvalidInputError(
                f"from must not be behind to, {iso(until)}",
                code="invalid_selection",
                details={"field": "from"},
            )
        return {"from": requested["from"], "to": until}
    return {name: requested[name] for name in ways}
