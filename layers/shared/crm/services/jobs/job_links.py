"""Link to the files that jobs have made."""

from crm.domain.api_key import Principal
from crm.domain.job import Job
from crm.domain.times import DAY_MS
from crm.storage import bucket

LINK_S = 900

_FILES = {
    "exports/": ("profiles:export", 7 * DAY_MS),
    "imports/reports/": ("profiles:import", 30 * DAY_MS),
}
"""The scope that is needed to download files, and how long the bucket keeps them, by folder."""


def links_of(job: Job, viewer: Principal, *, now: int) -> dict[str, str]:
    """Return links to the job's result files by name, of those still kept that the viewer may download.

    `now` in epoch ms. A link is valid for 15 minutes at most.
    """
    links: dict[str, str] = {}
    for name, key in (job.result or {}).items():
        for folder, (scope, kept_ms) in _FILES.items():
            left_s = ((job.finished_at or 0) + kept_ms - now) // 1000
            if isinstance(key, str) and key.startswith(folder) and viewer.may(scope) and left_s > 0:
                links[name] = bucket.link_to(key, min(LINK_S, left_s))
    return links
