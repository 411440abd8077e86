"""Change consents without a login: unsubscribing by a page or one click, double opt-in, and the links for both."""

import json
from functools import cache
from http import HTTPStatus
from pathlib import Path
from typing import Any

from crm.api.queries import ConsentQuery, VisitQuery
from crm.domain.errors import InvalidInputError
from crm.domain.forms.body import SubmittedFields, read_body
from crm.domain.times import iso
from crm.domain.views.consents import ConfirmationLinkView, UnsubscribeLinkView
from crm.http import Answer, Reply, Request, serve
from crm.http.addresses import base_url
from crm.http.answers import text_answer
from crm.http.pages import Pages
from crm.services.consents import confirmations, preference_centre
from crm.services.consents.confirmations import Confirmation
from crm.services.consents.preference_centre import PreferenceCentre
from crm.settings import settings

HTML = "text/html"
PAGES = Pages(Path(__file__).with_name("templates"))
TITLE = "Your subscriptions"
SAVED = "Your choices are saved."
LEFT = "You are unsubscribed from all of these."
CONFIRMING = "Please confirm"
CONFIRMED = "Thank you. Your consent is confirmed."
SETTLED = "There is nothing to confirm"
REFUSALS = {400: "no_form.html", 404: "no_link.html", 410: "expired.html"}
ONE_CLICK = ("List-Unsubscribe", "One-Click")


def get_unsubscribe_link(request: Request) -> UnsubscribeLinkView:
    token = preference_centre.link_token(request.path["id"], request.principal, **request.query(ConsentQuery))
    url = f"{base_url(request.event, below='/v1/profiles/')}/unsubscribe/{token}"
    headers = {"List-Unsubscribe": f"<{url}>", "List-Unsubscribe-Post": "=".join(ONE_CLICK)}
    return {"url": url, "headers": headers}


def show_subscriptions(request: Request) -> Reply:
    visit = preference_centre.open_link(request.path["token"])
    centre = preference_centre.preference_centre(visit, now=request.now)
    return _page(centre, _status(centre, request.query(VisitQuery)["done"]))


def change_subscriptions(request: Request) -> Reply:
    """Change subscriptions. People are redirected to the page, which can then be reloaded; mail programs follow no
    redirect (RFC 8058).
    """
    visit, now = preference_centre.open_link(request.path["token"]), request.now
    fields = read_body(request.raw_body, request.headers.get("content-type"))
    name, value = ONE_CLICK
    if value in _texts(fields, name):
        return _page(preference_centre.unsubscribe(visit, now=now), SAVED)
    action = fields.get("action")
    if action == "none":
        preference_centre.unsubscribe_from_all(visit, now=now)
    elif action == "save":
        preference_centre.choose(
            visit, shown=_ticked_before(fields), ticked=set(_texts(fields, "ticked")), now=now
        )
    else:
        raise InvalidInputError("send the page's form, or List-Unsubscribe=One-Click")
    # Relative to the link, whatever precedes it.
    return Reply(status=303, headers={"location": f"?done={action}", "cache-control": "no-store"})


def _status(centre: PreferenceCentre, action: str | None) -> str:
    """Return the status for the page, unless the address is outdated and the status no longer holds."""
    if action == "none":
        return "" if any(one.subscribed for one in centre.subscriptions) else LEFT
    return SAVED if action == "save" else ""


def get_confirmation_link(request: Request) -> ConfirmationLinkView:
    link = confirmations.link_for(
        request.path["id"], request.principal, now=request.now, **request.query(ConsentQuery)
    )
    return {
        "url": f"{base_url(request.event, below='/v1/profiles/')}/confirm/{link.token}",
        "address": link.address,
        "consents": link.consents,
        "expires_at": iso(link.expires_at),
    }


def show_confirmation(request: Request) -> Reply:
    return _confirmation(confirmations.open_link(request.path["token"], now=request.now))


def confirm_consents(request: Request) -> Reply:
    opened, now = confirmations.open_link(request.path["token"], now=request.now), request.now
    fields = read_body(request.raw_body, request.headers.get("content-type"))
    if fields.get("action") != "confirm":
        raise InvalidInputError("send the page's form")
    return _confirmation(confirmations.confirm(opened, now=now))


_serve = serve(
    "unsubscribe",
    get_unsubscribe_link,
    show_subscriptions,
    change_subscriptions,
    get_confirmation_link,
    show_confirmation,
    confirm_consents,
)


def handler(event: dict[str, Any], context: object) -> Answer:
    """Answer a request about consents. People open the links, so that errors are pages, too."""
    answer = _serve(event, context)
    refused = answer["statusCode"] >= HTTPStatus.BAD_REQUEST
    return _refusal(answer) if refused and "{token}" in event["routeKey"] else answer


def _refusal(answer: Answer) -> Answer:
    page = _render(REFUSALS.get(answer["statusCode"], "not_now.html"), title=TITLE)
    waiting = {name: text for name, text in answer["headers"].items() if name == "retry-after"}
    return text_answer(answer["statusCode"], page, HTML, _headers() | waiting)


def _texts(fields: SubmittedFields, name: str) -> list[str]:
    value = fields.get(name)
    return [text for text in (value if isinstance(value, list) else [value]) if isinstance(text, str)]


def _ticked_before(fields: SubmittedFields) -> dict[str, bool]:
    """Return the consents that were ticked when the page was opened, as the page sends them with each line."""
    try:
        shown = json.loads(" ".join(_texts(fields, "shown")))
    except (ValueError, RecursionError):
        shown = None
    if not isinstance(shown, dict):
        raise InvalidInputError(
            "send the page's form unchanged: `shown` contains the choices that the page showed"
        )
    return {key: ticked is True for key, ticked in shown.items()}


def _page(centre: PreferenceCentre, status: str = "") -> Reply:
    page = _render(
        "subscriptions.html",
        title=f"{status} {TITLE}".strip(),
        heading=TITLE,
        status=status,
        address=centre.address,
        question=preference_centre.QUESTION,
        subscriptions=centre.subscriptions,
        shown=json.dumps({one.key: one.subscribed for one in centre.subscriptions}),
        unsubscribe_all=preference_centre.UNSUBSCRIBE_ALL,
    )
    return Reply(page, headers=_headers(), media_type=HTML)


def _confirmation(opened: Confirmation) -> Reply:
    title, template = (SETTLED, "settled.html")
    if opened.pending:
        title, template = (CONFIRMING, "confirm.html")
    elif opened.confirmed:
        title, template = (CONFIRMED, "confirmed.html")
    page = _render(template, title=title, address=opened.address, wordings=opened.wordings.values())
    return Reply(page, headers=_headers(), media_type=HTML)


def _render(template: str, *, title: str, **values: Any) -> str:
    return PAGES.render(template, title=title, sender=settings().sender_name, **values)


@cache
def _headers() -> dict[str, str]:
    policy = f"default-src 'none'; style-src {PAGES.style_source}; base-uri 'none'; form-action 'self'"
    return {
        "content-security-policy": f"{policy}; frame-ancestors 'none'",
        "x-robots-tag": "noindex, nofollow",
    }
