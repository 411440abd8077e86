"""Serve one customer's segments with explanations, and computed values: aggregates, scores, expressions."""

from crm.api.queries import PageQuery
from crm.domain.commands.memberships import Decision
from crm.domain.commands.profile_values import NewPoints
from crm.domain.views.memberships import ExplanationView, MembershipView, ProfileSegmentsView
from crm.domain.views.profile_values import PointsGivenView, ProfileValuesView, ScoreLedgerView
from crm.http import Request, serve
from crm.services.segments import explain, manual_overrides, manual_points, value_reading


def list_profile_segments(request: Request) -> ProfileSegmentsView:
    found = explain.segments_in(request.path["id"], request.principal, now=request.now)
    return {"segments": found}


def explain_segment(request: Request) -> ExplanationView:
    id_, segment = request.path["id"], request.path["segment"]
    return explain.explain(id_, segment, request.principal, now=request.now)


def decide_segment(request: Request) -> MembershipView:
    return _override(request, **request.body(Decision))


def undecide_segment(request: Request) -> None:
    _override(request, member=None)


def get_profile_values(request: Request) -> ProfileValuesView:
    return value_reading.readings_of(request.path["id"], request.principal, now=request.now)


def give_points(request: Request) -> PointsGivenView:
    points = request.body(NewPoints)
    return manual_points.add_points(
        request.path["id"], request.path["score"], **points, by=request.principal, now=request.now
    )


def list_points(request: Request) -> ScoreLedgerView:
    ledger, position = manual_points.points_ledger(
        request.path["id"],
        request.path["score"],
        request.principal,
        **request.query(PageQuery),
        now=request.now,
    )
    return {**ledger, "next_cursor": request.next_cursor(position)}


def _override(request: Request, *, member: bool | None) -> MembershipView:
    return manual_overrides.override(
        request.path["id"], request.path["segment"], member=member, **request.edit_context
    )


handler = serve(
    "profile_segments",
    list_profile_segments,
    explain_segment,
    decide_segment,
    undecide_segment,
    get_profile_values,
    give_points,
    list_points,
)
