"""Every route of the API, once: functions serve from this list, and the OpenAPI document is made of it."""

from functools import partial

from crm.api import parameters as query
from crm.api.route import PUBLIC, WRITE_KEY, Route

_track = partial(
    Route,
    function="track_events",
    access=WRITE_KEY,
    response="tracking.Accepted",
    query=(query.WRITE_KEY,),
    errors=(400, 403, 429, 503),
)
_read = partial(Route, function="profiles", access="profiles:read")
_review = partial(Route, function="review_rejected")
_manage = partial(Route, function="manage_access")
_serve = partial(Route, function="serve_site", access=PUBLIC)

_KINDS = ("identify", "track", "page", "screen", "group", "alias")
_ONE_EVENT = tuple(f"/v1/{spelling}" for kind in _KINDS for spelling in (kind, kind[0]))
_TRACKING = "POST /v1/{type}"

ROUTES: tuple[Route, ...] = (
    _track(_TRACKING, "send_event", request="tracking.Event", summary="Send one event", spellings=_ONE_EVENT),
    _track(
        _TRACKING,
        "send_batch",
        request="tracking.Batch",
        summary="Send several events",
        spellings=("/v1/batch", "/v1/b"),
    ),
    _track(
        "POST /beacon/v1/batch",
        "send_beacon",
        request="tracking.Batch",
        summary="Send events as a page is left",
    ),
    _read(
        "GET /v1/profiles",
        "list_profiles",
        summary="List profiles by last activity",
        response="profiles.ProfilePage",
        query=(query.KIND, query.ORDER, query.SORT, query.LIMIT, query.CURSOR),
    ),
    _read(
        "GET /v1/profiles/{id}",
        "get_profile",
        summary="Read a profile; an owned id answers its owner",
        response="profiles.Profile",
        errors=(404,),
    ),
    _read(
        "GET /v1/profiles/{id}/activities",
        "list_activities",
        summary="Read a profile's timeline, newest first",
        response="profiles.Timeline",
        query=(query.CATEGORY, query.FROM, query.TO, query.LIMIT, query.CURSOR),
        errors=(404,),
    ),
    _read(
        "GET /v1/identities/{type}/{value+}",
        "find_by_identity",
        summary="Find the profile that owns an identity",
        response="profiles.Profile",
        errors=(400, 404),
    ),
    _read(
        "GET /v1/stats",
        "get_stats",
        summary="Count recognised and anonymous profiles",
        response="profiles.Stats",
    ),
    _review(
        "GET /v1/rejected",
        "list_rejected",
        access="rejected:read",
        summary="List the input rejected on a day",
        response="tracking.RejectedPage",
        query=(query.DAY, query.LIMIT, query.CURSOR),
    ),
    _review(
        "POST /v1/rejected/{id}/replay",
        "replay_rejected",
        access="rejected:write",
        summary="Send rejected input again, as it came",
        response="tracking.Accepted",
        errors=(400, 404, 503),
    ),
    _manage(
        "POST /v1/sources",
        "create_source",
        access="sources:write",
        summary="Create a source and its write key",
        request="access.NewSource",
        response="access.Source",
        status=201,
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
        response="access.Source",
        errors=(404,),
    ),
    _manage(
        "PATCH /v1/sources/{id}",
        "update_source",
        access="sources:write",
        summary="Change what is given of a source",
        request="access.SourceChanges",
        response="access.Source",
        errors=(404, 409),
    ),
    _manage(
        "DELETE /v1/sources/{id}",
        "delete_source",
        access="sources:write",
        summary="Delete a source and its keys; what it sent stays",
        status=204,
        errors=(404, 409),
    ),
    _manage(
        "POST /v1/sources/{id}/rotate-key",
        "rotate_key",
        access="sources:write",
        summary="Give a source a new write key",
        request="access.Rotation",
        response="access.Source",
        errors=(404, 409),
    ),
    _manage(
        "POST /v1/api-keys",
        "create_api_key",
        access="keys:write",
        summary="Create an API key; its text is shown this once",
        request="access.NewApiKey",
        response="access.CreatedApiKey",
        status=201,
        errors=(403,),
    ),
    _manage(
        "GET /v1/api-keys",
        "list_api_keys",
        access="keys:write",
        summary="List API keys, revoked ones too",
        response="access.ApiKeyList",
    ),
    _manage(
        "DELETE /v1/api-keys/{id}",
        "revoke_api_key",
        access="keys:write",
        summary="Revoke an API key for good",
        status=204,
        errors=(404, 409),
    ),
    _serve("GET /tracker.js", "get_tracker", summary="Our own snippet", media_type="text/javascript"),
    _serve(
        "GET /v1/projects/{write_key}/settings",
        "get_client_settings",
        summary="Settings for Segment's browser SDK",
        response="tracking.ClientSettings",
        errors=(404,),
    ),
    _serve(
        "GET /sourceConfig",
        "get_source_config",
        summary="Settings for RudderStack's browser SDK",
        response="tracking.SourceConfig",
        query=(query.WRITE_KEY,),
        errors=(401, 404),
    ),
    _serve(
        "GET /sourceConfig/",
        "get_source_config_slash",
        summary="The same, as RudderStack's SDK spells it",
        response="tracking.SourceConfig",
        query=(query.WRITE_KEY,),
        errors=(401, 404),
    ),
    _serve("GET /openapi.json", "get_openapi", summary="This document"),
    _serve("GET /docs", "get_docs", summary="A page to read this document", media_type="text/html"),
    _serve(
        "GET /demo",
        "get_demo",
        summary="A page with the snippet at work",
        media_type="text/html",
        errors=(404,),
    ),
)
"""In the order of the document."""
