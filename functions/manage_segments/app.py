"""Manage segments and the definitions of computed values: aggregates, scores, expressions."""

from crm.api.queries import ArchivedQuery, HistoryQuery, PageQuery
from crm.api.views.segments import version_view
from crm.domain.commands.segments import (
    FilterToConvert,
    NewSegment,
    NewSnapshot,
    PreviewedSegment,
    SegmentChanges,
)
from crm.domain.commands.values import (
    AggregateChanges,
    ExpressionChanges,
    NewAggregate,
    NewExpression,
    NewScore,
    NewValue,
    ScoreChanges,
    ValueChanges,
)
from crm.domain.conditions.value_conditions import AGGREGATE, EXPRESSION, SCORE
from crm.domain.job import job_view
from crm.domain.segments.value_definition import ValueDefinition
from crm.domain.views.segments import (
    ConvertedFilterView,
    DefinedSegmentView,
    KeptOutView,
    SegmentHistoryView,
    SegmentListView,
    SegmentMembersView,
    SegmentPreviewView,
    SegmentVersionsView,
    SegmentView,
    SnapshotView,
)
from crm.domain.views.values import (
    AggregateListView,
    AggregateView,
    ExpressionListView,
    ExpressionView,
    ScoreListView,
    ScoreView,
)
from crm.http import Request, serve
from crm.services.profiles.source_names import source_names
from crm.services.segments import (
    from_filter,
    history,
    members,
    preview,
    segments,
    snapshot,
    value_definitions,
)
from crm.services.segments.value_views import aggregate_view, expression_view, score_view
from crm.services.segments.views import defined_view, segment_list, segment_view


def list_segments(request: Request) -> SegmentListView:
    found = segments.list_all(**request.query(ArchivedQuery))
    return {"segments": segment_list(found, request.principal, request.now)}


def create_segment(request: Request) -> DefinedSegmentView:
    made = segments.create(**request.body(NewSegment), by=request.principal, now=request.now)
    return defined_view(made, request.principal, request.now)


def preview_segment(request: Request) -> SegmentPreviewView:
    return preview.preview(**request.body(PreviewedSegment), viewer=request.principal, now=request.now)


def convert_filter(request: Request) -> ConvertedFilterView:
    return {"condition": from_filter.condition_of_filter(**request.body(FilterToConvert))}


def get_segment(request: Request) -> SegmentView:
    return segment_view(segments.get(request.path["id"]), request.principal, request.now)


def update_segment(request: Request) -> DefinedSegmentView:
    changed = segments.update(request.path["id"], request.body(SegmentChanges), **request.edit_context)
    return defined_view(changed, request.principal, request.now)


def delete_segment(request: Request) -> None:
    segments.delete(request.path["id"], **request.edit_context)


def list_segment_versions(request: Request) -> SegmentVersionsView:
    versions = segments.versions(request.path["id"])
    names = source_names(version["by"] for version in versions)
    return {"versions": [version_view(version, names) for version in versions]}


def list_segment_members(request: Request) -> SegmentMembersView:
    page, position = members.members(
        request.path["id"], request.principal, **request.query(PageQuery), now=request.now
    )
    return {**page, "next_cursor": request.next_cursor(position)}


def list_kept_out(request: Request) -> KeptOutView:
    found, position = members.kept_out(
        request.path["id"], request.principal, **request.query(PageQuery), now=request.now
    )
    return {"profiles": found, "next_cursor": request.next_cursor(position)}


def get_segment_history(request: Request) -> SegmentHistoryView:
    return {"history": history.history(request.path["id"], **request.query(HistoryQuery))}


def snapshot_segment(request: Request) -> SnapshotView:
    made, job = snapshot.snapshot(
        request.path["id"], **request.body(NewSnapshot), by=request.principal, now=request.now
    )
    return {"segment": segment_view(made, request.principal, request.now), "job": job_view(job)}


def list_aggregates(_request: Request) -> AggregateListView:
    return {"aggregates": [aggregate_view(value) for value in value_definitions.list_all(AGGREGATE)]}


def create_aggregate(request: Request) -> AggregateView:
    return aggregate_view(_create(AGGREGATE, request.body(NewAggregate), request))


def get_aggregate(request: Request) -> AggregateView:
    return aggregate_view(_get(AGGREGATE, request))


def update_aggregate(request: Request) -> AggregateView:
    return aggregate_view(_update(AGGREGATE, request.body(AggregateChanges), request))


def delete_aggregate(request: Request) -> None:
    _delete(AGGREGATE, request)


def list_scores(_request: Request) -> ScoreListView:
    return {"scores": [score_view(value) for value in value_definitions.list_all(SCORE)]}


def create_score(request: Request) -> ScoreView:
    return score_view(_create(SCORE, request.body(NewScore), request))


def get_score(request: Request) -> ScoreView:
    return score_view(_get(SCORE, request))


def update_score(request: Request) -> ScoreView:
    return score_view(_update(SCORE, request.body(ScoreChanges), request))


def delete_score(request: Request) -> None:
    _delete(SCORE, request)


def list_expressions(_request: Request) -> ExpressionListView:
    return {"expressions": [expression_view(value) for value in value_definitions.list_all(EXPRESSION)]}


def create_expression(request: Request) -> ExpressionView:
    return expression_view(_create(EXPRESSION, request.body(NewExpression), request))


def get_expression(request: Request) -> ExpressionView:
    return expression_view(_get(EXPRESSION, request))


def update_expression(request: Request) -> ExpressionView:
    return expression_view(_update(EXPRESSION, request.body(ExpressionChanges), request))


def delete_expression(request: Request) -> None:
    _delete(EXPRESSION, request)


def _create(kind: str, new: NewValue, request: Request) -> ValueDefinition:
    return value_definitions.create(kind, new, by=request.principal, now=request.now)


def _get(kind: str, request: Request) -> ValueDefinition:
    return value_definitions.get(kind, request.path["id"])


def _update(kind: str, changes: ValueChanges, request: Request) -> ValueDefinition:
    return value_definitions.update(kind, request.path["id"], changes, **request.edit_context)


def _delete(kind: str, request: Request) -> None:
    value_definitions.delete(kind, request.path["id"], **request.edit_context)


handler = serve(
    "manage_segments",
    list_segments,
    create_segment,
    preview_segment,
    convert_filter,
    get_segment,
    update_segment,
    delete_segment,
    list_segment_versions,
    list_segment_members,
    list_kept_out,
    get_segment_history,
    snapshot_segment,
    list_aggregates,
    create_aggregate,
    get_aggregate,
    update_aggregate,
    delete_aggregate,
    list_scores,
    create_score,
    get_score,
    update_score,
    delete_score,
    list_expressions,
    create_expression,
    get_expression,
    update_expression,
    delete_expression,
)
