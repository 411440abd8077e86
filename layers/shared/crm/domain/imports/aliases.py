"""Load the aliases of CSV headers and cells: their names in other systems and languages (`aliases.json`)."""

import json
import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import cache, lru_cache
from pathlib import Path
from string import digits
from typing import Any, Final

_FILE: Final = Path(__file__).with_name("aliases.json")
_WITHOUT_MARK = str.maketrans({"ł": "l", "ø": "o", "æ": "ae", "œ": "oe", "đ": "d", "\u0131": "i"})
_GAP = re.compile(r"[\W_]+")
_REMARK = re.compile(r"(?<=\S)\s*\([^()]*\)$")
_CUSTOM = re.compile(r"__p?c$")
"""Suffix of the names of custom fields of Salesforce."""

_EITHER = re.compile(r"[/|]")

_MIN_SENTENCE_LENGTH = 3

_MAX_NAME_LENGTH = 1_000
"""Maximum characters of a column's name that are read: some forms use whole texts as names."""

_REMEMBERED_KEYS = 500
"""Names whose keys are remembered: each column's name is looked up in every section."""

_STATES = ("status", "state", "statut", "stato", "estado", "stav")

NAMED_SECTIONS = ("attributes", "identities", "consents", "opt_outs", "events")
"""Sections of names of columns, by the kind of target."""

_LISTS = ("shared_phones", "further_emails", "statuses", "tags", "changed_at", "ignored")
_OTHERS = ("opt_out_details", "silent_no", "prefixes", "suffixes", "agreements", "other_agreements")
_PARTS = (
    "about_news",
    "of_others",
    "refusal_stems",
    "prohibitions",
    "prohibited",
    "about_newsletters",
    "of_marketing",
)


@cache
def aliases() -> dict[str, Any]:
    """Return the file, with names of columns as `key_of` returns them."""
    loaded: dict[str, Any] = json.loads(_FILE.read_bytes())
    for section in (*NAMED_SECTIONS, "refused_purposes"):
        loaded[section] = {name: _packed(names) for name, names in loaded[section].items()}
    for section in (*_LISTS, *_OTHERS, *_PARTS):
        loaded[section] = _packed(loaded[section])
    loaded["second_lines"] = {_pack(name): _packed(heads) for name, heads in loaded["second_lines"].items()}
    loaded["alone"] = {_pack(name): target for name, target in loaded["alone"].items()}
    loaded["exports"] = [_export(export) for export in loaded["exports"]]
    return loaded


def _export(export: dict[str, Any]) -> dict[str, Any]:
    targets = {
        section: {_pack(name): target for name, target in export.get(section, {}).items()}
        for section in ("columns", "opt_outs")
    }
    return export | targets | {"when": _packed(export["when"])}


def _packed(names: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(map(_pack, names)))


def _pack(name: str) -> str:
    return name.replace(" ", "")


@cache
def names_of(section: str) -> dict[str, list[tuple[str, int]]]:
    """Return, by key of a column, the names that it is an alias of, with its position in each section's list."""
    found: dict[str, list[tuple[str, int]]] = {}
    for name, keys in aliases()[section].items():
        for place, key in enumerate(keys):
            found.setdefault(key, []).append((name, place))
    return found


@cache
def _listed(section: str) -> frozenset[str]:
    return frozenset(aliases()[section])


def is_alias(key: str, section: str, name: str) -> bool:
    """Return whether the key is an alias of this name."""
    return any(known == name for known, _ in names_of(section).get(key, ()))


def is_listed(key: str, section: str) -> bool:
    """Return whether the key is in a section that is a list."""
    return key in _listed(section)


def is_known(key: str) -> bool:
    """Return whether any section contains the key."""
    return any(key in names_of(section) for section in NAMED_SECTIONS) or any(
        is_listed(key, section) for section in _LISTS
    )


def has_part(column: str, section: str) -> bool:
    """Return whether the column's name contains one of the words of a section."""
    key = alias_key(column)
    return any(part in key for part in aliases()[section])


def is_a_status(column: str) -> bool:
    """Return whether the column's name is that of a status, which may concern anything."""
    return any(is_listed(key, "statuses") or key.endswith(_STATES) for key in keys_of(column))


def concerns_another_person(column: str) -> bool:
    """Return whether the column's name concerns an account manager or a relative, not the customer."""
    return has_part(column, "of_others")


def is_agreement(column: str) -> bool:
    """Return whether the column's name is the wording of an agreement, which is not about terms alone."""
    key, known = alias_key(column), aliases()
    if len(column.split()) < _MIN_SENTENCE_LENGTH or not key.startswith(tuple(known["agreements"])):
        return False
    return any(word in key for word in known["about_news"]) or not any(
        word in key for word in known["other_agreements"]
    )


def alias_key(column: str) -> str:
    """Return the key that all spellings of a column's name share: `firstName`, `FIRSTNAME` and `First name`."""
    return _key(column[:_MAX_NAME_LENGTH])


@lru_cache(_REMEMBERED_KEYS)
def _key(name: str) -> str:
    decomposed = unicodedata.normalize("NFKD", name)
    bare = "".join(mark for mark in decomposed if not unicodedata.combining(mark))
    return _GAP.sub("", bare.casefold().translate(_WITHOUT_MARK))


def keys_of(column: str) -> list[str]:
    """Return the key, and the key without a remark in brackets, `Create Date (PDT)`, where the whole is unknown."""
    column = _CUSTOM.sub("", " ".join(column[:_MAX_NAME_LENGTH].split()))
    key, short = alias_key(column), alias_key(_REMARK.sub("", column))
    return [key] if key == short or is_known(key) else [key, short]


def lesser_keys_of(column: str) -> Iterator[str]:
    """Yield keys of parts of a name: the first of `Name / Nom`; `Billing city` and `Opt-in flag` without the affix."""
    parts = [alias_key(part) for part in _EITHER.split(column[:_MAX_NAME_LENGTH])]
    if known := [part for part in parts[1:] and parts if is_known(part)]:
        yield known[0]
    for key in keys_of(column):
        yield from _without_affix(key)


def _without_affix(key: str) -> Iterator[str]:
    unnumbered = key.rstrip(digits)
    if unnumbered != key and (unnumbered in names_of("opt_outs") or is_listed(unnumbered, "tags")):
        yield unnumbered
    for prefix in aliases()["prefixes"]:
        if key.startswith(prefix) and len(key) > len(prefix):
            yield key.removeprefix(prefix)
    for suffix in aliases()["suffixes"]:
        if key.endswith(suffix) and len(key) > len(suffix):
            yield key.removesuffix(suffix)
