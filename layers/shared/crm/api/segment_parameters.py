"""Query parameters of the routes of segments."""

import re

from crm.api.parameters import Parameter
from crm.domain.times import parse_time


def _day(text: str) -> str:
    if not re.fullmatch(r"\d{4}-\d\d-\d\d", text, re.ASCII) or parse_time(text) is None:
        raise ValueError("must be a date (2026-11-21)")
    return text


FIRST_DAY = Parameter(
    name="from",
    keyword="start",
    description="First day; the oldest day that is kept by default.",
    schema={"type": "string", "format": "date"},
    parse=_day,
)
LAST_DAY = Parameter(
    name="to",
    keyword="end",
    description="Last day, inclusive; today by default.",
    schema={"type": "string", "format": "date"},
    parse=_day,
)
