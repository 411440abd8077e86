"""Act on many customers: exports of selections, and bulk actions."""

from crm.api.queries import StateQuery
from crm.api.views.exports import export_view
from crm.domain.commands.bulk import NewBulk
from crm.domain.commands.exports import NewExport
from crm.domain.exports.formats import CSV
from crm.domain.job import Job, job_view
from crm.domain.views.exports import ExportPageView, ExportView
from crm.domain.views.jobs import JobView
from crm.http import Request, serve
from crm.services.bulk import requests as bulk
from crm.services.exports import requests as exports
from crm.services.selections import selections


def create_export(request: Request) -> ExportView:
    body = request.body(NewExport)
    job = exports.start(
        selections.read_selection(body, request.principal),
        format=body.get("format", CSV),
        columns=body.get("columns", []),
        by=request.principal,
        now=request.now,
    )
    return export_view(job, None)


def list_exports(request: Request) -> ExportPageView:
    page, position = exports.list_exports(request.principal, **request.query(StateQuery))
    return {
        "exports": [_export_view(job, request) for job in page],
        "next_cursor": request.next_cursor(position),
    }


def get_export(request: Request) -> ExportView:
    return _export_view(exports.get(request.path["id"], request.principal), request)


def start_bulk(request: Request) -> JobView:
    return job_view(bulk.start(request.body(NewBulk), by=request.principal, now=request.now))


def _export_view(job: Job, request: Request) -> ExportView:
    return export_view(job, exports.file_of(job, now=request.now))


handler = serve("act_on_profiles", create_export, list_exports, get_export, start_bulk)
