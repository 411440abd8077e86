"""The data held on a person."""

from crm.api.parameters import INCLUDE
from crm.api.route import Route

ROUTES: tuple[Route, ...] = (
    Route(
        "GET /v1/profiles/{id}/export",
        "export_profile",
        function="export_profile",
        access="profiles:export",
        summary="Export all data held on a person, as one file; a large one is at `Location`",
        response="privacy.PersonExport",
        query=(INCLUDE,),
        errors=(303, 400, 404),
        limited=True,
    ),
)
