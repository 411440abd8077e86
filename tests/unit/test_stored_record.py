"""Stored records are read unchanged, by this version and by the versions before and after it."""

from __future__ import annotations

import importlib
import inspect
import json
import pkgutil
from dataclasses import dataclass, field, fields, is_dataclass
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints, is_typeddict

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import crm
from crm.domain.api_key import ApiKey
from crm.domain.attribute import Attribute
from crm.domain.delimited.dialect import Dialect
from crm.domain.event_categories import EventCategories
from crm.domain.fold_rules import Declarations
from crm.domain.forms.definition import Form
from crm.domain.imports.evidence import ColumnEvidence
from crm.domain.imports.mapping import ImportMapping
from crm.domain.imports.plan import ReadPlan
from crm.domain.job import Job
from crm.domain.named import Named
from crm.domain.segments.definition import Segment
from crm.domain.segments.value_definition import ValueDefinition
from crm.domain.source import Source
from crm.domain.stored_record import formerly, from_record, to_record
from crm.domain.webhooks.definition import Webhook
from crm.domain.webhooks.delivery import DeadDelivery
from crm.domain.webhooks.event import WebhookEvent
from crm.services.imports.import_file import ImportFile
from crm.services.imports.stage_0_plan import _Scan
from tests.support.thoroughness import part_of

STORED: list[Any] = [
    ApiKey,
    Attribute,
    ColumnEvidence,
    DeadDelivery,
    Declarations,
    Dialect,
    WebhookEvent,
    EventCategories,
    Form,
    ImportMapping,
    Job,
    Named,
    ImportFile,
    ReadPlan,
    Segment,
    Source,
    ValueDefinition,
    Webhook,
    _Scan,
]
STORED_NAMES = Path(__file__).parents[1] / "support/data/stored_names.json"
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=2), inner, max_size=2),
    max_leaves=4,
)
PLAIN: dict[Any, st.SearchStrategy[Any]] = {
    str: st.text(max_size=4),
    int: st.integers(),
    bool: st.booleans(),
    float: st.floats(allow_nan=False),
    Any: JSON,
    NoneType: st.none(),
}


def values_of(hint: Any) -> st.SearchStrategy[Any]:
    """Return a strategy of any values of a type that records can contain."""
    if hint in PLAIN:
        return PLAIN[hint]
    if is_dataclass(hint) and isinstance(hint, type):
        return st.builds(hint, **fields_of(hint))
    if is_typeddict(hint):
        return st.fixed_dictionaries(fields_of(hint))
    return collections_of(hint)


def fields_of(hint: Any) -> dict[str, st.SearchStrategy[Any]]:
    hints = get_type_hints(hint)
    names = [each.name for each in fields(hint)] if is_dataclass(hint) else list(hints)
    return {name: values_of(hints[name]) for name in names}


def collections_of(hint: Any) -> st.SearchStrategy[Any]:
    origin, args = get_origin(hint), get_args(hint)
    if origin in {Union, UnionType}:
        return st.one_of(*map(values_of, args))
    if origin is tuple and args[-1] is not Ellipsis:
        return st.tuples(*map(values_of, args))
    if origin in {tuple, list}:
        return st.lists(values_of(args[0]), max_size=3).map(origin)
    return st.dictionaries(st.text(max_size=3), values_of(args[1]), max_size=3)


@pytest.mark.parametrize("type_", STORED)
@settings(max_examples=part_of(40))
@given(data=st.data())
def test_a_record_is_read_back_unchanged(type_: Any, data: st.DataObject) -> None:
    value = data.draw(values_of(type_))
    assert from_record(type_, json.loads(json.dumps(to_record(value)))) == value


@pytest.mark.parametrize("type_", STORED)
@settings(max_examples=part_of(40))
@given(data=st.data())
def test_unknown_fields_of_a_later_version_are_ignored(type_: Any, data: st.DataObject) -> None:
    value = data.draw(values_of(type_))
    assert from_record(type_, to_record(value) | {"colour": "red"}) == value


@pytest.mark.parametrize("type_", STORED)
@settings(max_examples=part_of(40))
@given(data=st.data())
def test_missing_fields_of_an_earlier_version_have_defaults(type_: Any, data: st.DataObject) -> None:
    value = data.draw(values_of(type_))
    required = {name for name, one in inspect.signature(type_).parameters.items() if one.default is one.empty}
    kept = {name: getattr(value, name) for name in required}
    left = from_record(type_, {name: stored for name, stored in to_record(value).items() if name in required})
    assert left == type_(**kept)


@dataclass(frozen=True)
class _Inner:
    names: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Outer:
    inner: _Inner
    others: tuple[_Inner, ...] = ()
    pair: tuple[str | int, _Inner] | None = None
    free: dict[str, Any] = field(default_factory=dict)


def test_nested_records_are_read_by_their_type() -> None:
    outer = _Outer(_Inner(("a",)), (_Inner(("b",)), _Inner()), (1, _Inner(("c",))), {"list": [1]})
    assert to_record(outer) == {
        "inner": {"names": ["a"]},
        "others": [{"names": ["b"]}, {"names": []}],
        "pair": [1, {"names": ["c"]}],
        "free": {"list": [1]},
    }
    assert from_record(_Outer, {"inner": {"names": ["a"], "new": 1}}) == _Outer(_Inner(("a",)))


@dataclass(frozen=True)
class _Renamed:
    name: str = field(default="", metadata=formerly("title"))


def test_a_renamed_field_is_read_under_its_former_name() -> None:
    assert from_record(_Renamed, {"title": "a"}) == _Renamed("a")
    assert from_record(_Renamed, {"title": "a", "name": "b"}) == _Renamed("b")
    assert to_record(_Renamed("a")) == {"name": "a"}


@pytest.mark.parametrize("type_", STORED)
def test_every_former_field_name_is_read(type_: Any) -> None:
    """A renamed field declares its former name; a new field is added to the names."""
    stored = set(json.loads(STORED_NAMES.read_text())[type_.__name__])
    names = {field.name for field in fields(type_)}
    former = {field.metadata["formerly"] for field in fields(type_) if field.metadata}
    assert stored == names | former


@settings(max_examples=part_of(20))
@given(values_of(ImportFile))
def test_an_import_that_was_planned_before_a_deployment_is_read(file: ImportFile) -> None:
    record = to_record(file)
    record["told_headless"] = record.pop("declared_headless")
    assert from_record(ImportFile, record) == file


def test_a_missing_field_without_a_default_is_an_error() -> None:
    with pytest.raises(TypeError, match="inner"):
        from_record(_Outer, {})


def test_records_have_one_codec() -> None:
    """The exceptions are activities and profiles, which are compact, and mappings, which have the form of the API."""
    own = {"crm.domain.activity", "crm.domain.imports.mapping", "crm.domain.stored_record"}
    for found in pkgutil.walk_packages(crm.__path__, "crm."):
        if found.name.startswith(("crm.domain", "crm.services", "crm.storage")):
            module = importlib.import_module(found.name)
            for name in ("to_record", "from_record"):
                defined = getattr(module, name, None)
                if defined is not None and defined.__module__ == found.name:
                    assert found.name in own
