"""Conditions over what a profile says: attributes, tags, lists, classes, kind, environment, who is responsible."""

from typing import Any

from crm.domain.attribute_reader import AttributeReader
from crm.domain.metrics.comparing import comparison_of
from crm.domain.segments.node import Node, timeless


def attribute_condition(said: dict[str, Any], reader: AttributeReader) -> Node:
    """`name` compared by `operator` with `value`, as its definition reads both."""
    name = said["name"]
    test = reader.test(name, said["operator"], said.get("value"))
    return timeless(
        said,
        lambda facts, _at: test(facts.attribute(name, reader)),
        {f"attribute:{name}"},
        lambda facts, _at: {"value": reader.shown(name, facts.attributes.get(name))},
    )


def environment_condition(said: dict[str, Any]) -> Node:
    """`field` of the technical environment seen last, compared by `operator` with `value`."""
    name, test = said["field"], comparison_of(said["operator"], said.get("value"))
    return timeless(
        said,
        lambda facts, _at: test(facts.environment.get(name)),
        {"environment"},
        lambda facts, _at: {"value": facts.environment.get(name)},
    )


def tag_condition(said: dict[str, Any]) -> Node:
    """Whether the person has a tag (its id)."""
    tag = said["tag"]
    return timeless(
        said, lambda facts, _at: tag in facts.tags, {"tags"}, lambda facts, _at: _among(tag in facts.tags)
    )


def list_condition(said: dict[str, Any]) -> Node:
    """Whether the person is on a list (its id)."""
    id_ = said["list"]
    return timeless(
        said, lambda facts, _at: id_ in facts.lists, {"lists"}, lambda facts, _at: _among(id_ in facts.lists)
    )


def class_condition(said: dict[str, Any]) -> Node:
    """Whether the person is in a class."""
    name = said["class"]
    return timeless(
        said,
        lambda facts, _at: name in facts.classes,
        {"classes"},
        lambda facts, _at: {"value": sorted(facts.classes)},
    )


def _among(there: bool) -> dict[str, Any]:
    return {"value": there}


def kind_condition(said: dict[str, Any]) -> Node:
    """Whether the person is recognised, or anonymous."""
    kind = said["kind"]
    return timeless(
        said, lambda facts, _at: facts.kind == kind, {"kind"}, lambda facts, _at: {"value": facts.kind}
    )


def responsible_condition(said: dict[str, Any]) -> Node:
    """Whether this user looks after the person; null: nobody does."""
    user = said["user"]
    return timeless(
        said,
        lambda facts, _at: facts.responsible == user,
        {"responsible"},
        lambda facts, _at: {"value": facts.responsible},
    )
