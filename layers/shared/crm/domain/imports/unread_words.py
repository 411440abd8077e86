"""Unreadable words about consents in a report: `column: word`, and how often."""

from collections import Counter
from collections.abc import Mapping

_MAX_WORDS = 50
"""Maximum different words in a report, the most frequent."""

MAX_OF_COLUMN = 20
"""Maximum different words of a column: a column with more holds something else, perhaps names."""

_OTHER_WORD = "..."
_MAX_WORD_LENGTH = 40


def report_word(column: str, cell: str) -> str:
    """Return a word for the report, never a text that could be about a person: an address, a number, a sentence."""
    word = " ".join(cell.split())
    is_word = len(word) <= _MAX_WORD_LENGTH and not any(mark.isdigit() or mark in "@:" for mark in word)
    return f"{column}: {word if is_word else _OTHER_WORD}"


def most_frequent(unread: Mapping[str, int]) -> dict[str, int]:
    """Return the words that a report lists."""
    different = Counter(_column_of(word) for word in unread)
    kept: Counter[str] = Counter()
    for word, times in unread.items():
        column = _column_of(word)
        is_listed = different[column] <= MAX_OF_COLUMN
        kept[word if is_listed else report_word(column, _OTHER_WORD)] += times
    return dict(kept.most_common(_MAX_WORDS))


def _column_of(word: str) -> str:
    return word.rpartition(": ")[0]
