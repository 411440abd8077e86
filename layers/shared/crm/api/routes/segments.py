"""Segments: their definitions, who is in them, and those of one customer."""

from functools import partial

from crm.api import definition_parameters as listed
from crm.api import parameters as query
from crm.api import segment_parameters as segment
from crm.api.route import Route
from crm.domain.api_key import PROFILES_READ

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
        summary="List segments, by name, with how many customers are in each",
        response="segments.SegmentList",
        query=(listed.ARCHIVED,),
    ),
    _write(
        "POST /v1/segments",
        "create_segment",
        summary="Define a segment; a job asks everybody",
        request="segments.NewSegment",
        response="segments.DefinedSegment",
        also_for=(PROFILES_READ, "where a condition is given"),
        status=201,
    ),
    # `secret`: the sample is of several people.
    _segment(
        "POST /v1/segments/preview",
        "preview_segment",
        access="profiles:read",
        summary="Try a condition: how many customers it is true of, and some of them; nothing is stored",
        request="segments.PreviewedSegment",
        response="segments.SegmentPreview",
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
        summary="Change what is given of a segment, by id, name or slug; until a job is done the former version serves",
        request="segments.SegmentChanges",
        response="segments.DefinedSegment",
        brief=("id",),
        also_for=(PROFILES_READ, "where a condition is given"),
        errors=(404, 409),
    ),
    _write(
        "DELETE /v1/segments/{id}",
        "delete_segment",
        summary="Delete a segment, by its id, name or slug; the customers in it stay",
        status=204,
        errors=(404, 409),
    ),
    _read(
        "GET /v1/segments/{id}/versions",
        "list_segment_versions",
        summary="Read how a segment was defined before",
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
        "GET /v1/segments/{id}/history",
        "get_segment_history",
        access="segments:read",
        summary="Read how many customers were in a segment, day by day",
        response="segments.SegmentHistory",
        query=(segment.FIRST_DAY, segment.LAST_DAY),
        errors=(404,),
    ),
    _segment(
        "POST /v1/segments/{id}/snapshot",
        "snapshot_segment",
        access="segments:write",
        summary="Make a static segment of everybody who is in a segment now, by a job",
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
        summary="Read why a customer is in a segment, or not, and when time alone will change that",
        response="memberships.Explanation",
        also=("segments:read",),
    ),
    _decide(
        "PUT /v1/profiles/{id}/segments/{segment}",
        "decide_segment",
        summary="Put a customer into a segment, or keep it out, whatever the conditions say",
        request="memberships.Decision",
        response="memberships.Membership",
        brief=("id",),
    ),
    _decide(
        "DELETE /v1/profiles/{id}/segments/{segment}",
        "undecide_segment",
        summary="Let the conditions decide again whether a customer is in a segment",
        status=204,
    ),
)
