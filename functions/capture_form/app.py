"""Serve forms as HTML, and accept the submissions of visitors."""

import base64
import hashlib
import json
import re
from collections.abc import Mapping
from contextlib import suppress
from functools import cache
from html import escape
from http import HTTPStatus
from pathlib import Path
from string import Template
from typing import Any
from urllib.parse import urlsplit

from crm.domain.errors import NotFoundError
from crm.domain.forms.body import is_json, read_body
from crm.domain.forms.definition import Form
from crm.domain.forms.submission import is_page, read_submission, to_flat
from crm.http import Answer, Reply, Request, serve
from crm.http.addresses import base_url
from crm.http.answers import text_answer
from crm.http.body import read_bytes
from crm.http.form_html import FormHtml
from crm.services.definitions import forms
from crm.services.recording import submissions
from crm.services.recording.submissions import FormRequest
from crm.settings import settings

Event = dict[str, Any]

HTML = "text/html"
CACHED = {"cache-control": "public, max-age=60"}


def submit_form(request: Request) -> Reply:
    """Accept a submission. Answers JSON, or a page to browsers that submit the form themselves."""
    form = submissions.submit(_sent(request), now=request.now)
    if not _wants_page(request.event):
        return Reply({"success": True, "message": form.success_text, "redirect": form.redirect})
    if form.redirect:
        return Reply(status=303, headers={"location": form.redirect, "cache-control": "no-store"})
    page = _page(form.success_text, _message(request.event, form.success_text, form), form)
    return Reply(page, media_type=HTML, headers=_headers(form))


def get_form_embed(request: Request) -> Reply:
    form = forms.published(request.path["id"])
    if request.query["format"] == "fragment":
        return Reply(_html(request.event, form).render(), media_type=HTML, headers=CACHED)
    framed_by = _visited(request.event)
    html = _html(
        request.event,
        form,
        # The page after a submission belongs to the visitor, not to the frame.
        target="_top" if form.redirect else None,
        beside={"_page": framed_by} if framed_by else {},
    )
    page = _page(_title(form), _headed(form, html.render()), form)
    return Reply(page, media_type=HTML, headers={**_headers(form), **CACHED, "vary": "referer"})


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


def _html(event: Event, form: Form, **more: Any) -> FormHtml:
    action = f"{_base(event)}/v1/forms/{form.id}"
    return FormHtml(form=form, asked=submissions.asked(form), action=action, **more)


def _refusal(event: Event, answer: Answer) -> Answer:
    """Render the form again, with the errors and the values that were filled in; for other errors, only the reason."""
    error, form = json.loads(answer["body"]), None
    with suppress(NotFoundError):
        form = forms.published(event["pathParameters"]["id"])
    content, problems = _message(event, error["message"], form), error["details"].get("errors")
    if form and problems:
        content = _filled_in(event, form, problems)
    waiting = {name: text for name, text in answer["headers"].items() if name == "retry-after"}
    page = _page(error["message"], content, form)
    return text_answer(answer["statusCode"], page, HTML, {**_headers(form), **waiting})


def _filled_in(event: Event, form: Form, problems: list[dict[str, str]]) -> str:
    body = read_body(read_bytes(event), event["headers"].get("content-type"))
    values, beside = to_flat(read_submission(body))
    return _headed(form, _html(event, form, values=values, beside=beside, problems=problems).render())


def _title(form: Form) -> str:
    return form.title or form.name


def _headed(form: Form, content: str) -> str:
    return f"<h1>{escape(_title(form))}</h1>\n{content}"


def _message(event: Event, text: str, form: Form | None) -> str:
    """Render a message, with a link back to the visitor's page if the form allows that origin."""
    page, heading = event["headers"].get("referer", ""), f"<h1>{escape(text)}</h1>"
    if not form or not is_page(page) or _origin(page) == _origin(_base(event)):
        return heading
    if not form.allows_origin(_origin(page), settings().allowed_origins):
        return heading
    return f'{heading}\n<p><a href="{escape(page)}">← {escape(urlsplit(page).netloc)}</a></p>'


def _page(title: str, content: str, form: Form | None) -> str:
    language = form.language if form else "en"
    return _layout().substitute(language=language, title=escape(title), content=content)


@cache
def _layout() -> Template:
    return Template(Path(__file__).with_name("page.html").read_text())


def _headers(form: Form | None) -> Mapping[str, str]:
    """Build the headers: no script, only our style, framed only by allowed origins. `Origin` is required in
    submissions.
    """
    allowed = (form.allowed_origins if form else ()) or settings().allowed_origins
    # Browsers apply the same rule to redirects after a submission.
    leads_to = [_origin(form.redirect)] if form and form.redirect else []
    policy = {
        "default-src": ["'none'"],
        "style-src": [f"'sha256-{_style_digest()}'"],
        "base-uri": ["'none'"],
        "form-action": ["'self'", "https:", *leads_to],
        "frame-ancestors": ["'self'", *allowed],
    }
    return {
        "content-security-policy": "; ".join(f"{name} {' '.join(values)}" for name, values in policy.items()),
        "referrer-policy": "strict-origin-when-cross-origin",
        "x-robots-tag": "noindex",
    }


@cache
def _style_digest() -> str:
    style = re.search(r"<style>(.*?)</style>", _layout().template, re.DOTALL)
    return base64.b64encode(hashlib.sha256(style[1].encode() if style else b"").digest()).decode()
