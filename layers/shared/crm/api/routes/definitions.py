"""Attributes, tags, and the categories of events."""

from functools import partial

from crm.api import definition_parameters as listed
from crm.api import parameters as query
from crm.api.route import Route

_read = partial(Route, function="manage_definitions", access="definitions:read", limited=True)
_write = partial(Route, function="manage_definitions", access="definitions:write", etag=True)

ROUTES: tuple[Route, ...] = (
    _read(
        "GET /v1/attributes",
        "list_attributes",
        summary="List attributes",
        response="definitions.AttributeList",
        query=(listed.ARCHIVED,),
    ),
    _write(
        "POST /v1/attributes",
        "create_attribute",
        summary="Declare an attribute, before or after its first values",
        request="definitions.NewAttribute",
        response="definitions.Attribute",
        status=201,
        errors=(409,),
    ),
    _read(
        "GET /v1/attributes/{name+}",
        "get_attribute",
        summary="Read an attribute's definition",
        response="definitions.Attribute",
        etag=True,
        errors=(404,),
    ),
    _write(
        "PATCH /v1/attributes/{name+}",
        "update_attribute",
        summary="Update the given fields of an attribute's definition",
        request="definitions.AttributeChanges",
        response="definitions.Attribute",
        brief=("name",),
        errors=(404, 409),
    ),
    _write(
        "DELETE /v1/attributes/{name+}",
        "archive_attribute",
        summary="Archive an attribute; its values stay",
        status=204,
        errors=(404, 409),
    ),
    _read(
        "GET /v1/tags",
        "list_tags",
        summary="List tags with the number of customers of each",
        response="definitions.TagCloud",
        query=(listed.ORDER_PARAMETER, listed.COUNT_UP_TO, listed.MANY, query.CURSOR),
        errors=(409,),
    ),
    _write(
        "POST /v1/tags",
        "create_tag",
        summary="Create a tag",
        request="definitions.NewTag",
        response="definitions.Tag",
        status=201,
        errors=(409,),
    ),
    _read(
        "GET /v1/tags/{tag+}",
        "get_tag",
        summary="Read a tag, by its name or id",
        response="definitions.Tag",
        etag=True,
        errors=(404,),
    ),
    _write(
        "PATCH /v1/tags/{tag+}",
        "update_tag",
        summary="Rename or describe a tag, by its name or id",
        request="definitions.TagChanges",
        response="definitions.Tag",
        brief=("id",),
        errors=(404, 409),
    ),
    _write(
        "DELETE /v1/tags/{tag+}",
        "delete_tag",
        summary="Delete a tag, by its name or id, and remove it from all customers",
        status=204,
        errors=(404, 409),
    ),
    _read(
        "GET /v1/event-categories",
        "get_event_categories",
        summary="Read the categories of the deployment's own events",
        response="definitions.EventCategories",
        etag=True,
    ),
    _write(
        "PUT /v1/event-categories",
        "replace_event_categories",
        summary="Replace the categories of the deployment's own events",
        request="definitions.NewEventCategories",
        response="definitions.EventCategories",
        brief=("id",),
        errors=(409,),
    ),
)
