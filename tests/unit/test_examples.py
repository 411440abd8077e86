"""The API accepts the example bodies of the OpenAPI document."""

import json

import pytest

from crm.api.examples import example_of
from crm.api.route import Route
from crm.api.routes import ROUTES
from crm.http.body import read_model

WITH_BODY = [
    (route, path)
    for route in ROUTES
    if route.request and "application/json" in route.accepts
    for path in route.paths
]


@pytest.mark.parametrize(
    ("route", "path"), WITH_BODY, ids=lambda one: one if isinstance(one, str) else one.operation
)
def test_every_body_has_an_example_that_is_valid(route: Route, path: str) -> None:
    assert route.request
    body = example_of(route.request, path)
    assert body, f"{route.request} has no EXAMPLE"
    assert read_model({"body": json.dumps(body)}, route.request).keys() == body.keys()
