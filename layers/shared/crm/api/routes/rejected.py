"""Rejected input."""

from functools import partial

from crm.api import parameters as query
from crm.api.route import Route

_review = partial(Route, function="review_rejected")

ROUTES: tuple[Route, ...] = (
    _review(
        "GET /v1/rejected",
        "list_rejected",
        access="rejected:read",
        summary="List the input rejected on a day, of all sources or of one",
        response="tracking.RejectedPage",
        query=(query.DAY_PARAMETER, query.SOURCE_PARAMETER, query.LIMIT, query.CURSOR),
    ),
    _review(
        "POST /v1/rejected/{id}/replay",
        "replay_rejected",
        access="rejected:write",
        summary="Replay rejected input, as it was received or corrected",
        request="tracking.Correction",
        response="tracking.Accepted",
        also_for=("profiles:write", "for corrected input"),
        brief=("success", "accepted", "rejected"),
        errors=(400, 404, 503),
    ),
)
