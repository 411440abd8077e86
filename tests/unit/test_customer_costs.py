"""The documentation tells the costs that were measured."""

from tests.bench.customer_costs import kept_units, table, told


def test_what_customers_cost_is_told_as_it_was_measured() -> None:
    assert told() == table(kept_units())


def test_a_million_of_each_costs_its_units_at_the_list_prices() -> None:
    (row,) = table({"a view": {"write": 4, "read": 2}}).splitlines()[2:]
    assert row == "| a view | 4 | 2 | $2.75 |"
