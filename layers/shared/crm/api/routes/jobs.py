"""Jobs: what takes longer than a request."""

from crm.api import job_parameters as job
from crm.api import parameters as query
from crm.api.route import Route

ROUTES: tuple[Route, ...] = (
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
        "POST /v1/jobs",
        "start_job",
        function="manage_jobs",
        access="admin",
        summary="Project logs again, in the background: of a person, of a range of time, or all",
        status=202,
        request="jobs.NewJob",
        response="jobs.Job",
    ),
    Route(
        "GET /v1/jobs/{id}",
        "get_job",
        function="manage_jobs",
        access="jobs:read",
        summary="Read how far a job is, and what came of it",
        response="jobs.JobInDetail",
        errors=(404,),
        limited=True,
    ),
    Route(
        "POST /v1/jobs/{id}/cancel",
        "cancel_job",
        function="manage_jobs",
        access="jobs:write",
        summary="End a job before its time; what it has done stays",
        response="jobs.Job",
        brief=("id", "state"),
        errors=(404, 409),
        limited=True,
    ),
    Route(
        "POST /v1/jobs/{id}/retry",
        "retry_job",
        function="manage_jobs",
        access="jobs:write",
        summary="Let a job that was given up go on where it was",
        response="jobs.Job",
        brief=("id", "state"),
        errors=(404, 409),
        limited=True,
    ),
)
