"""Query parameters: the accepted forms, and errors with the correct form."""

from typing import Any

import pytest

from crm.api import parameters as query
from crm.api.parameters import Parameter
from crm.domain.errors import InvalidInputError
from crm.domain.times import parse_time

NOON = parse_time("2026-11-21T12:00:00Z")


@pytest.mark.parametrize(
    ("parameter", "text", "value"),
    [
        (query.LIMIT, "1", 1),
        (query.LIMIT, "100", 100),
        (query.KIND, "anonymous", "anonymous"),
        (query.KIND, "deleted", "deleted"),
        (query.CATEGORY, "all", None),
        (query.CATEGORY, "shopping", "shopping"),
        (query.FROM_PARAMETER, "2026-11-21", parse_time("2026-11-21T00:00:00Z")),
        (query.TO, "2026-11-21", parse_time("2026-11-21T23:59:59.999Z")),
        (query.FROM_PARAMETER, "2026-11-21T12:00:00Z", NOON),
        (query.TO, "2026-11-21T12:00:00.000Z", NOON),
        (query.FROM_PARAMETER, "2026-11-21T14:00:00+02:00", NOON),
        (query.FROM_PARAMETER, "2026-11-21T14:00:00 02:00", NOON),
        (query.DAY_PARAMETER, "2026-02-28", "2026-02-28"),
    ],
)
def test_query_parameters_are_parsed(parameter: Parameter, text: str, value: Any) -> None:
    assert query.read_query((parameter,), {parameter.name: text}) == {parameter.keyword: value}


@pytest.mark.parametrize(
    ("parameter", "text", "right"),
    [
        (query.LIMIT, "0", "from 1 to 1000"),
        (query.LIMIT, "1001", "from 1 to 1000"),
        (query.LIMIT, "-1", "from 1 to 1000"),
        (query.LIMIT, "ten", "from 1 to 1000"),
        (query.LIMIT, "1e2", "from 1 to 1000"),
        (query.LIMIT, "\N{ARABIC-INDIC DIGIT FIVE}", "from 1 to 1000"),
        (query.LIMIT, "9" * 5000, "from 1 to 1000"),
        (query.KIND, "unknown", "recognised, anonymous"),
        (query.CATEGORY, "misc", "shopping"),
        (query.FROM_PARAMETER, "yesterday", "2026-11-21"),
        (query.TO, "2026-02-30", "2026-11-21"),
        (query.DAY_PARAMETER, "2026-02-30", "2026-11-21"),
        (query.DAY_PARAMETER, "21.11.2026", "2026-11-21"),
    ],
)
def test_an_invalid_parameter_is_refused_with_the_expected_form(
    parameter: Parameter, text: str, right: str
) -> None:
    with pytest.raises(InvalidInputError, match=f"^{parameter.name} must be .*{right}") as refused:
        query.read_query((parameter,), {parameter.name: text})
    assert refused.value.code == "invalid_parameter"
    assert refused.value.details == {"parameter": parameter.name}


def test_a_missing_parameter_has_its_default() -> None:
    assert query.read_query((query.KIND, query.CATEGORY, query.LIMIT), {"unknown": "x", "kind": ""}) == {
        "kind": None,
        "category": None,
        "limit": 50,
    }


def test_a_missing_required_parameter_is_refused() -> None:
    required = Parameter(name="q", keyword="q", description="", schema={}, parse=str, required=True)
    with pytest.raises(InvalidInputError, match="q is required"):
        query.read_query((required,), {})
