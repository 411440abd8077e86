"""Links to the files that jobs have made."""

from crm.domain.api_key import Principal
from crm.domain.job import Job
from crm.domain.times import DAY_MS
from crm.storage import bucket

LINK_S = 900

_FILES = {
    "exports/": ("profiles:export", 7 * DAY_MS),
    "imports/reports/": ("profiles:import", 30 * DAY_MS),
}
"""By folder: the scope that is needed to load its files, and how long the bucket keeps them."""


def links_of(job: Job, viewer: Principal, *, now: int) -> dict[str, str]:
    """Addresses of the files that the job's result names, by the names it gives them: of those still kept (`now` in
    epoch ms) that the viewer may load. Good for 15 minutes at most.
    """
    links: dict[str, str] = {}
    for name, key in (job.result or {}).items():
        for folder, (scope, kept_ms) in _FILES.items():
            left_s = ((job.finished_at or 0) + kept_ms - now) // 1000
            if isinstance(key, str) and key.startswith(folder) and viewer.may(scope) and left_s > 0:
                links[name] = bucket.link_to(key, min(LINK_S, left_s))
    return links
