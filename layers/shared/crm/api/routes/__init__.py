"""Every route of the API, once: functions serve from this list, and the OpenAPI document is made of it."""

from crm.api.route import Route
from crm.api.routes import (
    access,
    bulk,
    consents,
    definitions,
    edits,
    exports,
    forms,
    imports,
    jobs,
    links,
    lists,
    privacy,
    profiles,
    rejected,
    segments,
    site,
    tracking,
    values,
    webhooks,
    work,
)

ROUTES: tuple[Route, ...] = (
    *tracking.ROUTES,
    *profiles.ROUTES,
    *edits.ROUTES,
    *links.ROUTES,
    *work.ROUTES,
    *consents.ROUTES,
    *privacy.ROUTES,
    *jobs.ROUTES,
    *imports.ROUTES,
    *exports.ROUTES,
    *bulk.ROUTES,
    *rejected.ROUTES,
    *definitions.ROUTES,
    *lists.ROUTES,
    *forms.ROUTES,
    *segments.ROUTES,
    *values.ROUTES,
    *webhooks.ROUTES,
    *access.ROUTES,
    *site.ROUTES,
)
"""In the order of the document."""
