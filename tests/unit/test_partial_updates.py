"""Partial updates: omitted fields do not change, and null is accepted only where it has a meaning."""

from __future__ import annotations

import importlib
from typing import Any

import pytest
from pydantic import BaseModel, ValidationError

from crm.api.models.base import PartialUpdate
from crm.api.routes import ROUTES
from crm.domain.errors import InvalidInputError
from crm.http.body import read_model

ATTRIBUTE_VALUES = "edits.AttributeValues"
"""An object with any names, each of which may be omitted or null."""

BODIES = sorted(
    {
        route.request
        for route in ROUTES
        if route.method == "PATCH" and route.request and route.request != ATTRIBUTE_VALUES
    }
)


def model_of(body: str) -> type[BaseModel]:
    area, _, name = body.partition(".")
    model: type[BaseModel] = getattr(importlib.import_module(f"crm.api.models.{area}"), name)
    return model


def takes_null(schema: dict[str, Any]) -> bool:
    return any(option.get("type") == "null" for option in schema.get("anyOf", ()))


FIELDS = [(body, field) for body in BODIES for field in model_of(body).model_json_schema()["properties"]]


def test_every_patch_is_a_partial_update() -> None:
    assert len(BODIES) > 10
    assert [body for body in BODIES if not issubclass(model_of(body), PartialUpdate)] == []


@pytest.mark.parametrize("body", BODIES)
def test_fields_are_optional_and_have_no_default(body: str) -> None:
    schema = model_of(body).model_json_schema()
    assert "required" not in schema
    assert [name for name, field in schema["properties"].items() if "default" in field] == []


@pytest.mark.parametrize("body", BODIES)
@pytest.mark.parametrize("sent", [{}, {"body": "{}"}, {"body": ""}])
def test_omitted_fields_are_unchanged(body: str, sent: dict[str, str]) -> None:
    assert read_model(sent, body) == {}


@pytest.mark.parametrize(("body", "field"), FIELDS)
def test_null_is_accepted_only_where_the_schema_allows_it(body: str, field: str) -> None:
    sent = {"body": f'{{"{field}": null}}'}
    if takes_null(model_of(body).model_json_schema()["properties"][field]):
        assert read_model(sent, body) == {field: None}
    else:
        with pytest.raises(InvalidInputError) as refused:
            read_model(sent, body)
        assert {error["field"].split(".")[0] for error in refused.value.details["errors"]} == {field}


@pytest.mark.parametrize("body", BODIES)
def test_an_unknown_field_is_refused(body: str) -> None:
    with pytest.raises(InvalidInputError):
        read_model({"body": '{"colour": "red"}'}, body)


def test_a_subclass_of_a_body_with_defaults_loses_them() -> None:
    class Given(BaseModel):
        colour: str = "red"
        size: int

    class Changes(PartialUpdate, Given):
        pass

    assert Changes.model_validate({}).model_dump() == {}
    assert Changes.model_validate({"size": 2}).model_dump() == {"size": 2}
    assert Given(size=1).colour == "red"
    with pytest.raises(ValidationError):
        Given.model_validate({})
