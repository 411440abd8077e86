"""Letters that stand for genders, which mean others in other languages."""

from collections.abc import Iterable
from typing import Final

GENDER: Final = "gender"

_SPANISH = frozenset("hm")
_MUJER = "mujer"


def has_spanish_letters(cells: Iterable[str]) -> bool:
    """Whether a column says `H` and `M`, hombre and mujer, and nothing else by a letter: `F` is no Spanish one."""
    letters = {cell.strip().casefold() for cell in cells if len(cell.strip()) == 1}
    return letters == _SPANISH


def in_words(cell: str) -> str:
    """The letter of a Spanish column as a word."""
    return _MUJER if cell.strip().casefold() == "m" else cell
