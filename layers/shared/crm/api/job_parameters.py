"""Query parameters of the list of jobs, and the body of a new job."""

from typing import Any

from crm.api.parameters import Parameter, choice
from crm.domain.job import KINDS, STATES
from crm.domain.times import parse_time

KIND = Parameter(
    name="kind",
    keyword="kind",
    description="Only jobs of this kind.",
    schema={"type": "string", "enum": list(KINDS)},
    parse=choice(*KINDS),
)
STATE = Parameter(
    name="state",
    keyword="state",
    description="Only jobs in this state.",
    schema={"type": "string", "enum": list(STATES)},
    parse=choice(*STATES),
)

_SENT_AS = {"received_from": "from", "received_to": "to"}


def read_new_job(body: dict[str, Any]) -> dict[str, Any]:
    """Parse a body of the model `NewJob`: values by the names they are sent by, instants in epoch ms."""
    times = {sent: parse_time(body[name]) for name, sent in _SENT_AS.items() if name in body}
    return times | {name: value for name, value in body.items() if name not in _SENT_AS}
