"""Merge and unmerge profiles by hand, settle identity conflicts, and find duplicates."""

from crm.api.queries import ConflictQuery, MergeQuery
from crm.domain.commands.links import Merge, SettleConflicts, Unmerge
from crm.domain.views.links import CandidatesView, ConflictPageView, MergedView, SettledConflictsView
from crm.domain.views.profiles import ProfileView
from crm.http import Reply, Request, serve
from crm.services.editing import conflicts, duplicates, manual_merge
from crm.services.profiles.people import Person
from crm.services.profiles.reading import view


def merge_profiles(request: Request) -> MergedView:
    id_, others = request.path["id"], request.body(Merge)["profiles"]
    if request.query(MergeQuery)["dry_run"]:
        return manual_merge.preview(id_, others, request.principal, now=request.now)
    merged = manual_merge.merge(id_, others, request.principal, now=request.now, expected=request.if_match)
    return view(merged, now=request.now)


def unmerge_profile(request: Request) -> Reply:
    member = request.body(Unmerge)["profile"]
    kept, left = manual_merge.unmerge(
        request.path["id"], member, request.principal, now=request.now, expected=request.if_match
    )
    tag = {"etag": f'"{kept.etag}"'} if kept else {}
    return Reply(
        {"profile": _optional_view(kept, request), "unmerged": _optional_view(left, request)}, headers=tag
    )


def list_duplicates(request: Request) -> CandidatesView:
    return {"candidates": duplicates.find_duplicates(request.path["id"], request.principal, now=request.now)}


def list_conflicts(request: Request) -> ConflictPageView:
    found, position = conflicts.list_open(request.principal, **request.query(ConflictQuery))
    return {"conflicts": found, "next_cursor": request.next_cursor(position)}


def settle_conflicts(request: Request) -> SettledConflictsView:
    return conflicts.settle_all(request.body(SettleConflicts), by=request.principal, now=request.now)


def _optional_view(person: Person | None, request: Request) -> ProfileView | None:
    return view(person, now=request.now) if person else None


handler = serve(
    "link_profiles",
    merge_profiles,
    unmerge_profile,
    list_duplicates,
    list_conflicts,
    settle_conflicts,
)
