"""Jobs: work that takes longer than a request."""

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
        query=(job.JOB_KIND, job.JOB_STATE, query.LIMIT, query.CURSOR),
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
        summary="Read the progress and the result of a job",
        response="jobs.JobInDetail",
        errors=(404,),
        limited=True,
    ),
    Route(
        "POST /v1/jobs/{id}/cancel",
        "cancel_job",
        function="manage_jobs",
        access="jobs:write",
        summary="Cancel a job; what it has done stays",
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
        summary="Resume a failed job where it stopped",
        response="jobs.Job",
        brief=("id", "state"),
        errors=(404, 409),
        limited=True,
    ),
)
