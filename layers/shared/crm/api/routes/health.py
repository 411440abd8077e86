"""Health: what is stuck, and retrying it."""

from crm.api.route import Route

ROUTES: tuple[Route, ...] = (
    Route(
        "GET /v1/health",
        "get_health",
        function="check_health",
        access="health:read",
        summary="Read what is stuck, since when, and what to do about it",
        response="health.Health",
    ),
    Route(
        "POST /v1/health/retry",
        "retry_stuck_profiles",
        function="check_health",
        access="jobs:write",
        summary="Retry the projection of every stuck profile now",
        status=202,
        response="health.Retried",
    ),
)
