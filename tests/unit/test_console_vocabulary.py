"""The console offers exactly the names that the domain defines."""

import re
from collections.abc import Iterable
from pathlib import Path

import pytest

from crm.domain.conditions.date_operators import DATE_OPERATOR_TABLE
from crm.domain.conditions.filter_names import DATE_FIELDS, DATE_OPERATORS, TEXT_FIELDS, TEXT_OPERATORS
from crm.domain.consent import CHANNELS, CONSENT_STATES, PROCESSING
from crm.domain.event_types import EVENT_TYPES
from crm.domain.operators import OPERATORS

SOURCES = Path(__file__).parents[2] / "functions/serve_console/src"
FILTERS = "pages/customers/filters/names.ts"


def array(path: str, name: str) -> list[str]:
    """Return the strings of `export const NAME = ["a", ...OTHERS, "b"] as const`, without the spread ones."""
    found = re.search(rf"const {name} = \[(.*?)\] as const;", (SOURCES / path).read_text(), re.DOTALL)
    assert found, f"{path} has no constant {name}"
    return re.findall(r'"([^"]*)"', found[1])


def keys(path: str, name: str) -> list[str]:
    """Return the keys of the flat object `const name = {` or `name: {`."""
    found = re.search(rf"\b{name}(?: =|:) \{{(.*?)\}}", (SOURCES / path).read_text(), re.DOTALL)
    assert found, f"{path} has no object {name}"
    return re.findall(r'\b(\w+): "', found[1])


@pytest.mark.parametrize(
    ("path", "name", "defined"),
    [
        ("vocabulary.ts", "CHANNELS", CHANNELS),
        ("vocabulary.ts", "CONSENT_STATES", CONSENT_STATES),
        ("vocabulary.ts", "EVENT_TYPES", EVENT_TYPES),
        (FILTERS, "DAY_OPERATORS", [name for name in DATE_OPERATORS if name.endswith("_days_ago")]),
        (FILTERS, "DATE_FIELDS", DATE_FIELDS),
    ],
)
def test_a_list_of_the_console_has_the_names_of_the_domain(
    path: str, name: str, defined: Iterable[str]
) -> None:
    assert sorted(array(path, name)) == sorted(defined)


def test_the_filters_of_the_console_have_the_fields_and_operators_of_the_api() -> None:
    assert sorted(["name", *array(FILTERS, "TEXT_FIELDS")]) == sorted(TEXT_FIELDS)
    assert sorted(array(FILTERS, "TEXT_OPERATORS")) == sorted(TEXT_OPERATORS)
    assert sorted(array(FILTERS, "DAY_OPERATORS") + array(FILTERS, "DATE_OPERATORS")) == sorted(
        DATE_OPERATORS
    )


@pytest.mark.parametrize(
    ("path", "name", "defined"),
    [
        ("texts/en/common.ts", "channels", [*CHANNELS, PROCESSING]),
        ("texts/en/conditions.ts", "operators", OPERATORS),
        ("texts/en/conditions.ts", "dateOperators", DATE_OPERATOR_TABLE),
        ("texts/en/conditions.ts", "consentStates", CONSENT_STATES),
        ("texts/en/customers.ts", "states", CONSENT_STATES),
    ],
)
def test_every_name_of_the_domain_has_a_text(path: str, name: str, defined: Iterable[str]) -> None:
    assert sorted(keys(path, name)) == sorted(defined)
