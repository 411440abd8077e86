"""Every route of the API, once: functions serve from this list, and the OpenAPI document is made of it."""

from crm.api.route import Route
from crm.api.routes import access, profiles, rejected, site, tracking

ROUTES: tuple[Route, ...] = (
    *tracking.ROUTES,
    *profiles.ROUTES,
    *rejected.ROUTES,
    *access.ROUTES,
    *site.ROUTES,
)
"""In the order of the document."""
