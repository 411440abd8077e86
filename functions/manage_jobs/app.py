"""Telling how far jobs are."""

from typing import Any

from crm.http import Request, serve
from crm.services import jobs


def list_jobs(request: Request) -> dict[str, Any]:
    page, position = jobs.list_jobs(request.principal, **request.query)
    return {"jobs": page, "next_cursor": request.next_cursor(position)}


def get_job(request: Request) -> dict[str, Any]:
    return jobs.find(request.path["id"], request.principal)


handler = serve("manage_jobs", list_jobs, get_job)
