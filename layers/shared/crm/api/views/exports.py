"""Build the responses for exports."""

from crm.domain.job import Job, job_view
from crm.domain.views.exports import ExportFileView, ExportView


def export_view(job: Job, file: ExportFileView | None) -> ExportView:
    """Build the model `Export`. `file` is the model `ExportFile`, once there is one."""
    return {
        **job_view(job),
        "format": job.subject["format"],
        "selected_by": job.subject["by"],
        "selected": job.subject.get("selected"),
        "file": file,
    }
