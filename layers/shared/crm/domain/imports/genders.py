"""Letters for genders, which mean others in other languages."""

from collections.abc import Iterable
from typing import Final

from crm.domain.imports.aliases import alias_key

GENDER: Final = "gender"

_SPANISH = frozenset("hm")
_VARON = frozenset("vm")
_SPANISH_NAMES = ("sexo", "genero")
_WORDS = {"m": "mujer", "v": "varón"}


def has_spanish_letters(cells: Iterable[str], column: str) -> bool:
    """Return whether a column uses `H` and `M`, hombre and mujer, and no other letter: Spanish does not use `F`.

    `V` and `M` are varón and mujer under a Spanish name only: in Dutch they are vrouw and man.
    """
    letters = {cell.strip().casefold() for cell in cells if len(cell.strip()) == 1}
    is_spanish = alias_key(column).startswith(_SPANISH_NAMES)
    return letters == _SPANISH or (is_spanish and "v" in letters and letters <= _SPANISH | _VARON)


def in_words(cell: str) -> str:
    """Return the letter of a Spanish column as a word."""
    return _WORDS.get(cell.strip().casefold(), cell)
