"""How attributes and tags look in answers."""

from typing import Any

from crm.domain.attribute import Attribute
from crm.domain.tag import Tag
from crm.domain.times import iso


def attribute_view(attribute: Attribute) -> dict[str, Any]:
    """The model `Attribute`."""
    return {
        "name": attribute.name,
        "label": attribute.label,
        "type": attribute.type,
        "format": attribute.format,
        "choices": list(attribute.choices),
        "group": attribute.group,
        "description": attribute.description,
        "required": attribute.required,
        "archived": attribute.archived,
        "standard": attribute.standard,
    }


def tag_view(tag: Tag, count: int) -> dict[str, Any]:
    """The model `Tag`. `count`: how many of the customers that the caller sees have it."""
    return {
        "id": tag.id,
        "name": tag.name,
        "description": tag.description,
        "created_at": iso(tag.created_at),
        "count": count,
    }
