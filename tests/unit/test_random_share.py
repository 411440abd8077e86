"""A random share: about the requested percentage, always the same customers, and shares that do not overlap."""

from __future__ import annotations

import hashlib
import uuid
from typing import Any

import pytest

from crm.domain.conditions.changed_facets import changed_facets
from crm.domain.conditions.facts import Facts
from crm.domain.conditions.random_share import draw_of, random_share_condition
from crm.domain.effects import shown_as
from crm.domain.errors import InvalidInputError
from crm.domain.profile import ProfileState
from crm.domain.stamped import Stamped
from crm.services.segments.condition_validation import read_condition

CUSTOMERS = [str(uuid.UUID(int=number * 7919)) for number in range(5_000)]
NOW = 0


def share(**given: Any) -> set[str]:
    node = random_share_condition({"type": "random_share", **given})
    return {id_ for id_ in CUSTOMERS if node.holds(Facts([ProfileState(id_)]), NOW)}


@pytest.mark.parametrize("percent", [1, 10, 33.33, 50, 100])
def test_a_share_contains_about_its_percentage_of_customers(percent: float) -> None:
    expected = len(CUSTOMERS) * percent / 100
    assert abs(len(share(percent=percent, seed="spring")) - expected) < 5 * expected**0.5


def test_shares_of_one_seed_partition_all_customers() -> None:
    parts = [
        share(percent=33.33),
        share(percent=33.33, **{"from": 33.33}),
        share(percent=33.34, **{"from": 66.66}),
    ]
    assert sorted(id_ for part in parts for id_ in part) == sorted(CUSTOMERS)


def test_the_shares_of_different_seeds_are_independent() -> None:
    both = share(percent=50, seed="one") & share(percent=50, seed="other")
    assert abs(len(both) - len(CUSTOMERS) / 4) < 5 * (len(CUSTOMERS) / 4) ** 0.5


def test_the_draw_is_reproducible_by_sha256() -> None:
    digest = hashlib.sha256(f"spring:{CUSTOMERS[1]}".encode()).hexdigest()
    assert draw_of("spring", CUSTOMERS[1]) == int(digest[:16], 16) % 10_000


def test_a_merge_that_changes_the_shown_id_changes_the_draw() -> None:
    root, member = ProfileState(CUSTOMERS[1]), ProfileState(CUSTOMERS[2])
    chosen = ProfileState(CUSTOMERS[2])
    chosen.fields = {name: Stamped(on, (1, "m")) for name, on in shown_as(CUSTOMERS[2]).items()}
    node = random_share_condition({"type": "random_share", "percent": 50})
    before, after = Facts([root, member]), Facts([root, chosen])
    assert node.evidence
    assert node.evidence(before, NOW) == {"value": draw_of("", CUSTOMERS[1]) / 100}
    assert node.evidence(after, NOW) == {"value": draw_of("", CUSTOMERS[2]) / 100}
    assert node.facets & changed_facets(member, chosen)


@pytest.mark.parametrize(
    ("given", "place"),
    [
        ({"percent": 60, "from": 50}, "condition.percent"),
        ({"percent": 33.333}, "condition.percent"),
        ({"percent": 1, "from": 0.001}, "condition.from"),
    ],
)
def test_an_invalid_share_is_refused_with_its_path(given: dict[str, Any], place: str) -> None:
    with pytest.raises(InvalidInputError) as refused:
        read_condition({"type": "random_share", **given}, lambda _kind, _name: None)
    assert [error["field"] for error in refused.value.details["errors"]] == [place]


def test_the_last_share_may_end_at_100() -> None:
    given = {"type": "random_share", "percent": 33.33, "from": 66.67}
    assert read_condition(given, lambda _kind, _name: None) == given
