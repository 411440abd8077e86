"""The floor of a bench's figure: each changed item once."""

from typing import Any

from tests.support.dynamodb.floors import floor
from tests.support.dynamodb.known_cases import TABLE, key, sized
from tests.support.dynamodb.memory_table import Change
from tests.support.dynamodb.schema import table_from_definition

SCHEMA = table_from_definition(TABLE)


def change(old: Any, new: Any, sk: str = "1") -> Change:
    return Change(key(sk=sk), old, new)


def test_intermediate_states_cost_nothing() -> None:
    small, large, middle = sized(100), sized(5000), sized(1500)
    assert floor(SCHEMA, [change(small, large), change(large, middle)]) == 2


def test_an_unchanged_item_costs_nothing() -> None:
    assert floor(SCHEMA, [change(None, sized(100)), change(sized(100), None)]) == 0


def test_the_indexes_of_an_item_are_charged() -> None:
    entry = sized(100, g1="p", g1s="s")
    assert floor(SCHEMA, [change(None, entry), change(None, sized(100, sk="2"), "2")]) == 2 + 1
