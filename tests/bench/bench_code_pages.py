"""Measure how often the code page of a file of customers is detected correctly by its words.

The letter statistics are of one half of the names, and the lists of customers are of the other half.
"""

import sys
import unicodedata
from collections import Counter
from unittest.mock import patch

import charset_normalizer

from crm.domain.delimited import letters
from crm.domain.delimited.detection import FileError, detect
from crm.domain.delimited.text_source import utf8
from infra.letter_statistics import is_in_first_half, statistics
from tests.bench.code_page_files import Listed, lists
from tests.bench.figures import Figure

NAME = "code-pages"
SIZES = ((1, 6, True), (3, 6, True), (10, 6, True), (1_000, 1, False))
"""The number of rows, the lists for each language and code page, and whether all names have letters beyond ASCII."""

RIGHT, WRONG, UNREPORTED, REFUSED = "right", "wrong, with a warning", "wrong, without one", "refused"
LEAST_RIGHT = 0.98


def run() -> list[Figure]:
    """Measure the share of correct files by the number of rows, and the number of wrong files without a warning."""
    half = letters.tables_of(statistics(is_in_first_half))
    letters._fit.cache_clear()
    with patch.object(letters, "_tables", lambda: half):
        return [figure for rows, times, accented in SIZES for figure in _figures(rows, times, accented)]


def _figures(rows: int, times: int, accented: bool) -> list[Figure]:
    files = list(lists(rows, times, accented=accented))
    results = Counter((each.language, each.page, result(each)) for each in files)
    _show(results, rows)
    totals: Counter[str] = Counter()
    for (_, _, outcome), count in results.items():
        totals[outcome] += count
    naive = sum(str(charset_normalizer.from_bytes(each.content).best()) == each.text for each in files[::7])
    shown = f"{rows:,} rows: {len(files)} files"
    return [
        Figure(
            bench=NAME,
            name=f"{shown}, read correctly",
            value=totals[RIGHT] / len(files),
            budget=LEAST_RIGHT if rows > 1 else None,
            at_least=True,
            naive=naive / len(files[::7]),
        ),
        Figure(bench=NAME, name=f"{shown}, rejected", value=totals[REFUSED]),
        Figure(bench=NAME, name=f"{shown}, wrong and reported as a guess", value=totals[WRONG]),
        Figure(bench=NAME, name=f"{shown}, wrong without a warning", value=totals[UNREPORTED], budget=0),
    ]


def result(file: Listed) -> str:
    """Return how a file was read: correct, wrong with a warning, or wrong without one."""
    try:
        detected = detect(file.content, whole=True, given={})
    except FileError:
        return REFUSED
    read = b"".join(utf8([file.content], gzipped=False, encoding=detected.dialect.encoding))
    if unicodedata.normalize("NFC", read.decode(errors="replace")) == file.text:
        return RIGHT
    return WRONG if any(problem.code == "encoding_guessed" for problem in detected.problems) else UNREPORTED


def _show(results: Counter[tuple[str, str, str]], rows: int) -> None:
    """Print the incorrect files by language and code page to standard error."""
    for (language, page, outcome), count in sorted(results.items()):
        if outcome != RIGHT:
            sys.stderr.write(f"{rows:>6} rows  {language:<4}{page:<12}{outcome}: {count}\n")
