"""Query parameters of the routes that list tasks."""

from dataclasses import replace

from crm.api.parameters import Parameter
from crm.domain.work import LONGEST_NAME, STATUSES


def _status(text: str) -> str:
    if text not in STATUSES:
        raise ValueError(f"must be one of {', '.join(STATUSES)}")
    return text


def _user(text: str) -> str:
    return " ".join(text.split())[:LONGEST_NAME]


STATUS = Parameter(
    name="status",
    keyword="status",
    description="Only tasks of this status.",
    schema={"type": "string", "enum": [*STATUSES]},
    parse=_status,
)
UNFINISHED = replace(STATUS, description="Only tasks of this status; open and in-progress tasks by default.")
ASSIGNEE = Parameter(
    name="assignee",
    keyword="assignee",
    description="Only tasks assigned to this user.",
    schema={"type": "string"},
    parse=_user,
)
