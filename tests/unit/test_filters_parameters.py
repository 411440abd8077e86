"""The parameters of the list: the parsed filters, and errors with the correct form."""

import json
from datetime import UTC
from typing import Any

import pytest

from crm.api.filters import FILTERS, LISTING
from crm.api.parameters import read_query
from crm.domain.conditions.list_filters import card_filter
from crm.domain.errors import InvalidInputError
from crm.domain.local_days import LocalDays
from tests.support.cards import card_with

UTC_NOON = 1_795_262_400_000


def given(**query: str) -> dict[str, Any]:
    """Return the parsed fields that differ from those without parameters."""
    nothing, something = read_query(LISTING, {}), read_query(LISTING, query)
    return {name: value for name, value in something.items() if value != nothing[name]}


@pytest.mark.parametrize(
    ("query", "read_as"),
    [
        ({"sort": "name"}, {"sort": "name"}),
        ({"sort": "-last_transaction"}, {"sort": "-last_transaction"}),
        ({"order": "asc"}, {"sort": "last_activity"}),
        ({"order": "desc"}, {}),
        ({"order": "asc", "sort": "-email"}, {"sort": "-email"}),
        ({"city": "Berlin"}, {"city": ["Berlin"]}),
        ({"city": " Berlin , Rome,Berlin,"}, {"city": ["Berlin", "Rome"]}),
        ({"city": r"Washington\, D.C.,Rome"}, {"city": ["Washington, D.C.", "Rome"]}),
        ({"city": ""}, {}),
        ({"created.after": "2026-11-21"}, {"created.after": "2026-11-21"}),
        ({"created.after": "1.2.2026"}, {"created.after": "2026-02-01"}),
        ({"created.after": "2026-11-21T13:00:00 01:00"}, {"created.after": UTC_NOON}),
        ({"created.exactly_days_ago": "0"}, {"created.exactly_days_ago": 0}),
        (
            {"consent": "email:granted, sms:x:denied"},
            {"consent": {"email": ["granted"], "sms:x": ["denied"]}},
        ),
        ({"responsible.missing": "false"}, {"responsible.missing": False}),
    ],
)
def test_list_parameters_are_parsed(query: dict[str, str], read_as: dict[str, Any]) -> None:
    assert given(**query) == read_as
    assert json.loads(json.dumps(read_as)) == read_as, "a cursor is bound to it"


@pytest.mark.parametrize(
    ("query", "right"),
    [
        ({"sort": "shoe_size"}, "one of last_activity, -last_activity"),
        ({"order": "up"}, "desc, asc"),
        ({"kind": "both"}, "recognised, anonymous, deleted"),
        ({"city": ","}, "1 to 100 texts"),
        ({"city": "x" * 501}, "at most 500 characters"),
        ({"city": ",".join(map(str, range(101)))}, "1 to 100 texts"),
        ({"created.after": "yesterday"}, "21.11.2026"),
        ({"created.after": "31.2.2026"}, "21.11.2026"),
        ({"created.on": "2026-13-01"}, "21.11.2026"),
        ({"created.on": "1969-12-31"}, "21.11.2026"),
        ({"created.on": "9999-12-31"}, "21.11.2026"),
        ({"created.on": "9999-12-31T23:59:59Z"}, "21.11.2026"),
        ({"created.less_than_days_ago": "0"}, "from 1 to 36500"),
        ({"created.more_than_days_ago": "-1"}, "from 0 to 36500"),
        ({"class": "Gold"}, "lower-case"),
        ({"consent": "granted"}, "email:granted"),
        ({"consent": "email:yes"}, "granted, denied, pending, expired, missing"),
        ({"responsible.missing": "1"}, "true or false"),
    ],
)
def test_an_invalid_parameter_is_refused_with_the_expected_form(query: dict[str, str], right: str) -> None:
    ((name, _),) = query.items()
    with pytest.raises(InvalidInputError, match=f"^{name} must be .*{right}") as refused:
        given(**query)
    assert refused.value.code == "invalid_parameter"
    assert refused.value.details == {"parameter": name}


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("citty", "did you mean city"),
        ("city.startswith", r"did you mean city\.starts_with"),
        ("created.more_than", r"did you mean created\.more_than_days_ago"),
        ("x" * 5000, "OpenAPI"),
    ],
)
def test_a_misspelt_filter_is_refused_with_a_suggestion(name: str, hint: str) -> None:
    with pytest.raises(InvalidInputError, match=hint) as refused:
        given(**{name: "x"})
    assert refused.value.code == "invalid_parameter"


@pytest.mark.parametrize("parameter", FILTERS[1:], ids=lambda parameter: parameter.name)
def test_every_declared_filter_is_implemented(parameter: Any) -> None:
    """A filter also has a result for an empty card."""
    sample = {
        "integer": "7",
        "boolean": "true",
        "array": "email:granted" if parameter.name == "consent" else "x",
    }
    value = parameter.parse(sample.get(parameter.schema["type"], "2026-11-21"))
    assert card_filter({parameter.keyword: value}, UTC_NOON, LocalDays(UTC, "UTC"))(card_with()) in {
        True,
        False,
    }
