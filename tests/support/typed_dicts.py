"""Compare typed dicts with the Pydantic models of the same data."""

import types
from collections.abc import Iterator
from datetime import datetime
from typing import (
    Annotated,
    Any,
    Literal,
    NewType,
    NotRequired,
    Union,
    get_args,
    get_origin,
    get_type_hints,
    is_typeddict,
)

from pydantic import BaseModel
from typing_extensions import TypeAliasType


def variants(hint: Any) -> tuple[Any, ...]:
    """Return the alternatives of a type, without annotations for Pydantic or mypy."""
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
    return (str,) if hint is datetime else (hint,)


def is_model(hint: Any) -> bool:
    return isinstance(hint, type) and issubclass(hint, BaseModel)


def kind_of(hint: Any) -> Any:
    is_object = is_model(hint) or is_typeddict(hint) or isinstance(hint, TypeAliasType)
    return dict if is_object else get_origin(hint) or hint


def differences(typed: Any, declared: Any, at: str) -> Iterator[str]:
    """Yield where a typed dict and a model, or their parts, differ. A free-form `dict[str, Any]` is any object."""
    ours, theirs = variants(typed), variants(declared)
    if Any not in theirs and {kind_of(one) for one in ours} != {kind_of(one) for one in theirs}:
        yield f"{at} is {typed} and {declared}"
    for one in ours:
        same = [other for other in theirs if kind_of(other) == kind_of(one)]
        if is_typeddict(one) and all(map(is_model, same)):
            yield from differing_fields(one, same, at)
        elif get_origin(one) in {list, dict} and get_args(one)[-1] is not Any:
            for other in same:
                yield from differences(get_args(one)[-1], get_args(other)[-1], f"{at}[]")


def differing_fields(typed: Any, models: list[type[BaseModel]], at: str) -> Iterator[str]:
    """Compare a typed dict with its models: the one of its name, else several that a field distinguishes."""
    named = [model for model in models if model.__name__ == typed.__name__.removesuffix("View")]
    models, at = named or models, f"{at}:{typed.__name__}"
    if at.count(f":{typed.__name__}") > 1:
        return  # it contains itself
    hints = get_type_hints(typed, include_extras=True)
    declared = {name for model in models for name in model.model_fields}
    if hints.keys() != declared:
        yield f"{at}: {sorted(hints.keys() ^ declared)} in one of the two only"
    for name in hints.keys() & declared:
        fields = [model.model_fields[name] for model in models if name in model.model_fields]
        required = len(fields) == len(models) and all(field.is_required() for field in fields)
        if required != (name in typed.__required_keys__):
            yield f"{at}.{name} is required in one of the two only"
        for field in fields:
            yield from differences(hints[name], field.annotation, f"{at}.{name}")
