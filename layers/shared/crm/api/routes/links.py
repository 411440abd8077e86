"""Merging and unmerging by hand, identity conflicts, and duplicates."""

from functools import partial

from crm.api import parameters as query
from crm.api.filter_values import read_switch
from crm.api.parameters import Parameter, choice
from crm.api.route import Route
from crm.domain.api_key import PROFILES_READ
from crm.domain.open_conflicts import CONFLICT_REASONS

DRY_RUN = Parameter(
    name="dry_run",
    keyword="dry_run",
    description="Only preview the merged profile, and which profile each value comes from.",
    schema={"type": "boolean", "default": False},
    parse=read_switch,
    default=False,
)
IDENTITY_TYPE = Parameter(
    name="type",
    keyword="type",
    description="Only conflicts about identities of this type.",
    schema={"type": "string", "maxLength": 32},
    parse=str,
)
_REASON = Parameter(
    name="reason",
    keyword="reason",
    description="Only conflicts of this reason.",
    schema={"type": "string", "enum": list(CONFLICT_REASONS)},
    parse=choice(*CONFLICT_REASONS),
)

# `secret`: an answer about several people cannot be stored with one of them, and must not outlive any of them.
_link = partial(
    Route,
    function="link_profiles",
    access="profiles:write",
    limited=True,
    etag=True,
    personal=True,
    secret=True,
    errors=(404,),
)

ROUTES: tuple[Route, ...] = (
    _link(
        "POST /v1/profiles/{id}/merge",
        "merge_profiles",
        summary="Merge other profiles into one, which keeps its id; or preview the merge",
        request="links.Merge",
        response="links.Merged",
        brief=("id",),
        also_for=(PROFILES_READ, "for a preview"),
        query=(DRY_RUN,),
    ),
    _link(
        "POST /v1/profiles/{id}/unmerge",
        "unmerge_profile",
        summary="Unmerge a member from a profile, with all its own data",
        request="links.Unmerge",
        response="links.Unmerged",
        brief=("profile.id", "unmerged.id"),
    ),
    Route(
        "GET /v1/conflicts",
        "list_conflicts",
        function="link_profiles",
        access="profiles:read",
        summary="List identity conflicts: identities that several people claim, or that are shared",
        response="links.ConflictPage",
        query=(IDENTITY_TYPE, _REASON, query.LIMIT, query.CURSOR),
        limited=True,
    ),
    Route(
        "POST /v1/conflicts/settle",
        "settle_conflicts",
        function="link_profiles",
        access="profiles:write",
        summary="Settle identity conflicts; all other claims on these identities lose permanently",
        request="links.SettleConflicts",
        response="links.SettledConflicts",
        also=("profiles:read",),
        errors=(404, 409),
        limited=True,
        secret=True,
    ),
    Route(
        "GET /v1/profiles/{id}/duplicates",
        "list_duplicates",
        function="link_profiles",
        access="profiles:read",
        summary="List possible duplicates of a profile, with reasons",
        response="links.Candidates",
        errors=(404,),
        limited=True,
    ),
)
