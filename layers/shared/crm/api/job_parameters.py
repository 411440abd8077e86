"""Query parameters of the list of jobs."""

from crm.api.parameters import Parameter, choice
from crm.domain.job import KINDS, STATES

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
