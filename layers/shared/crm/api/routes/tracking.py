"""The tracking API."""

from functools import partial

from crm.api import parameters as query
from crm.api.route import TRACKING_RATE, WRITE_KEY, Route

_track = partial(
    Route,
    function="track_events",
    access=WRITE_KEY,
    response="tracking.Accepted",
    query=(query.WRITE_KEY_PARAMETER,),
    errors=(400, 403, 429, 503),
    rate=TRACKING_RATE,
)
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
    _track(
        "POST /sdk/{type}",
        "send_june",
        request="tracking.Batch",
        summary="Send several events by June's SDKs",
        spellings=("/sdk/batch",),
    ),
    _track(
        "POST /api/public/apps/{type}",
        "send_dittofeed",
        request="tracking.Batch",
        summary="Send several events by Dittofeed's SDKs",
        spellings=("/api/public/apps/batch",),
    ),
    _track(
        "POST /api/s/{type}",
        "send_jitsu",
        request="tracking.Event",
        summary="Send one event by Jitsu's SDK in a browser",
        spellings=tuple(f"/api/s/{kind}" for kind in _KINDS),
    ),
    _track(
        "POST /api/s/s2s/{type}",
        "send_jitsu_s2s",
        request="tracking.Event",
        summary="Send one event by Jitsu's SDK on a server",
        spellings=tuple(f"/api/s/s2s/{kind}" for kind in _KINDS),
    ),
)
