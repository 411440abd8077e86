"""Manage jobs: start reprojections, report progress, cancel, and resume failed jobs."""

from crm.api.queries import JobQuery
from crm.domain.commands.jobs import NewJob
from crm.domain.job import job_view
from crm.domain.views.jobs import JobInDetailView, JobPageView, JobView
from crm.http import Request, serve
from crm.services.jobs import jobs
from crm.services.jobs.job_links import links_of
from crm.services.profiles.source_names import source_names
from crm.services.reprojection import requests


def list_jobs(request: Request) -> JobPageView:
    page, position = jobs.list_jobs(request.principal, **request.query(JobQuery))
    return {"jobs": [job_view(job) for job in page], "next_cursor": request.next_cursor(position)}


def get_job(request: Request) -> JobInDetailView:
    job = jobs.get(request.path["id"], request.principal)
    links = links_of(job, request.principal, now=request.now)
    name = source_names([job.started_by]).get(job.started_by)
    return {**job_view(job), "started_by_name": name, "links": links}


def start_job(request: Request) -> JobView:
    return requests.start(request.body(NewJob), by=request.principal, now=request.now)


def cancel_job(request: Request) -> JobView:
    return jobs.cancel(request.path["id"], request.principal, now=request.now)


def retry_job(request: Request) -> JobView:
    return jobs.retry(request.path["id"], request.principal, now=request.now)


handler = serve("manage_jobs", list_jobs, start_job, get_job, cancel_job, retry_job)
