"""What pages and clients load."""

from functools import partial

from crm.api import parameters as query
from crm.api.route import PUBLIC, Route

_serve = partial(Route, function="serve_site", access=PUBLIC)

ROUTES: tuple[Route, ...] = (
    _serve("GET /tracker.js", "get_tracker", summary="Our own snippet", media_type="text/javascript"),
    _serve(
        "GET /tracker-extras.js",
        "get_tracker_extras",
        summary="The part of the snippet for forms and linked domains, which it loads itself",
        media_type="text/javascript",
    ),
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
        summary="Settings for RudderStack's browser SDK, which asks for `/sourceConfig/`",
        response="tracking.SourceConfig",
        query=(query.WRITE_KEY,),
        errors=(401, 404),
    ),
    _serve("GET /openapi.json", "get_openapi", summary="This document"),
    _serve(
        "GET /docs",
        "get_docs",
        summary="A page to read this document and to send requests",
        media_type="text/html",
    ),
    _serve(
        "GET /docs/{file}",
        "get_docs_file",
        summary="A script or a style of this page",
        media_type="text/javascript",
        errors=(404,),
    ),
    _serve(
        "GET /demo",
        "get_demo",
        summary="A page with the snippet at work",
        media_type="text/html",
        errors=(404,),
    ),
)
