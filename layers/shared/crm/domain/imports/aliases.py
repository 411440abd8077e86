"""What columns and cells are called in the files of other systems, and in other languages (`aliases.json`)."""

import json
import re
import unicodedata
from functools import cache
from pathlib import Path
from typing import Any, Final

_FILE: Final = Path(__file__).with_name("aliases.json")
_WITHOUT_MARK = str.maketrans({"ł": "l", "ø": "o", "æ": "ae", "œ": "oe", "đ": "d", "\u0131": "i"})
_HUMP = re.compile(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_DIGIT = re.compile(r"(?<=[^\W\d_])(?=\d)|(?<=\d)(?=[^\W\d_])")
_GAP = re.compile(r"[\W_]+")
_REMARK = re.compile(r"(?<=\S)\s*\([^()]*\)$")


@cache
def aliases() -> dict[str, Any]:
    """The file; names of columns are in it as `key_of` answers them."""
    loaded: dict[str, Any] = json.loads(_FILE.read_bytes())
    return loaded


@cache
def names_of(section: str) -> dict[str, list[tuple[str, int]]]:
    """By key of a column: whose alias it is, and which in the order of the section's list."""
    found: dict[str, list[tuple[str, int]]] = {}
    for name, keys in aliases()[section].items():
        for place, key in enumerate(keys):
            found.setdefault(key, []).append((name, place))
    return found


def is_alias(key: str, section: str, name: str) -> bool:
    """Whether the key stands for this name."""
    return any(known == name for known, _ in names_of(section).get(key, ()))


def key_of(column: str) -> str:
    """What is the same in the spellings of a column's name: `firstName`, `FIRST_NAME` and `First name` are one."""
    spaced = _DIGIT.sub(" ", _HUMP.sub(" ", column))
    bare = "".join(mark for mark in unicodedata.normalize("NFKD", spaced) if not unicodedata.combining(mark))
    return _GAP.sub(" ", bare.casefold().translate(_WITHOUT_MARK)).strip()


def keys_of(column: str) -> list[str]:
    """The key, and that without a remark in brackets: `Create Date (PDT)`."""
    return list(dict.fromkeys([key_of(column), key_of(_REMARK.sub("", column.strip()))]))
