"""Segments: definitions, members, and the segments of one customer."""

import re
from functools import partial

from crm.api import definition_parameters as listed
from crm.api import parameters as query
from crm.api.parameters import Parameter
from crm.api.route import Route
from crm.domain.api_key import PROFILES_READ
from crm.domain.times import parse_time


def _day(text: str) -> str:
    if not re.fullmatch(r"\d{4}-\d\d-\d\d", text, re.ASCII) or parse_time(text) is None:
        raise ValueError("must be a date (2026-11-21)")
    return text


FIRST_DAY = Parameter(
    name="from",
    keyword="start",
    description="First day; the oldest day that is kept by default.",
    schema={"type": "string", "format": "date"},
    parse=_day,
)
LAST_DAY = Parameter(
    name="to",
    keyword="end",
    description="Last day, inclusive; today by default.",
    schema={"type": "string", "format": "date"},
    parse=_day,
)

_segment = partial(Route, function="manage_segments")
_read = partial(_segment, access="segments:read", limited=True)
_write = partial(_segment, access="segments:write", etag=True)
_of_profile = partial(Route, function="profile_segments", limited=True)
_read_profile = partial(_of_profile, access="profiles:read", errors=(404,))
_decide = partial(_of_profile, access="profiles:write", etag=True, errors=(404, 409))

ROUTES: tuple[Route, ...] = (
    _read(
        "GET /v1/segments",
        "list_segments",
        summary="List segments, by name, with the number of customers in each",
        response="segments.SegmentList",
        query=(listed.ARCHIVED,),
    ),
    _write(
        "POST /v1/segments",
        "create_segment",
        summary="Create a segment; a job evaluates all customers",
        request="segments.NewSegment",
        response="segments.DefinedSegment",
        also_for=(PROFILES_READ, "where a condition is given"),
        status=201,
    ),
    # `secret`: the sample describes several people; a filter may name one.
    _segment(
        "POST /v1/segments/preview",
        "preview_segment",
        access="profiles:read",
        summary="Preview a condition: the number of matching customers, and a sample; nothing is stored",
        request="segments.PreviewedSegment",
        response="segments.SegmentPreview",
        limited=True,
        secret=True,
    ),
    _segment(
        "POST /v1/segments/from-filter",
        "convert_filter",
        access="profiles:read",
        summary="Convert a filter of the list of customers into the condition of a segment; nothing is stored",
        request="segments.FilterToConvert",
        response="segments.ConvertedFilter",
        limited=True,
        secret=True,
    ),
    _read(
        "GET /v1/segments/{id}",
        "get_segment",
        summary="Read a segment, by its id, name or slug",
        response="segments.Segment",
        etag=True,
        errors=(404,),
    ),
    _write(
        "PATCH /v1/segments/{id}",
        "update_segment",
        summary=(
            "Update the given fields of a segment, by its id, name or slug; the former version serves until a job is "
            "done"
        ),
        request="segments.SegmentChanges",
        response="segments.DefinedSegment",
        brief=("id",),
        also_for=(PROFILES_READ, "where a condition is given"),
        errors=(404, 409),
    ),
    _write(
        "DELETE /v1/segments/{id}",
        "delete_segment",
        summary="Delete a segment, by its id, name or slug; its customers stay",
        status=204,
        errors=(404, 409),
    ),
    _read(
        "GET /v1/segments/{id}/versions",
        "list_segment_versions",
        summary="List the versions of a segment's definition",
        response="segments.SegmentVersions",
        errors=(404,),
    ),
    _segment(
        "GET /v1/segments/{id}/members",
        "list_segment_members",
        access="profiles:read",
        summary="List the customers in a segment",
        response="segments.SegmentMembers",
        query=(query.LIMIT, query.CURSOR),
        errors=(404, 409),
        limited=True,
    ),
    _segment(
        "GET /v1/segments/{id}/kept-out",
        "list_kept_out",
        access="profiles:read",
        summary="List the customers who are kept out of a segment by hand",
        response="segments.KeptOut",
        query=(query.LIMIT, query.CURSOR),
        errors=(404,),
        limited=True,
    ),
    _segment(
        "GET /v1/segments/{id}/history",
        "get_segment_history",
        access="segments:read",
        summary="Read the number of customers in a segment, by day",
        response="segments.SegmentHistory",
        query=(FIRST_DAY, LAST_DAY),
        errors=(404,),
    ),
    _segment(
        "POST /v1/segments/{id}/snapshot",
        "snapshot_segment",
        access="segments:write",
        summary="Create a static segment of all customers who are in a segment now, by a job",
        request="segments.NewSnapshot",
        response="segments.Snapshot",
        brief=("segment.id", "job.id"),
        status=202,
        errors=(404,),
    ),
    _read_profile(
        "GET /v1/profiles/{id}/segments",
        "list_profile_segments",
        summary="List the segments that a customer is in, by name",
        response="memberships.ProfileSegments",
    ),
    _read_profile(
        "GET /v1/profiles/{id}/segments/{segment}/explain",
        "explain_segment",
        summary="Explain why a customer is in a segment or not, and when time alone will change that",
        response="memberships.Explanation",
        also=("segments:read",),
    ),
    _decide(
        "PUT /v1/profiles/{id}/segments/{segment}",
        "decide_segment",
        summary="Put a customer into a segment, or keep it out, regardless of the condition",
        request="memberships.Decision",
        response="memberships.Membership",
        brief=("id",),
    ),
    _decide(
        "DELETE /v1/profiles/{id}/segments/{segment}",
        "undecide_segment",
        summary="Remove the override of a customer's segment, so that its condition decides again",
        status=204,
    ),
)
