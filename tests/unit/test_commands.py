"""Commands have the fields of the validated request models, so that handlers and services are typed by requests."""

import importlib
from typing import Any, NotRequired, TypedDict

import pytest
from pydantic import BaseModel

from crm.api.routes import ROUTES
from tests.support.typed_dicts import differences

RAW = {"track_events", "capture_form", "unsubscribe"}
"""Functions that read bodies without a model, since pages, SDKs and mail programs send them."""

REQUESTS = sorted({route.request for route in ROUTES if route.request and route.function not in RAW})


def model_of(request: str) -> type[BaseModel]:
    area, name = request.split(".")
    model: type[BaseModel] = getattr(importlib.import_module(f"crm.api.models.{area}"), name)
    return model


def command_of(request: str) -> Any:
    area, name = request.split(".")
    return getattr(importlib.import_module(f"crm.domain.commands.{area}"), name)


@pytest.mark.parametrize("request_", REQUESTS)
def test_a_command_has_the_fields_of_its_model(request_: str) -> None:
    assert list(differences(command_of(request_), model_of(request_), request_)) == []


class Model(BaseModel):
    name: str
    rules: list[str] = []
    window: dict[str, int] | None = None


class Same(TypedDict):
    name: str
    rules: NotRequired[list[str]]
    window: NotRequired[dict[str, Any] | None]


class Misspelt(TypedDict):
    nam: str
    rules: NotRequired[list[str]]
    window: NotRequired[dict[str, int] | None]


class OtherTypes(TypedDict):
    name: NotRequired[str]
    rules: NotRequired[list[int]]
    window: NotRequired[dict[str, int]]


@pytest.mark.parametrize(("command", "differing"), [(Same, 0), (Misspelt, 1), (OtherTypes, 3)])
def test_a_command_that_differs_from_its_model_is_reported(command: Any, differing: int) -> None:
    assert len(list(differences(command, Model, "body"))) == differing
