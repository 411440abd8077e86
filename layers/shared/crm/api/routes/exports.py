"""Exports: selected customers as files."""

from functools import partial

from crm.api import job_parameters as job
from crm.api import parameters as query
from crm.api.route import Route

_export = partial(Route, function="act_on_profiles", access="profiles:export", limited=True)

ROUTES: tuple[Route, ...] = (
    _export(
        "POST /v1/exports",
        "create_export",
        summary="Start a job that writes selected customers to a file",
        request="exports.NewExport",
        response="exports.Export",
        status=202,
    ),
    _export(
        "GET /v1/exports",
        "list_exports",
        summary="List exports, newest first",
        response="exports.ExportPage",
        query=(job.JOB_STATE, query.LIMIT, query.CURSOR),
    ),
    _export(
        "GET /v1/exports/{id}",
        "get_export",
        summary="Read the progress of an export, and the link to its file",
        response="exports.Export",
        errors=(404,),
    ),
)
