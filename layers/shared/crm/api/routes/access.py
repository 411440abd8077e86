"""Sources with their write keys, and API keys."""

from functools import partial

from crm.api.route import ANY_KEY, Route

_manage = partial(Route, function="manage_access")

ROUTES: tuple[Route, ...] = (
    _manage(
        "POST /v1/sources",
        "create_source",
        access="sources:write",
        summary="Create a source and its write key",
        request="access.NewSource",
        response="access.Source",
        status=201,
        etag=True,
    ),
    _manage(
        "GET /v1/sources",
        "list_sources",
        access="sources:read",
        summary="List sources",
        response="access.SourceList",
    ),
    _manage(
        "GET /v1/sources/{id}",
        "get_source",
        access="sources:read",
        summary="Read a source",
        response="access.SourceDetails",
        errors=(404,),
        etag=True,
    ),
    _manage(
        "PATCH /v1/sources/{id}",
        "update_source",
        access="sources:write",
        summary="Update the given fields of a source",
        request="access.SourceChanges",
        response="access.Source",
        brief=("id",),
        errors=(404, 409),
        etag=True,
    ),
    _manage(
        "DELETE /v1/sources/{id}",
        "delete_source",
        access="sources:write",
        summary="Delete a source and its keys; its events stay",
        status=204,
        errors=(404, 409),
        etag=True,
    ),
    _manage(
        "POST /v1/sources/{id}/rotate-key",
        "rotate_key",
        access="sources:write",
        summary="Rotate the write key of a source",
        request="access.Rotation",
        response="access.Source",
        brief=("id", "write_key"),
        errors=(404, 409),
        etag=True,
    ),
    _manage(
        "POST /v1/api-keys",
        "create_api_key",
        access="keys:write",
        summary="Create an API key; its secret is shown only once",
        request="access.NewApiKey",
        response="access.CreatedApiKey",
        status=201,
        limited=True,
        secret=True,
    ),
    _manage(
        "GET /v1/api-keys",
        "list_api_keys",
        access="keys:write",
        summary="List API keys, including revoked ones",
        response="access.ApiKeyList",
    ),
    _manage(
        "DELETE /v1/api-keys/{id}",
        "revoke_api_key",
        access="keys:write",
        summary="Revoke an API key permanently",
        status=204,
        errors=(404, 409),
    ),
    _manage(
        "GET /v1/me",
        "get_caller",
        access=ANY_KEY,
        summary="Read what the calling API key may do and see, and how days are counted here",
        response="access.Caller",
        limited=True,
    ),
)
