"""The stored form of dataclasses: plain JSON, written and read in one way.

Records outlive the version that wrote them: a field that a record does not have gets its default, and a field that this
version does not know is ignored. A field that was renamed declares its former name: `field(metadata=formerly("name"))`.
"""

from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from functools import cache, partial
from types import NoneType, UnionType
from typing import Any, TypeVar, Union, cast, get_args, get_origin, get_type_hints

T = TypeVar("T")
_Read = Callable[[Any], Any]

_FORMERLY = "formerly"


def formerly(name: str) -> dict[str, str]:
    """Return the metadata of a field that earlier versions stored under another name."""
    return {_FORMERLY: name}


def to_record(value: Any) -> dict[str, Any]:
    """Convert a dataclass to its stored form: every field by its name, tuples as lists, dataclasses as objects."""
    return {field.name: _plain(getattr(value, field.name)) for field in fields(value)}


def from_record(type_: type[T], record: Mapping[str, Any]) -> T:
    """Restore a dataclass from its stored form. Raises TypeError when a field without a default is missing."""
    readers = _readers(cast("Any", type_))
    return type_(**{field: read(record[name]) for name, (field, read) in readers.items() if name in record})


def _plain(value: Any) -> Any:
    if is_dataclass(value):
        return to_record(value)
    if isinstance(value, list | tuple):
        return [_plain(entry) for entry in value]
    if isinstance(value, Mapping):
        return {key: _plain(entry) for key, entry in value.items()}
    return value


@cache
def _readers(type_: Any) -> dict[str, tuple[str, _Read]]:
    """Return the field of each stored name, and its reader: a present name after the former one, which it overrides."""
    hints = get_type_hints(type_)
    found = [(field.metadata.get(_FORMERLY, ""), field.name) for field in fields(type_)]
    former = {name: (field, _reader(hints[field])) for name, field in found if name}
    return former | {field: (field, _reader(hints[field])) for _, field in found}


def _reader(hint: Any) -> _Read:
    """Return the function that reads values of this type."""
    if isinstance(hint, type) and is_dataclass(hint):
        return partial(from_record, hint)
    if get_origin(hint) is tuple:
        return _tuple_reader(*get_args(hint))
    if get_origin(hint) in {Union, UnionType}:
        options = [option for option in get_args(hint) if option is not NoneType]
        if len(options) == 1:
            read = _reader(options[0])
            return lambda value: None if value is None else read(value)
    return _unchanged


def _tuple_reader(*entries: Any) -> _Read:
    if entries[-1] is Ellipsis:
        read = _reader(entries[0])
        return lambda values: tuple(map(read, values))
    readers = [_reader(entry) for entry in entries]
    return lambda values: tuple(read(value) for read, value in zip(readers, values, strict=True))


def _unchanged(value: Any) -> Any:
    return value
