"""Operations return the fields that the models of their responses declare; mypy checks the types."""

import importlib
from typing import Any, get_type_hints, is_typeddict

import pytest
from pydantic import BaseModel

from crm.api.models import privacy as models
from crm.api.route import Route
from crm.api.routes import ROUTES
from crm.domain.views import privacy as views
from tests.support.typed_dicts import differences, variants

RAW = {"track_events", "serve_site", "serve_console", "capture_form", "unsubscribe"}
"""Functions with other responses, such as pages and scripts."""

REPLIES = {("export_profile", "export_profile"), ("link_profiles", "unmerge_profile")}
"""Operations that return a `Reply` with additional headers."""


def returned(route: Route) -> Any:
    function = importlib.import_module(f"functions.{route.function}.app")
    return get_type_hints(getattr(function, route.operation, None) or (lambda: None)).get("return")


def is_typed(view: Any) -> bool:
    return all(is_typeddict(one) for one in variants(view))


RETURNED = [(route, returned(route)) for route in ROUTES if route.response]
TYPED = [(route, view) for route, view in RETURNED if is_typed(view)]


def model_of(route: Route) -> type[BaseModel]:
    area, name = (route.response or "").split(".")
    model: type[BaseModel] = getattr(importlib.import_module(f"crm.api.models.{area}"), name)
    return model


@pytest.mark.parametrize(("route", "view"), TYPED, ids=[route.key for route, _ in TYPED])
def test_an_operation_returns_the_model_of_its_route(route: Route, view: Any) -> None:
    assert list(differences(view, model_of(route), route.key)) == []


def test_every_operation_with_a_json_response_is_typed() -> None:
    untyped = {(route.function, route.operation) for route, view in RETURNED if not is_typed(view)}
    assert {name for name in untyped if name[0] not in RAW} == REPLIES


@pytest.mark.parametrize(
    ("view", "model"),
    [
        (views.PersonExportView, models.PersonExport),
        (views.ProcessingConsentView, models.ProcessingConsent),
        (views.MemberView, models.Member),
        (views.OmittedPartView, models.OmittedPart),
        (views.HeldActivityView, models.HeldActivity),
        (views.RejectedInputView, models.RejectedInput),
        (views.HeldRejectionView, models.HeldRejection),
        (views.HeldFileView, models.HeldFile),
    ],
)
def test_the_data_held_on_a_person_has_the_fields_of_its_model(view: Any, model: type[BaseModel]) -> None:
    assert get_type_hints(view).keys() == model.model_fields.keys()
