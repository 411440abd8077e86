"""Profiles, their timelines and their numbers."""

from functools import partial

from crm.api import definition_parameters as listed
from crm.api import parameters as query
from crm.api.filter_values import searched_text
from crm.api.filters import LISTING
from crm.api.parameters import Parameter, whole_number
from crm.api.route import Route
from crm.domain.api_key import PROFILES_READ

_SEARCHED_TEXT = Parameter(
    name="q",
    keyword="text",
    description=(
        "The beginning of a full name, a last name, an email or a company; or a whole profile id, user id, phone or "
        "other identity. At least 2 characters, or one that is not ASCII. Case and spaces are ignored."
    ),
    schema={"type": "string", "minLength": 1, "maxLength": 512},
    parse=searched_text,
    required=True,
)
_RESULTS = Parameter(
    name="limit",
    keyword="limit",
    description="Maximum number of results.",
    schema={"type": "integer", "minimum": 1, "maximum": 50, "default": 20},
    parse=whole_number(1, 50),
    default=20,
)

_EVENTS = Parameter(
    name="limit",
    keyword="limit",
    description="Maximum number of events.",
    schema={"type": "integer", "minimum": 1, "maximum": 50, "default": 25},
    parse=whole_number(1, 50),
    default=25,
)

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
        "GET /v1/search",
        "search_profiles",
        summary="Search customers by the beginning of a name, an email or a company, and by exact ids and phone",
        response="profiles.SearchResults",
        query=(_SEARCHED_TEXT, _RESULTS),
    ),
    Route(
        "GET /v1/sources/{id}/events",
        "list_source_events",
        function="profiles",
        access="sources:read",
        also=(PROFILES_READ,),
        summary="Read the newest events of a source: a few seconds after they arrive",
        response="access.SourceEvents",
        query=(_EVENTS,),
        errors=(404,),
    ),
    _read(
        "GET /v1/classes",
        "list_classes",
        summary="List the classes in use with the number of customers of each",
        response="profiles.ClassesInUse",
        query=(listed.ORDER_PARAMETER, listed.COUNT_UP_TO, listed.MANY, query.CURSOR),
        errors=(409,),
    ),
    _read(
        "GET /v1/responsibles",
        "list_responsibles",
        summary="List the responsible users with the number of customers of each",
        response="profiles.ResponsiblesInUse",
        query=(listed.ORDER_PARAMETER, listed.COUNT_UP_TO, listed.MANY, query.CURSOR),
        errors=(409,),
    ),
    _read(
        "GET /v1/stats",
        "get_stats",
        summary="Count recognised and anonymous profiles",
        response="profiles.Stats",
    ),
)
