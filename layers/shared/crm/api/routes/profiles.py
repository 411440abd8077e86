"""Reading profiles, their timelines and their numbers."""

from functools import partial

from crm.api import parameters as query
from crm.api.route import Route

_read = partial(Route, function="profiles", access="profiles:read")

ROUTES: tuple[Route, ...] = (
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
)
