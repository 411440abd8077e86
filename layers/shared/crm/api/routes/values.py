"""Aggregates, scores and expressions: definitions, and the values of one customer."""

from functools import partial

from crm.api import parameters as query
from crm.api.route import Route
from crm.domain.api_key import PROFILES_READ

_read = partial(Route, function="manage_segments", access="segments:read", limited=True)
_write = partial(Route, function="manage_segments", access="segments:write", etag=True)
_of_profile = partial(Route, function="profile_segments", limited=True, errors=(404,))

ROUTES: tuple[Route, ...] = (
    _read(
        "GET /v1/aggregates",
        "list_aggregates",
        summary="List aggregates, by name",
        response="values.AggregateList",
    ),
    _write(
        "POST /v1/aggregates",
        "create_aggregate",
        summary="Create an aggregate, a value computed from activities; a job counts past activities",
        request="values.NewAggregate",
        also=(PROFILES_READ,),
        response="values.Aggregate",
        status=201,
    ),
    _read(
        "GET /v1/aggregates/{id}",
        "get_aggregate",
        summary="Read an aggregate, by its id or name",
        response="values.Aggregate",
        etag=True,
        errors=(404,),
    ),
    _write(
        "PATCH /v1/aggregates/{id}",
        "update_aggregate",
        summary="Update the given fields of an aggregate, by its id or name",
        request="values.AggregateChanges",
        brief=("id",),
        also_for=(PROFILES_READ, "where anything but name and description is given"),
        response="values.Aggregate",
        errors=(404, 409),
    ),
    _write(
        "DELETE /v1/aggregates/{id}",
        "delete_aggregate",
        summary="Delete an aggregate that is not in use, by its id or name",
        status=204,
        errors=(404, 409),
    ),
    _read("GET /v1/scores", "list_scores", summary="List scores, by name", response="values.ScoreList"),
    _write(
        "POST /v1/scores",
        "create_score",
        summary="Create a score, points for activities; a job counts past activities",
        request="values.NewScore",
        also=(PROFILES_READ,),
        response="values.Score",
        status=201,
    ),
    _read(
        "GET /v1/scores/{id}",
        "get_score",
        summary="Read a score, by its id or name",
        response="values.Score",
        etag=True,
        errors=(404,),
    ),
    _write(
        "PATCH /v1/scores/{id}",
        "update_score",
        summary="Update the given fields of a score, by its id or name",
        request="values.ScoreChanges",
        brief=("id",),
        also_for=(PROFILES_READ, "where anything but name and description is given"),
        response="values.Score",
        errors=(404, 409),
    ),
    _write(
        "DELETE /v1/scores/{id}",
        "delete_score",
        summary="Delete a score that is not in use, by its id or name",
        status=204,
        errors=(404, 409),
    ),
    _read(
        "GET /v1/expressions",
        "list_expressions",
        summary="List expressions, by name",
        response="values.ExpressionList",
    ),
    _write(
        "POST /v1/expressions",
        "create_expression",
        summary="Create an expression, a value computed from attributes, aggregates and scores",
        request="values.NewExpression",
        also=(PROFILES_READ,),
        response="values.Expression",
        status=201,
    ),
    _read(
        "GET /v1/expressions/{id}",
        "get_expression",
        summary="Read an expression, by its id or name",
        response="values.Expression",
        etag=True,
        errors=(404,),
    ),
    _write(
        "PATCH /v1/expressions/{id}",
        "update_expression",
        summary="Update the given fields of an expression, by its id or name",
        request="values.ExpressionChanges",
        brief=("id",),
        also_for=(PROFILES_READ, "where anything but name and description is given"),
        response="values.Expression",
        errors=(404, 409),
    ),
    _write(
        "DELETE /v1/expressions/{id}",
        "delete_expression",
        summary="Delete an expression that is not in use, by its id or name",
        status=204,
        errors=(404, 409),
    ),
    _of_profile(
        "GET /v1/profiles/{id}/values",
        "get_profile_values",
        access="profiles:read",
        summary="Read the current aggregates, scores and expressions of a customer",
        response="profile_values.ProfileValues",
    ),
    _of_profile(
        "POST /v1/profiles/{id}/scores/{score}/points",
        "give_points",
        access="profiles:write",
        summary="Add points to a customer's score, or subtract them, by hand",
        request="profile_values.NewPoints",
        response="profile_values.PointsGiven",
        brief=("id",),
        status=201,
        personal=True,
    ),
    _of_profile(
        "GET /v1/profiles/{id}/scores/{score}/ledger",
        "list_points",
        access="profiles:read",
        summary="List the entries of a customer's score, latest first",
        response="profile_values.ScoreLedger",
        query=(query.LIMIT, query.CURSOR),
        errors=(404, 409),
    ),
)
