"""Profiles, their timelines and their numbers."""

from functools import partial

from crm.api import parameters as query
from crm.api.filters import LISTING
from crm.api.route import Route

_read = partial(Route, function="profiles", access="profiles:read", limited=True)

ROUTES: tuple[Route, ...] = (
    _read(
        "GET /v1/profiles",
        "list_profiles",
        summary="List profiles, filtered and sorted",
        response="profiles.ProfilePage",
        query=LISTING,
    ),
    _read(
        "GET /v1/profiles/{id}",
        "get_profile",
        summary="Read a profile; the id of a member returns the canonical profile",
        response="profiles.Profile",
        etag=True,
        errors=(404,),
    ),
    _read(
        "GET /v1/profiles/{id}/activities",
        "list_activities",
        summary="Read a profile's timeline, newest first",
        response="profiles.Timeline",
        query=(query.CATEGORY, query.FROM_PARAMETER, query.TO, query.LIMIT, query.CURSOR),
        errors=(404,),
    ),
    _read(
        "GET /v1/identities/{type}/{value+}",
        "find_by_identity",
        summary="Find the profile that owns an identity",
        response="profiles.Profile",
        etag=True,
        errors=(400, 404),
    ),
    _read(
        "GET /v1/stats",
        "get_stats",
        summary="Count recognised and anonymous profiles",
        response="profiles.Stats",
    ),
)
