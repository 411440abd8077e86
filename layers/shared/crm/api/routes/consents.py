"""Consents, and unsubscribing without a login."""

from functools import partial

from crm.api import parameters as query
from crm.api.parameters import Parameter
from crm.api.route import PUBLIC, Route
from crm.domain.api_key import PROFILES_READ
from crm.domain.consent import DEFAULT_PURPOSE, NAME_RULE, name_of


def _name(text: str) -> str:
    name = name_of(text)
    if name is None:
        raise ValueError(NAME_RULE)
    return name


CHANNEL = Parameter(
    name="channel",
    keyword="channel",
    description="The channel that a one-click request to the link unsubscribes from.",
    schema={"type": "string", "default": "email"},
    parse=_name,
    default="email",
)
CONFIRMED_CHANNEL = Parameter(
    name="channel",
    keyword="channel",
    description="The channel whose consents are confirmed.",
    schema={"type": "string", "default": "email"},
    parse=_name,
    default="email",
)
CONFIRMED_PURPOSE = Parameter(
    name="purpose",
    keyword="purpose",
    description="The purpose that the confirmed consents must have; any by default.",
    schema={"type": "string"},
    parse=_name,
)
ACTION = Parameter(
    name="done",
    keyword="done",
    description="The result of the form's previous submission, which the page shows: `save` or `none`.",
    schema={"type": "string"},
    parse=str,
)
PURPOSE = Parameter(
    name="purpose",
    keyword="purpose",
    description="The purpose to unsubscribe from, if it is not marketing.",
    schema={"type": "string", "default": DEFAULT_PURPOSE},
    parse=_name,
)

_page = partial(Route, function="unsubscribe", access=PUBLIC, media_type="text/html", refused_as="text/html")

ROUTES: tuple[Route, ...] = (
    Route(
        "GET /v1/profiles/{id}/consents",
        "list_consents",
        function="profiles",
        access="profiles:read",
        summary="Read the history of a person's consents, newest first",
        response="consents.ConsentLedger",
        query=(query.LIMIT, query.CURSOR),
        errors=(404,),
        limited=True,
    ),
    Route(
        "PUT /v1/profiles/{id}/consents/{channel}",
        "set_consent",
        function="update_attributes",
        access="profiles:write",
        summary="Grant or deny a consent; earlier statements stay in the ledger",
        request="consents.ConsentChange",
        response="profiles.Profile",
        brief=("id",),
        errors=(404,),
        etag=True,
        limited=True,
    ),
    Route(
        "GET /v1/profiles/{id}/unsubscribe-link",
        "get_unsubscribe_link",
        function="unsubscribe",
        access="profiles:write",
        also=(PROFILES_READ,),
        summary="Create a link by which a person unsubscribes without a login",
        response="consents.UnsubscribeLink",
        query=(CHANNEL, PURPOSE),
        errors=(404, 409),
        limited=True,
    ),
    Route(
        "GET /v1/profiles/{id}/confirmation-link",
        "get_confirmation_link",
        function="unsubscribe",
        access="profiles:write",
        also=(PROFILES_READ,),
        summary="Create the link by which an address confirms the consents that a form asked for",
        response="consents.ConfirmationLink",
        query=(CONFIRMED_CHANNEL, CONFIRMED_PURPOSE),
        errors=(404, 409),
        limited=True,
    ),
    _page(
        "GET /confirm/{token}",
        "show_confirmation",
        summary="Show the page that asks to confirm consents",
        errors=(404, 410),
    ),
    _page(
        "POST /confirm/{token}",
        "confirm_consents",
        summary="Confirm consents by that page",
        request="consents.ConfirmationChoice",
        accepts=("application/x-www-form-urlencoded", "multipart/form-data"),
        errors=(400, 404, 410, 503),
    ),
    _page(
        "GET /unsubscribe/{token}",
        "show_subscriptions",
        summary="Show a person's preference centre",
        query=(ACTION,),
        errors=(404,),
    ),
    _page(
        "POST /unsubscribe/{token}",
        "change_subscriptions",
        summary="Change subscriptions by that page, or leave a channel by one click (RFC 8058)",
        request="consents.SubscriptionChoice",
        accepts=("application/x-www-form-urlencoded", "multipart/form-data"),
        errors=(303, 400, 404, 503),
    ),
)
