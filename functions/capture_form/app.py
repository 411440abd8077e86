"""Serve forms as HTML, and accept the submissions of visitors."""

import json
from collections.abc import Mapping
from contextlib import suppress
from http import HTTPStatus
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from crm.api.queries import EmbedQuery
from crm.domain.errors import NotFoundError
from crm.domain.forms.body import is_json, read_body
from crm.domain.forms.definition import Form
from crm.domain.forms.submission import is_page, read_submission, to_flat
from crm.http import Answer, Reply, Request, serve
from crm.http.addresses import base_url
from crm.http.answers import text_answer
from crm.http.body import read_bytes
from crm.http.form_view import RenderedForm
from crm.http.pages import Pages
from crm.services.definitions import forms
from crm.services.tracking import form_submissions
from crm.services.tracking.form_submissions import FormRequest
from crm.settings import settings

Event = dict[str, Any]

HTML = "text/html"
CACHED = {"cache-control": "public, max-age=60"}
PAGES = Pages(Path(__file__).with_name("templates"))


def submit_form(request: Request) -> Reply:
    """Accept a submission. Answers JSON, or a page to browsers that submit the form themselves."""
    form = form_submissions.submit(_sent(request), now=request.now)
    if not _wants_page(request.event):
        return Reply({"success": True, "message": form.success_text, "redirect": form.redirect})
    if form.redirect:
        return Reply(status=303, headers={"location": form.redirect, "cache-control": "no-store"})
    page = _message(request.event, form.success_text, form)
    return Reply(page, media_type=HTML, headers=_headers(form))


def get_form_embed(request: Request) -> Reply:
    form = forms.published(request.path["id"])
    if request.query(EmbedQuery)["format"] == "fragment":
        fragment = PAGES.render("form.html", view=_view(request.event, form))
        return Reply(fragment, media_type=HTML, headers=CACHED)
    framed_by = _visited(request.event)
    view = _view(
        request.event,
        form,
        # The page after a submission belongs to the visitor, not to the frame.
        target="_top" if form.redirect else None,
        hidden={"_page": framed_by} if framed_by else {},
    )
    return Reply(
        _form_page(_title(form), view),
        media_type=HTML,
        headers={**_headers(form), **CACHED, "vary": "referer"},
    )


_serve = serve("capture_form", submit_form, get_form_embed)


def handler(event: Event, context: object) -> Answer:
    """Answer a request about a form. Errors that people see are pages."""
    answer = _serve(event, context)
    refused = answer["statusCode"] >= HTTPStatus.BAD_REQUEST and "body" in answer
    return _refusal(event, answer) if refused and _wants_page(event) else answer


def _sent(request: Request) -> FormRequest:
    headers = request.headers
    return FormRequest(
        form_id=request.path["id"],
        body=request.raw_body,
        content_type=headers.get("content-type"),
        id=headers.get("idempotency-key"),
        origin=headers.get("origin"),
        own_origin=_origin(_base(request.event)),
        referrer=_visited(request.event),
        user_agent=headers.get("user-agent"),
        ip=request.event["requestContext"]["http"].get("sourceIp"),
    )


def _wants_page(event: Event) -> bool:
    headers = event["headers"]
    return HTML in headers.get("accept", "") and not is_json(headers.get("content-type"))


def _base(event: Event) -> str:
    return base_url(event, below="/v1/forms/")


def _visited(event: Event) -> str | None:
    """Return the page of the site that the request comes from; None for the form's own page, which is framed there."""
    referrer = event["headers"].get("referer")
    if referrer is None or not is_page(referrer):
        return None
    own = _origin(referrer) == _origin(_base(event)) and "/v1/forms/" in referrer
    return None if own else str(referrer)


def _origin(address: str) -> str:
    scheme, host, *_ = urlsplit(address)
    return f"{scheme}://{host}".lower()


def _view(event: Event, form: Form, **more: Any) -> RenderedForm:
    action = f"{_base(event)}/v1/forms/{form.id}"
    return RenderedForm(form=form, visible=form_submissions.visible_fields_of(form), action=action, **more)


def _refusal(event: Event, answer: Answer) -> Answer:
    """Render the form again, with the errors and the values that were filled in; for other errors, only the reason."""
    error, form = json.loads(answer["body"]), None
    with suppress(NotFoundError):
        form = forms.published(event["pathParameters"]["id"])
    problems = error["details"].get("errors")
    if form and problems:
        page = _form_page(error["message"], _filled_in(event, form, problems))
    else:
        page = _message(event, error["message"], form)
    waiting = {name: text for name, text in answer["headers"].items() if name == "retry-after"}
    return text_answer(answer["statusCode"], page, HTML, {**_headers(form), **waiting})


def _filled_in(event: Event, form: Form, problems: list[dict[str, str]]) -> RenderedForm:
    body = read_body(read_bytes(event), event["headers"].get("content-type"))
    values, hidden = to_flat(read_submission(body))
    return _view(event, form, values=values, hidden=hidden, problems=problems)


def _title(form: Form) -> str:
    return form.title or form.name


def _form_page(title: str, view: RenderedForm) -> str:
    heading = _title(view.form)
    return PAGES.render(
        "form_page.html", language=view.form.language, title=title, heading=heading, view=view
    )


def _message(event: Event, text: str, form: Form | None) -> str:
    """Render a message, with a link back to the visitor's page if the form allows that origin."""
    language = form.language if form else "en"
    return PAGES.render("message.html", language=language, title=text, back=_back(event, form))


def _back(event: Event, form: Form | None) -> dict[str, str] | None:
    page = event["headers"].get("referer", "")
    if not form or not is_page(page) or _origin(page) == _origin(_base(event)):
        return None
    if not form.allows_origin(_origin(page), settings().allowed_origins):
        return None
    return {"url": page, "host": urlsplit(page).netloc}


def _headers(form: Form | None) -> Mapping[str, str]:
    """Build the headers: no script, only our style, framed only by allowed origins. `Origin` is required in
    submissions.
    """
    allowed = (form.allowed_origins if form else ()) or settings().allowed_origins
    # Browsers apply the same rule to redirects after a submission.
    leads_to = [_origin(form.redirect)] if form and form.redirect else []
    policy = {
        "default-src": ["'none'"],
        "style-src": [PAGES.style_source],
        "base-uri": ["'none'"],
        "form-action": ["'self'", "https:", *leads_to],
        "frame-ancestors": ["'self'", *allowed],
    }
    return {
        "content-security-policy": "; ".join(f"{name} {' '.join(values)}" for name, values in policy.items()),
        "referrer-policy": "strict-origin-when-cross-origin",
        "x-robots-tag": "noindex",
    }
