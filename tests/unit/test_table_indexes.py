"""A deployed table gets missing indexes one at a time, as CloudFormation requires, and no other change."""

from collections.abc import Set
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infra.cloudformation import parse_template
from infra.table_indexes import steps
from tests.support.deploy_machine import INDEXES, TABLE, table_with
from tests.support.fake_cloudformation import indexes_of

some_indexes = st.sets(st.sampled_from(sorted(INDEXES)))


def table_of(template: dict[str, Any]) -> dict[str, Any]:
    properties: dict[str, Any] = template["Resources"]["Table"]["Properties"]
    return properties


@given(some_indexes)
def test_each_step_adds_one_index_until_none_is_missing(existing: Set[str]) -> None:
    made = [indexes_of(template) for _, template in steps(table_with(existing), TABLE)]
    assert all(len(after - before) == 1 and before < after for before, after in pairwise([existing, *made]))
    assert (made or [set(existing)])[-1] == INDEXES


@given(some_indexes)
def test_each_step_defines_exactly_the_attributes_of_its_keys(existing: Set[str]) -> None:
    for _, template in steps(table_with(existing), TABLE):
        table = table_of(template)
        schemas = [table["KeySchema"], *(index["KeySchema"] for index in table["GlobalSecondaryIndexes"])]
        used = {key["AttributeName"] for schema in schemas for key in schema}
        defined = [each["AttributeName"] for each in table["AttributeDefinitions"]]
        assert sorted(defined) == sorted(used)


@given(some_indexes)
def test_a_step_changes_nothing_else(existing: Set[str]) -> None:
    deployed = table_with(existing)
    changing = {"GlobalSecondaryIndexes", "AttributeDefinitions"}
    kept = {name: value for name, value in table_of(deployed).items() if name not in changing}
    for _, template in steps(deployed, TABLE):
        assert {name: value for name, value in table_of(template).items() if name not in changing} == kept
        assert {**template, "Resources": None} == {**deployed, "Resources": None}
    assert deployed == table_with(existing)


def test_an_index_removed_from_the_template_is_kept_by_the_steps() -> None:
    deployed = table_with(INDEXES - {"by_email"})
    table_of(deployed)["GlobalSecondaryIndexes"][0]["IndexName"] = "of_old"
    for _, template in steps(deployed, TABLE):
        assert "of_old" in indexes_of(template)


@pytest.mark.parametrize(
    "body", ["Outputs: {Arn: {Value: !GetAtt Table.Arn}}", '{"Outputs": {}}', {"Outputs": {}}]
)
def test_a_template_of_cloudformation_is_parsed(body: Any) -> None:
    assert parse_template(body)["Outputs"] in ({}, {"Arn": {"Value": {"Fn::GetAtt": ["Table", "Arn"]}}})


def test_short_forms_of_intrinsic_functions_are_expanded() -> None:
    table = table_of(TABLE)
    assert table["WarmThroughput"]["Fn::If"][0] == "Warm"
    assert TABLE["Conditions"]["WarmForReads"] == {"Fn::Not": [{"Fn::Equals": [{"Ref": "WarmReads"}, 0]}]}
    assert TABLE["Outputs"]["Arn"]["Value"] == {"Fn::GetAtt": ["Table", "Arn"]}
