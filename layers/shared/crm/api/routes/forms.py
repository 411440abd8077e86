"""Forms: their definitions, and the pages and submissions of visitors."""

from functools import partial

from crm.api.parameters import Parameter
from crm.api.route import FORM_RATE, PUBLIC, Route

_FORMATS = ("document", "fragment")


def _format(text: str) -> str:
    if text not in _FORMATS:
        raise ValueError(f"must be {' or '.join(_FORMATS)}")
    return text


_FORMAT = Parameter(
    name="format",
    keyword="format",
    description="A complete document for a frame, or the bare form to paste into a page.",
    schema={"type": "string", "enum": list(_FORMATS), "default": "document"},
    parse=_format,
    default="document",
)

_read = partial(Route, function="manage_definitions", access="definitions:read", etag=True, limited=True)
_write = partial(Route, function="manage_definitions", access="definitions:write", etag=True)
_BODIES = ("application/json", "application/x-www-form-urlencoded", "multipart/form-data")

ROUTES: tuple[Route, ...] = (
    _write(
        "POST /v1/forms",
        "create_form",
        summary="Create a form",
        request="forms.NewForm",
        response="forms.Form",
        status=201,
    ),
    Route(
        "GET /v1/forms",
        "list_forms",
        function="manage_definitions",
        access="definitions:read",
        limited=True,
        summary="List forms, oldest first",
        response="forms.FormList",
    ),
    _read(
        "GET /v1/forms/{id}",
        "get_form",
        summary="Read a form's definition",
        response="forms.Form",
        errors=(404,),
    ),
    _write(
        "PATCH /v1/forms/{id}",
        "update_form",
        summary="Update the given fields of a form, as a new version",
        request="forms.FormChanges",
        response="forms.Form",
        brief=("id",),
        errors=(404, 409),
    ),
    _write(
        "DELETE /v1/forms/{id}",
        "delete_form",
        summary="Delete a form; its submissions stay",
        status=204,
        errors=(404, 409),
    ),
    Route(
        "POST /v1/forms/{id}",
        "submit_form",
        function="capture_form",
        access=PUBLIC,
        summary="Submit a form; browsers that accept HTML get a page or the redirect",
        request="forms.Submission",
        accepts=_BODIES,
        response="forms.Submitted",
        pages=True,
        errors=(303, 400, 403, 404, 429, 503),
        rate=FORM_RATE,
    ),
    Route(
        "GET /v1/forms/{id}/embed",
        "get_form_embed",
        function="capture_form",
        access=PUBLIC,
        summary="Read a form as HTML",
        media_type="text/html",
        query=(_FORMAT,),
        errors=(400, 404),
        rate=FORM_RATE,
    ),
)
