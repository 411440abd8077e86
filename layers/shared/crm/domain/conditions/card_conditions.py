"""Conditions over the profile: attributes, tags, lists, classes, kind, environment, responsible user."""

from typing import Any

from crm.domain.attribute_reader import AttributeReader
from crm.domain.conditions.condition import Node, timeless
from crm.domain.operators import comparison_of


def attribute_condition(condition: dict[str, Any], reader: AttributeReader) -> Node:
    """Build the condition that compares attribute `name` by `operator` with `value`, both as its definition reads
    them.
    """
    name = condition["name"]
    test = reader.test(name, condition["operator"], condition.get("value"))
    return timeless(
        condition,
        lambda facts, _at: test(facts.attribute(name, reader)),
        {f"attribute:{name}"},
        lambda facts, _at: {"value": reader.shown(name, facts.attributes.get(name))},
    )


def environment_condition(condition: dict[str, Any]) -> Node:
    """Build the condition that compares `field` of the latest technical environment by `operator` with `value`."""
    name, test = condition["field"], comparison_of(condition["operator"], condition.get("value"))
    return timeless(
        condition,
        lambda facts, _at: test(facts.environment.get(name)),
        {"environment"},
        lambda facts, _at: {"value": facts.environment.get(name)},
    )


def tag_condition(condition: dict[str, Any]) -> Node:
    """Build the condition that the person has a tag (its id)."""
    tag = condition["tag"]
    return timeless(
        condition,
        lambda facts, _at: tag in facts.tags,
        {"tags"},
        lambda facts, _at: _membership(tag in facts.tags),
    )


def list_condition(condition: dict[str, Any]) -> Node:
    """Build the condition that the person is on a list (its id)."""
    id_ = condition["list"]
    return timeless(
        condition,
        lambda facts, _at: id_ in facts.lists,
        {"lists"},
        lambda facts, _at: _membership(id_ in facts.lists),
    )


def class_condition(condition: dict[str, Any]) -> Node:
    """Build the condition that the person is in a class."""
    name = condition["class"]
    return timeless(
        condition,
        lambda facts, _at: name in facts.classes,
        {"classes"},
        lambda facts, _at: {"value": sorted(facts.classes)},
    )


def _membership(there: bool) -> dict[str, Any]:
    return {"value": there}


def kind_condition(condition: dict[str, Any]) -> Node:
    """Build the condition that the person is recognised, or anonymous."""
    kind = condition["kind"]
    return timeless(
        condition, lambda facts, _at: facts.kind == kind, {"kind"}, lambda facts, _at: {"value": facts.kind}
    )


def responsible_condition(condition: dict[str, Any]) -> Node:
    """Build the condition that this user is responsible for the person; null: no user is."""
    user = condition["user"]
    return timeless(
        condition,
        lambda facts, _at: facts.responsible == user,
        {"responsible"},
        lambda facts, _at: {"value": facts.responsible},
    )
