"""What is held on a person, and the jobs that take longer than a request."""

from crm.api import job_parameters as job
from crm.api import parameters as query
from crm.api.route import Route

ROUTES: tuple[Route, ...] = (
    Route(
        "GET /v1/profiles/{id}/export",
        "export_profile",
        function="export_profile",
        access="profiles:export",
        summary="Everything that is held on a person, as one file; where it is large, at `Location`",
        response="privacy.PersonExport",
        errors=(303, 404),
        limited=True,
    ),
    Route(
        "GET /v1/jobs",
        "list_jobs",
        function="manage_jobs",
        access="jobs:read",
        summary="List jobs, newest first",
        response="jobs.JobPage",
        query=(job.KIND, job.STATE, query.LIMIT, query.CURSOR),
        limited=True,
    ),
    Route(
        "GET /v1/jobs/{id}",
        "get_job",
        function="manage_jobs",
        access="jobs:read",
        summary="Read how far a job is, and what came of it",
        response="jobs.Job",
        errors=(404,),
        limited=True,
    ),
)
