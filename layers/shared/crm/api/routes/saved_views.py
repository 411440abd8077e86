"""Saved views of the list of customers."""

from functools import partial

from crm.api.route import Route

_read = partial(Route, function="manage_definitions", access="definitions:read", limited=True)
_write = partial(Route, function="manage_definitions", access="definitions:write", etag=True)

ROUTES: tuple[Route, ...] = (
    _read(
        "GET /v1/views",
        "list_saved_views",
        summary="List the saved views, by name",
        response="saved_views.SavedViewList",
    ),
    _write(
        "POST /v1/views",
        "create_saved_view",
        summary="Save a filter and an order of the list of customers under a name that all users share",
        request="saved_views.NewSavedView",
        response="saved_views.SavedView",
        status=201,
        errors=(409,),
    ),
    _read(
        "GET /v1/views/{id}",
        "get_saved_view",
        summary="Read a saved view",
        response="saved_views.SavedView",
        etag=True,
        errors=(404,),
    ),
    _write(
        "PATCH /v1/views/{id}",
        "update_saved_view",
        summary="Update the given fields of a saved view",
        request="saved_views.SavedViewChanges",
        response="saved_views.SavedView",
        brief=("id",),
        errors=(404, 409),
    ),
    _write(
        "DELETE /v1/views/{id}",
        "delete_saved_view",
        summary="Delete a saved view; no customer changes",
        status=204,
        errors=(404, 409),
    ),
)
