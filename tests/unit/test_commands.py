"""Commands are what the models of the requests validate: handlers and services are typed by what arrives."""

import importlib
import types
from collections.abc import Iterator
from typing import (
    Annotated,
    Any,
    Literal,
    NewType,
    NotRequired,
    TypedDict,
    Union,
    get_args,
    get_origin,
    get_type_hints,
    is_typeddict,
)

import pytest
from pydantic import BaseModel
from typing_extensions import TypeAliasType

from crm.api.routes import ROUTES

RAW = {"track_events", "capture_form", "unsubscribe"}
"""Functions that read bodies without a model, because pages, SDKs and mail programs send them."""

REQUESTS = sorted({route.request for route in ROUTES if route.request and route.function not in RAW})


def model_of(request: str) -> type[BaseModel]:
    area, name = request.split(".")
    model: type[BaseModel] = getattr(importlib.import_module(f"crm.api.models.{area}"), name)
    return model


def command_of(request: str) -> Any:
    area, name = request.split(".")
    return getattr(importlib.import_module(f"crm.domain.commands.{area}"), name)


def variants(hint: Any) -> tuple[Any, ...]:
    """Return the alternatives of a type, without what only Pydantic or mypy reads."""
    if isinstance(hint, NewType):
        return variants(hint.__supertype__)
    if get_origin(hint) in {Annotated, NotRequired}:
        return variants(get_args(hint)[0])
    if get_origin(hint) in {Union, types.UnionType}:
        return tuple(one for part in get_args(hint) for one in variants(part))
    if get_origin(hint) is Literal:
        return tuple(type(value) for value in get_args(hint))
    if is_model(hint) and "root" in hint.model_fields:
        return variants(hint.model_fields["root"].annotation)
    return (hint,)


def is_model(hint: Any) -> bool:
    return isinstance(hint, type) and issubclass(hint, BaseModel)


def kind_of(hint: Any) -> Any:
    is_object = is_model(hint) or is_typeddict(hint) or isinstance(hint, TypeAliasType)
    return dict if is_object else get_origin(hint) or hint


def differences(command: Any, declared: Any, at: str) -> Iterator[str]:
    """Yield where a command and a model, or their parts, differ. A free-form `dict[str, Any]` is any object."""
    ours, theirs = variants(command), variants(declared)
    if Any not in theirs and {kind_of(one) for one in ours} != {kind_of(one) for one in theirs}:
        yield f"{at} is {command} and {declared}"
    for one in ours:
        same = [other for other in theirs if kind_of(other) == kind_of(one)]
        if is_typeddict(one):
            yield from differing_fields(one, same, at)
        elif get_origin(one) in {list, dict} and get_args(one)[-1] is not Any:
            for other in same:
                yield from differences(get_args(one)[-1], get_args(other)[-1], f"{at}[]")


def differing_fields(command: Any, models: list[type[BaseModel]], at: str) -> Iterator[str]:
    """Compare a command with the models that it stands for: several, if a field tells them apart."""
    hints = get_type_hints(command, include_extras=True)
    declared = {name for model in models for name in model.model_fields}
    if hints.keys() != declared:
        yield f"{at}: {sorted(hints.keys() ^ declared)} in one of the two only"
    for name in hints.keys() & declared:
        fields = [model.model_fields[name] for model in models if name in model.model_fields]
        required = len(fields) == len(models) and all(field.is_required() for field in fields)
        if required != (name in command.__required_keys__):
            yield f"{at}.{name} is required in one of the two only"
        for field in fields:
            yield from differences(hints[name], field.annotation, f"{at}.{name}")


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
def test_differences_are_found(command: Any, differing: int) -> None:
    assert len(list(differences(command, Model, "body"))) == differing
