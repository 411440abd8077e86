"""Bulk actions: one action on many customers."""

from crm.api.route import Route
from crm.domain.api_key import PROFILES_READ

ROUTES: tuple[Route, ...] = (
    Route(
        "POST /v1/bulk",
        "start_bulk",
        function="act_on_profiles",
        access="profiles:write",
        summary="Perform an action on many customers, in the background",
        request="bulk.NewBulk",
        response="jobs.Job",
        status=202,
        limited=True,
        also_for=(PROFILES_READ, "where customers are selected by anything but their ids"),
    ),
)
