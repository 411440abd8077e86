"""Link to the files that jobs have made."""

from crm.domain.api_key import Principal
from crm.domain.job import Job
from crm.domain.retention import EXPORTED_FILES_DAYS, IMPORTED_FILES_DAYS
from crm.domain.times import DAY_MS
from crm.storage import bucket

_FILES = {
    "exports/": ("profiles:export", EXPORTED_FILES_DAYS),
    "imports/reports/": ("profiles:import", IMPORTED_FILES_DAYS),
}
"""The scope that is needed to download files, and the days that the bucket keeps them, by folder."""


def links_of(job: Job, viewer: Principal, *, now: int) -> dict[str, str]:
    """Return links to the job's result files by name, of those still kept that the viewer may download.

    `now` in epoch ms.
    """
    links: dict[str, str] = {}
    for name, key in (job.result or {}).items():
        for folder, (scope, days) in _FILES.items():
            left_s = ((job.finished_at or 0) + days * DAY_MS - now) // 1000
            if isinstance(key, str) and key.startswith(folder) and viewer.may(scope) and left_s > 0:
                links[name] = bucket.link_to(key, min(bucket.LINK_S, left_s))
    return links
