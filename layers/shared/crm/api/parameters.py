"""Query parameters: each is declared once, and the declaration parses, validates and documents it."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from crm.domain.category import ALL, CATEGORIES
from crm.domain.errors import InvalidInputError
from crm.domain.times import DAY_MS, parse_time
from crm.domain.well_formed import REASON, is_well_formed

_MAX_NAME_LENGTH = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """A query parameter. `parse` converts the text to the argument of the service; it raises ValueError with what would
    be right.
    """

    name: str
    keyword: str
    description: str
    schema: dict[str, Any] = field(hash=False)
    parse: Callable[[str], Any]
    default: Any = None
    required: bool = False
    narrows: bool = False
    """Whether it is a filter. Routes with a filter reject undeclared names: a misspelt filter would select all
    customers.
    """


def read_query(parameters: tuple[Parameter, ...], given: dict[str, str]) -> dict[str, Any]:
    """Parse the query parameters of a request, by keyword. Raises InvalidInputError `invalid_parameter` for the first
    invalid one.
    """
    _refuse_malformed(given)
    _refuse_undeclared(parameters, given)
    values: dict[str, Any] = {}
    for parameter in parameters:
        text = given.get(parameter.name, "")
        if text:
            values[parameter.keyword] = _parse(parameter, text)
        elif parameter.required:
            raise _wrong(parameter, "is required")
        else:
            values.setdefault(parameter.keyword, parameter.default)
    return values


def _refuse_malformed(given: dict[str, str]) -> None:
    for name, text in given.items():
        if not is_well_formed(name):
            raise InvalidInputError(f"the name of a parameter {REASON}", code="invalid_parameter")
        if not is_well_formed(text):
            raise InvalidInputError(
                f"{name[:_MAX_NAME_LENGTH]} {REASON}",
                code="invalid_parameter",
                details={"parameter": name[:_MAX_NAME_LENGTH]},
            )


def _refuse_undeclared(parameters: tuple[Parameter, ...], given: dict[str, str]) -> None:
    names = [parameter.name for parameter in parameters]
    undeclared = sorted(given.keys() - set(names))
    if not undeclared or not any(parameter.narrows for parameter in parameters):
        return
    from difflib import get_close_matches

    name = undeclared[0][:_MAX_NAME_LENGTH]
    close = get_close_matches(name, names)
    suggestion = (
        f"did you mean {' or '.join(close)}?" if close else "the OpenAPI document lists its parameters"
    )
    raise InvalidInputError(
        f"{name} is not a parameter of this list: {suggestion}",
        code="invalid_parameter",
        details={"parameter": name},
    )


def _parse(parameter: Parameter, text: str) -> Any:
    try:
        return parameter.parse(text)
    except ValueError as error:
        raise _wrong(parameter, str(error)) from None


def _wrong(parameter: Parameter, message: str) -> InvalidInputError:
    return InvalidInputError(
        f"{parameter.name} {message}", code="invalid_parameter", details={"parameter": parameter.name}
    )


def choice(*allowed: str) -> Callable[[str], str]:
    def parse(text: str) -> str:
        if text not in allowed:
            raise ValueError(f"must be one of {', '.join(allowed)}")
        return text

    return parse


def whole_number(lowest: int, highest: int) -> Callable[[str], int]:
    def parse(text: str) -> int:
        if not re.fullmatch(r"[0-9]{1,6}", text) or not lowest <= int(text) <= highest:
            raise ValueError(f"must be a whole number from {lowest} to {highest}")
        return int(text)

    return parse


def with_plus(text: str) -> str:
    """Restore the `+` of an instant's offset, which a query string delivers as a space."""
    return re.sub(r"(T\S+) (\d\d:?\d\d)$", r"\1+\2", text)


def instant(text: str) -> int:
    moment = parse_time(with_plus(text))
    if moment is None:
        raise ValueError("must be a date (2026-11-21) or an ISO 8601 instant (2026-11-21T19:30:00Z)")
    return moment


def _end_instant(text: str) -> int:
    return instant(text) + (DAY_MS - 1 if re.fullmatch(r"\d{4}-\d\d-\d\d", text) else 0)


def _day(text: str) -> str:
    if not re.fullmatch(r"\d{4}-\d\d-\d\d", text) or parse_time(text) is None:
        raise ValueError("must be a date (2026-11-21)")
    return text


def _category(text: str) -> str | None:
    return None if choice(ALL, *CATEGORIES)(text) == ALL else text


LIMIT = Parameter(
    name="limit",
    keyword="limit",
    description="Maximum number of results. A page ends earlier if it would exceed 4 MB.",
    schema={"type": "integer", "minimum": 1, "maximum": 1000, "default": 50},
    parse=whole_number(1, 1000),
    default=50,
)
CURSOR = Parameter(
    name="cursor",
    keyword="cursor",
    description="`next_cursor` of the previous page; the other parameters must be the same.",
    schema={"type": "string"},
    parse=str,
)
KIND = Parameter(
    name="kind",
    keyword="kind",
    description=(
        "Only profiles of this kind: recognised profiles have an email or a user id; deleted profiles were "
        "soft-deleted by hand, and are listed only by this value."
    ),
    schema={"type": "string", "enum": ["recognised", "anonymous", "deleted"]},
    parse=choice("recognised", "anonymous", "deleted"),
)
CATEGORY = Parameter(
    name="category",
    keyword="category",
    description="Only activities of this category.",
    schema={"type": "string", "enum": [ALL, *CATEGORIES], "default": ALL},
    parse=_category,
)
FROM_PARAMETER = Parameter(
    name="from",
    keyword="start",
    description="Not before this date or instant (inclusive; a date begins at midnight UTC).",
    schema={"type": "string"},
    parse=instant,
)
TO = Parameter(
    name="to",
    keyword="end",
    description="Not after this date or instant (inclusive; a date ends at midnight UTC).",
    schema={"type": "string"},
    parse=_end_instant,
)
DAY_PARAMETER = Parameter(
    name="day",
    keyword="day",
    description="The day (UTC) on which the input was rejected; today by default.",
    schema={"type": "string", "format": "date"},
    parse=_day,
)
_MAX_SOURCE_LENGTH = 100


def _source(text: str) -> str:
    if len(text) > _MAX_SOURCE_LENGTH:
        raise ValueError(f"must have at most {_MAX_SOURCE_LENGTH} characters")
    return text


SOURCE_PARAMETER = Parameter(
    name="source",
    keyword="source",
    description="Only what this source sent: its id, or `form:` and the id of a form.",
    schema={"type": "string", "maxLength": _MAX_SOURCE_LENGTH},
    parse=_source,
)
_MAX_INCLUDED = 100


def _ids(text: str) -> tuple[str, ...]:
    ids = tuple(dict.fromkeys(part.strip() for part in text.split(",") if part.strip()))
    if len(ids) > _MAX_INCLUDED:
        raise ValueError(f"must name at most {_MAX_INCLUDED} profiles")
    return ids


INCLUDE = Parameter(
    name="include",
    keyword="include",
    description=(
        "Parts of the person that only public sources (pages, apps, forms) joined, which are left out by default: ids "
        "of their profiles, separated by commas, or `all`. Verify first that they belong to the person."
    ),
    schema={"type": "string"},
    parse=_ids,
    default=(),
)
WRITE_KEY_PARAMETER = Parameter(
    name="writeKey",
    keyword="write_key",
    description="The source's write key, if it is not sent by Basic auth or in the body.",
    schema={"type": "string"},
    parse=str,
)
