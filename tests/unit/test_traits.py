"""Traits are stored under the standard names of attributes."""

from typing import Any

import pytest

from crm.domain.tracking.traits import standard_traits


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        (
            {"firstName": "Ada", "lastName": "L", "createdAt": "2026"},
            {"first_name": "Ada", "last_name": "L", "created_at": "2026"},
        ),
        (
            {
                "address": {
                    "city": "Kraków",
                    "postalCode": "30-001",
                    "state": "MA",
                    "country": "PL",
                    "street": "Długa 1",
                }
            },
            {"city": "Kraków", "zip": "30-001", "region": "MA", "country": "PL", "street": "Długa 1"},
        ),
        ({"address": {"city": "X", "floor": 3}}, {"city": "X", "address": {"floor": 3}}),
        ({"address": "Długa 1"}, {"address": "Długa 1"}),
        (
            {"company": {"name": "Acme", "id": 7, "plan": "x"}},
            {"company": "Acme", "company_id": 7, "company_plan": "x"},
        ),
        ({"company": "Acme"}, {"company": "Acme"}),
        ({"postalCode": "1", "zip": "2"}, {"zip": "2"}),
        ({"city": "Own", "address": {"city": "Other"}}, {"city": "Own"}),
        ({"firstName": None, "Favourite Colour": "red"}, {"first_name": None, "Favourite Colour": "red"}),
        ({"address": {}, "company": {}}, {}),
    ],
)
def test_traits_are_mapped_to_standard_names(sent: dict[str, Any], kept: dict[str, Any]) -> None:
    assert standard_traits(sent) == kept
