"""Query parameters of the list of jobs."""

from crm.api.parameters import Parameter, choice
from crm.domain.job import JOB_KINDS, JOB_STATES

JOB_KIND = Parameter(
    name="kind",
    keyword="kind",
    description="Only jobs of this kind.",
    schema={"type": "string", "enum": list(JOB_KINDS)},
    parse=choice(*JOB_KINDS),
)
JOB_STATE = Parameter(
    name="state",
    keyword="state",
    description="Only jobs in this state.",
    schema={"type": "string", "enum": list(JOB_STATES)},
    parse=choice(*JOB_STATES),
)
