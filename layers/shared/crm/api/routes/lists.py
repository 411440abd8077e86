"""Lists of customers, filled by hand or from a filter."""

from functools import partial

from crm.api import definition_parameters as listed
from crm.api import parameters as query
from crm.api.route import Route

_read = partial(Route, function="manage_definitions", access="definitions:read", limited=True)
_write = partial(Route, function="manage_definitions", access="definitions:write", etag=True)

ROUTES: tuple[Route, ...] = (
    _read(
        "GET /v1/lists",
        "list_lists",
        summary="List the lists with the number of customers on each",
        response="lists.ListPage",
        query=(listed.ORDER_PARAMETER, listed.COUNT_UP_TO, listed.MANY, query.CURSOR),
        errors=(409,),
    ),
    _write(
        "POST /v1/lists",
        "create_list",
        summary="Create a list",
        request="lists.NewList",
        response="lists.List",
        status=201,
        errors=(409,),
    ),
    _read(
        "GET /v1/lists/{id}",
        "get_list",
        summary="Read a list, by its id or name",
        response="lists.List",
        etag=True,
        errors=(404,),
    ),
    _write(
        "PATCH /v1/lists/{id}",
        "update_list",
        summary="Rename or describe a list, by its id or name",
        request="lists.ListChanges",
        response="lists.List",
        brief=("id",),
        errors=(404, 409),
    ),
    _write(
        "DELETE /v1/lists/{id}",
        "delete_list",
        summary="Delete a list, by its id or name; its customers stay",
        status=204,
        errors=(404, 409),
    ),
)
