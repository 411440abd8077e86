"""Conditions over the profile: attributes, tags, lists, classes, kind, environment, responsible user."""

from collections.abc import Callable, Set
from typing import Any

from crm.domain.attribute_reader import STANDARD_READER, AttributeReader
from crm.domain.conditions.condition import Holds, Node, timeless
from crm.domain.conditions.facts import Facts
from crm.domain.operators import comparison_of

CARD_TEXT, MEMBERSHIP = "card_text", "membership"
"""Types that only list filters have."""

_READS = {
    "name": {"attribute:name", "attribute:first_name", "attribute:last_name"},
    "email": {"attribute:email", "kind"},
}
"""By text of a card, the facets of which it is computed."""


def attribute_condition(condition: dict[str, Any], reader: AttributeReader) -> Node:
    """Build the condition that compares attribute `name` by `operator` with `value`, both as its definition reads
    them.
    """
    name = condition["name"]
    test = reader.test(name, condition["operator"], condition.get("value"))
    return _of_value(
        condition,
        {f"attribute:{name}"},
        lambda facts, _at: test(facts.attribute(name, reader)),
        lambda facts: reader.shown(name, facts.attributes.get(name)),
    )


def card_text_condition(condition: dict[str, Any]) -> Node:
    """Build the condition that compares a text of the card that is computed: the full `name`, or the `email` address
    of the attribute or else of an identity.
    """
    name = condition["name"]
    test = STANDARD_READER.test(name, condition["operator"], condition.get("value"))
    return _of_value(
        condition,
        _READS[name],
        lambda facts, _at: test(facts.listed_texts.get(name)),
        lambda facts: facts.listed_texts.get(name),
    )


def environment_condition(condition: dict[str, Any]) -> Node:
    """Build the condition that compares `field` of the latest technical environment by `operator` with `value`."""
    name, test = condition["field"], comparison_of(condition["operator"], condition.get("value"))
    return _of_value(
        condition,
        {"environment"},
        lambda facts, _at: test(facts.environment.get(name)),
        lambda facts: facts.environment.get(name),
    )


def tag_condition(condition: dict[str, Any]) -> Node:
    """Build the condition that the person has a tag (its id)."""
    tag = condition["tag"]
    return _of_value(condition, {"tags"}, lambda facts, _at: tag in facts.tags)


def list_condition(condition: dict[str, Any]) -> Node:
    """Build the condition that the person is on a list (its id)."""
    id_ = condition["list"]
    return _of_value(condition, {"lists"}, lambda facts, _at: id_ in facts.lists)


def membership_condition(condition: dict[str, Any]) -> Node:
    """Build the condition that the person was in a `group` of a segment's build when last evaluated."""
    group = condition["group"]
    return _of_value(condition, set(), lambda facts, _at: group in facts.memberships)


def class_condition(condition: dict[str, Any]) -> Node:
    """Build the condition that the person is in a class."""
    name = condition["class"]
    return _of_value(
        condition, {"classes"}, lambda facts, _at: name in facts.classes, lambda facts: sorted(facts.classes)
    )


def kind_condition(condition: dict[str, Any]) -> Node:
    """Build the condition that the person is recognised, or anonymous."""
    kind = condition["kind"]
    return _of_value(condition, {"kind"}, lambda facts, _at: facts.kind == kind, lambda facts: facts.kind)


def responsible_condition(condition: dict[str, Any]) -> Node:
    """Build the condition that this user is responsible for the person; null: no user is."""
    user = condition["user"]
    return _of_value(
        condition,
        {"responsible"},
        lambda facts, _at: facts.responsible == user,
        lambda facts: facts.responsible,
    )


def _of_value(
    condition: dict[str, Any],
    facets: Set[str],
    holds: Holds,
    value: Callable[[Facts], Any] | None = None,
) -> Node:
    """Build a condition over one value, which is its evidence; by default whether it holds."""
    if value is None:
        return timeless(condition, holds, facets, lambda facts, at: {"value": holds(facts, at)})
    return timeless(condition, holds, facets, lambda facts, _at: {"value": value(facts)})


CARD_CONDITIONS: dict[str, Callable[[dict[str, Any]], Node]] = {
    "tag": tag_condition,
    "list": list_condition,
    "class": class_condition,
    "kind": kind_condition,
    "responsible": responsible_condition,
    "environment": environment_condition,
    CARD_TEXT: card_text_condition,
    MEMBERSHIP: membership_condition,
}
"""The condition types of this module by name; `attribute` also takes the definitions of attributes."""
