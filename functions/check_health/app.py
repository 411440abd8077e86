"""Report what is stuck, since when and what to do about it, and retry it."""

from crm.domain.views.health import HealthView, RetriedView
from crm.http import Request, serve
from crm.services.health.report import report
from crm.services.projection import stuck


def get_health(request: Request) -> HealthView:
    return report(request.now)


def retry_stuck_profiles(_request: Request) -> RetriedView:
    return {"queued": stuck.retry_all()}


handler = serve("check_health", get_health, retry_stuck_profiles)
