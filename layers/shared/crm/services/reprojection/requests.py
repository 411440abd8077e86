"""Start jobs that project logs again."""

import uuid
from typing import Any

from crm.domain.api_key import SYSTEM, Principal
from crm.domain.commands.jobs import NewJob
from crm.domain.errors import InvalidInputError
from crm.domain.job import REPROJECT, Job
from crm.domain.times import iso, parse_time
from crm.domain.views.jobs import JobView
from crm.services.jobs import jobs

_SENT_AS = {"profile_id": "profile_id", "received_from": "from", "received_to": "to", "all": "all"}
_AUTOMATIC = uuid.UUID("5b0b4c1e-6f52-4f1b-9f63-3a9a0a2c7d55")


def start(new: NewJob, *, by: Principal, now: int) -> JobView:
    """Start the requested job and return it. Raises InvalidInputError."""
    return jobs.start(_job(str(uuid.uuid4()), _subject(new, now), by=by, now=now))


def start_range(since: int, until: int, *, now: int) -> str:
    """Reproject what was received between two instants (epoch ms), once for a range; return the job's id."""
    id_ = str(uuid.uuid5(_AUTOMATIC, f"{since}-{until}"))
    jobs.start(_job(id_, {"from": since, "to": until}, by=SYSTEM, now=now))
    return id_


def _job(id_: str, subject: dict[str, Any], *, by: Principal, now: int) -> Job:
    return Job(id=id_, kind=REPROJECT, subject=subject, started_by=by.id, created_at=now, updated_at=now)


def _subject(new: NewJob, now: int) -> dict[str, Any]:
    given = [sent for name, sent in _SENT_AS.items() if name in new]
    ways = [sent for sent in given if sent != "to"]
    if len(ways) != 1 or ("to" in given and ways != ["from"]):
        raise InvalidInputError(
            "select the logs by exactly one of profile_id, from (optionally with to) and all",
            code="invalid_selection",
            details={"given": given},
        )
    if "received_from" in new:
        return _range(new["received_from"], new.get("received_to"), now)
    return {"profile_id": new["profile_id"]} if "profile_id" in new else {"all": new["all"]}


def _range(received_from: str, received_to: str | None, now: int) -> dict[str, Any]:
    since, until = _instant(received_from), now if received_to is None else _instant(received_to)
    if since > until:
        raise InvalidInputError(
            f"from must not be after to, {iso(until)}",
            code="invalid_selection",
            details={"field": "from"},
        )
    return {"from": since, "to": until}


def _instant(text: str) -> int:
    moment = parse_time(text)
    if moment is None:
        raise InvalidInputError(f"{text} is no instant", code="invalid_selection")
    return moment
