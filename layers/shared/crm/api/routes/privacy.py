"""The data held on a person."""

from crm.api.filter_values import read_switch
from crm.api.parameters import INCLUDE, Parameter
from crm.api.route import Route

_REDIRECT = Parameter(
    name="redirect",
    keyword="redirect",
    description=(
        "`false`: a document over 3 MB is answered with 200 and its link, for clients that cannot follow a redirect to "
        "the bucket, such as pages."
    ),
    schema={"type": "boolean", "default": True},
    parse=read_switch,
    default=True,
)

ROUTES: tuple[Route, ...] = (
    Route(
        "GET /v1/profiles/{id}/export",
        "export_profile",
        function="export_profile",
        access="profiles:export",
        summary="Export all data held on a person, as one file; a large one is at `Location`",
        response="privacy.PersonExport",
        or_response="privacy.PersonExportLink",
        query=(INCLUDE, _REDIRECT),
        errors=(303, 400, 404),
        limited=True,
    ),
)
