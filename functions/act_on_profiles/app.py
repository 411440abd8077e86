"""Act on many customers: exports of selections, and bulk actions."""

from typing import Any

from crm.api.views.exports import export_view
from crm.domain.job import Job, job_view
from crm.http import Request, serve
from crm.services.bulk import requests as bulk
from crm.services.exports import requests as exports
from crm.services.selections import selections


def create_export(request: Request) -> dict[str, Any]:
    body = {"format": "csv", "columns": [], **request.body()}
    selection = selections.read(body, request.principal)
    job = exports.start(
        selection, format=body["format"], columns=body["columns"], by=request.principal, now=request.now
    )
    return export_view(job, None)


def list_exports(request: Request) -> dict[str, Any]:
    page, position = exports.list_exports(request.principal, **request.query)
    return {
        "exports": [_export_view(job, request) for job in page],
        "next_cursor": request.next_cursor(position),
    }


def get_export(request: Request) -> dict[str, Any]:
    return _export_view(exports.get(request.path["id"], request.principal), request)


def start_bulk(request: Request) -> dict[str, Any]:
    body = request.body()
    job = bulk.start(body, body.pop("action"), by=request.principal, now=request.now)
    return job_view(job)


def _export_view(job: Job, request: Request) -> dict[str, Any]:
    return export_view(job, exports.file_of(job, now=request.now))


handler = serve("act_on_profiles", create_export, list_exports, get_export, start_bulk)
