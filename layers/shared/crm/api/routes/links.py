"""Who is one person: merging and unmerging by hand, and who may be the same."""

from functools import partial

from crm.api import parameters as query
from crm.api.link_parameters import DRY_RUN, IDENTITY_TYPE, REASON
from crm.api.route import Route
from crm.domain.api_key import PROFILES_READ

# `secret`: an answer that tells of several people could not be kept with any one of them, and must not outlive one.
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
        summary="Merge other profiles into one, which keeps its id; or preview that",
        request="links.Merge",
        response="links.Merged",
        brief=("id",),
        also_for=(PROFILES_READ, "for a preview"),
        query=(DRY_RUN,),
    ),
    _link(
        "POST /v1/profiles/{id}/unmerge",
        "unmerge_profile",
        summary="Take a member out of a profile, with all that was its own",
        request="links.Unmerge",
        response="links.Unmerged",
        brief=("profile.id", "unmerged.id"),
    ),
    Route(
        "GET /v1/conflicts",
        "list_conflicts",
        function="link_profiles",
        access="profiles:read",
        summary="List identities that several people claim, or that are shared",
        response="links.ConflictPage",
        query=(IDENTITY_TYPE, REASON, query.LIMIT, query.CURSOR),
        limited=True,
    ),
    Route(
        "POST /v1/conflicts/settle",
        "settle_conflicts",
        function="link_profiles",
        access="profiles:write",
        summary="Decide whose identities are; all other claims on them lose for good",
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
        summary="List who may be the same person, and why",
        response="links.Candidates",
        errors=(404,),
        limited=True,
    ),
)
