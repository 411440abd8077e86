"""A deployed table gets the indexes that it lacks one at a time, as CloudFormation wants it."""

from itertools import pairwise
from typing import Any

import pytest

from infra.table_indexes import steps, whole_template

WHOLE = whole_template()
ALL = {"profiles", "groups", "by_created", "by_last_transaction", "by_name", "by_email"}


def table_of(template: dict[str, Any]) -> dict[str, Any]:
    properties: dict[str, Any] = template["Resources"]["Table"]["Properties"]
    return properties


def names(template: dict[str, Any]) -> set[str]:
    return {index["IndexName"] for index in table_of(template)["GlobalSecondaryIndexes"]}


@pytest.mark.parametrize("existing", [{"profiles", "groups"}, {"profiles", "groups", "by_name"}])
def test_each_step_has_one_more_and_the_last_is_the_template(existing: set[str]) -> None:
    made = list(steps(WHOLE, existing))
    for before, after in pairwise([existing, *(names(template) for _, template in made)]):
        assert len(after - before) == 1
    assert made[-1][1] == WHOLE
    assert names(WHOLE) == ALL


def test_each_step_defines_the_attributes_of_its_keys_and_no_others() -> None:
    for _, template in steps(WHOLE, {"profiles", "groups"}):
        table = table_of(template)
        schemas = [table["KeySchema"], *(index["KeySchema"] for index in table["GlobalSecondaryIndexes"])]
        used = {key["AttributeName"] for schema in schemas for key in schema}
        assert {each["AttributeName"] for each in table["AttributeDefinitions"]} == used


def test_a_table_that_has_all_is_left_as_it_is() -> None:
    assert not list(steps(WHOLE, ALL))


def test_functions_of_the_template_are_written_in_full() -> None:
    table = table_of(WHOLE)
    assert table["WarmThroughput"]["Fn::If"][0] == "Warm"
    assert WHOLE["Conditions"]["WarmForReads"] == {"Fn::Not": [{"Fn::Equals": [{"Ref": "WarmReads"}, 0]}]}
    assert WHOLE["Outputs"]["Arn"]["Value"] == {"Fn::GetAtt": ["Table", "Arn"]}
