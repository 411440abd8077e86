"""Build the responses for attributes, tags, lists and event categories."""

from crm.domain.attribute import Attribute
from crm.domain.event_categories import ID, EventCategories
from crm.domain.named import Named
from crm.domain.saved_view import SavedFilter
from crm.domain.times import iso
from crm.domain.views.definitions import AttributeView, CategorisedEventView, EventCategoriesView, TagView
from crm.domain.views.saved_views import SavedViewView


def attribute_view(attribute: Attribute) -> AttributeView:
    """Build the model `Attribute`."""
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
        "set_by": attribute.set_by,
        "id": attribute.name,
        "version": attribute.version,
    }


def named_view(named: Named, count: int, *, more: bool = False) -> TagView:
    """Build the models `Tag` and `List`. `count` is the number of customers among those that the caller can see; `more`
    if there are more.
    """
    return {
        "id": named.id,
        "name": named.name,
        "description": named.description,
        "created_at": iso(named.created_at),
        "count": count,
        "more": more,
        "version": named.version,
    }


def saved_view_view(view: SavedFilter) -> SavedViewView:
    """Build the model `SavedView`."""
    return {
        "id": view.id,
        "name": view.name,
        "filter": view.filter,
        "sort": view.sort,
        "created_at": iso(view.created_at),
        "version": view.version,
    }


def event_categories_view(categories: EventCategories) -> EventCategoriesView:
    """Build the model `EventCategories`."""
    events: list[CategorisedEventView] = [
        {"event": event, "category": category} for event, category in categories.events.items()
    ]
    return {"id": ID, "version": categories.version, "events": events}
