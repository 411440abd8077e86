"""Build the responses for exports."""

from typing import Any

from crm.domain.job import Job, job_view


def export_view(job: Job, file: dict[str, Any] | None) -> dict[str, Any]:
    """Build the model `Export`. `file` is the model `ExportFile`, once there is one."""
    return job_view(job) | {
        "format": job.subject["format"],
        "selected_by": job.subject["by"],
        "selected": job.subject.get("selected"),
        "file": file,
    }
