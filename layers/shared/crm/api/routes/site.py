"""Files and pages that sites and clients load."""

from functools import partial

from crm.api import parameters as query
from crm.api.route import PUBLIC, TRACKING_RATE, Route

_serve = partial(Route, function="serve_site", access=PUBLIC)
_serve_visitors = partial(_serve, rate=TRACKING_RATE)
_console = partial(
    Route, function="serve_console", access=PUBLIC, media_type="text/html", refused_as="text/html"
)

ROUTES: tuple[Route, ...] = (
    _serve_visitors(
        "GET /tracker.js", "get_tracker", summary="Load the tracking snippet", media_type="text/javascript"
    ),
    _serve_visitors(
        "GET /tracker-extras.js",
        "get_tracker_extras",
        summary="Load the part of the snippet for forms and linked domains, which the snippet loads itself",
        media_type="text/javascript",
    ),
    _serve_visitors(
        "GET /v1/projects/{write_key}/settings",
        "get_client_settings",
        summary="Read the settings for Segment's browser SDK",
        response="tracking.ClientSettings",
        errors=(404,),
    ),
    _serve_visitors(
        "GET /sourceConfig",
        "get_source_config",
        summary="Read the settings for RudderStack's browser SDK, which requests `/sourceConfig/`",
        response="tracking.SourceConfig",
        query=(query.WRITE_KEY_PARAMETER,),
        errors=(401, 404),
    ),
    _serve("GET /openapi.json", "get_openapi", summary="Read this document"),
    _serve(
        "GET /docs",
        "get_docs",
        summary="Show a page to read this document and to send requests",
        media_type="text/html",
    ),
    _serve(
        "GET /docs/{file}",
        "get_docs_file",
        summary="Load a script or a style of this page",
        media_type="text/javascript",
        errors=(404,),
    ),
    _serve(
        "GET /demo",
        "get_demo",
        summary="Show a page with the snippet at work",
        media_type="text/html",
        errors=(404,),
    ),
    _console(
        "GET /console", "get_console", summary="Show the console, in which customers are found and edited"
    ),
    _console(
        "GET /console/{path+}",
        "get_console_page",
        summary="Show a page of the console, or load a script or a style of it",
        errors=(404,),
    ),
)
