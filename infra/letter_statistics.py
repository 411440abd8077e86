"""Count letters in names, places and columns of many languages: the statistics for detecting code pages.

`make letters` writes them. The words are those of Babel (countries, languages, currencies, cities, months) and Faker
(names, cities, companies, jobs), and names of columns in `letters/languages.json`.
"""

import hashlib
import importlib
import json
import math
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

from babel import Locale

LANGUAGES: dict[str, dict[str, Any]] = json.loads(
    Path(__file__).with_name("letters").joinpath("languages.json").read_text()
)
STATISTICS = Path(__file__).parents[1] / "layers/shared/crm/domain/delimited/letter_statistics.json"
MAX_LENGTH = 60
"""Maximum length of a name, in characters; longer ones are texts."""

_CHARACTERS_ALONE = {"ja", "ko", "zh", "zht"}
_NAMES, _CLDR, _COLUMNS = 1_000, 500, 500
"""Total weight of the words of each origin."""

_LEAST_SHARE = 3e-5
_WORD = re.compile(r"(?:[^\W\d_]|[\u0300-\u036f\u0e31-\u0e4e\u0591-\u05c7\u064b-\u0652])+")
# Code pages have the letters with a cedilla in place of those with a comma.
ROMANIAN = str.maketrans("\u0219\u021b\u0218\u021a", "\u015f\u0163\u015e\u0162")

Chosen = Callable[[str], bool]


def is_in_first_half(word: str) -> bool:
    """Assign a word to one of two random halves: statistics from one half are tested on the other."""
    return hashlib.sha256(word.encode()).digest()[0] % 2 == 0


@cache
def names(language: str) -> list[str]:
    """Return names, cities, companies and jobs."""
    found: list[str] = []
    for locale in LANGUAGES[language]["faker"]:
        for kind in ("person", "address", "company", "job"):
            try:
                provider = importlib.import_module(f"faker.providers.{kind}.{locale}").Provider
            except ImportError:
                continue
            found += [
                text
                for name, value in vars(provider).items()
                if not name.startswith("_") and "format" not in name
                for text in _texts(value)
            ]
    return [name for name in dict.fromkeys(found) if len(name) < MAX_LENGTH]


def columns(language: str) -> list[str]:
    """Return words in the names of columns."""
    return list(LANGUAGES[language]["columns"].split())


def statistics(chosen: Chosen) -> dict[str, dict[str, Any]]:
    """Compute the content of the file from the selected names."""
    return {
        language: {**_statistics(language, chosen), "words": _known_words(language)} for language in LANGUAGES
    }


def _known_words(language: str) -> str:
    """Select the most frequent names and column words with letters beyond ASCII."""
    listed = f"{LANGUAGES[language].get('names', '')} {LANGUAGES[language]['columns']}".translate(ROMANIAN)
    words = (word.lower() for word in _WORD.findall(listed))
    return " ".join(sorted({word for word in words if not word.isascii()}))


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        yield from _texts([*value.keys(), *value.values()])
    elif isinstance(value, list | tuple | set):
        for each in value:
            yield from _texts(each)


def _cldr(language: str) -> list[str]:
    locale = Locale.parse(LANGUAGES[language]["babel"])
    cities = [zone["city"] for zone in locale.time_zones.values() if "city" in zone]
    dates = [name for part in (locale.months, locale.days) for of in part.values() for name in _texts(of)]
    shown = (locale.territories, locale.languages, locale.currencies)
    return list(dict.fromkeys([*(name for kind in shown for name in kind.values()), *cities, *dates]))


def _statistics(language: str, chosen: Chosen) -> dict[str, dict[str, str]]:
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    _count(counts, filter(chosen, names(language)), _NAMES)
    _count(counts, _cldr(language), _CLDR)
    _count(counts, columns(language), _COLUMNS)
    if language in _CHARACTERS_ALONE:
        return {"*": _costs(sum(counts.values(), Counter()), least=0)}
    return {context: _costs(counted, least=_LEAST_SHARE) for context, counted in counts.items()}


def _count(counts: dict[str, Counter[str]], texts: Iterable[str], weight: float) -> None:
    words = [
        word
        for text in texts
        for word in _WORD.findall(text.translate(ROMANIAN).lower())
        if not word.isascii()
    ]
    for word in words:
        context = "^"
        for letter in word:
            counts[context]["a" if letter.isascii() else letter] += weight / len(words)  # type: ignore[assignment]
            context = "a" if letter.isascii() else "n"


def _costs(counted: Counter[str], *, least: float) -> dict[str, str]:
    total = sum(counted.values()) + 5
    costs: dict[int, str] = defaultdict(str)
    for letter, count in sorted(counted.items()):
        if count / total > least:
            costs[round(-4 * math.log(count / total))] += letter
    return {str(cost): costs[cost] for cost in sorted(costs)}


if __name__ == "__main__":
    counted = statistics(lambda _: True)
    STATISTICS.write_text(
        json.dumps(counted, ensure_ascii=False, separators=(",", ":"), sort_keys=True) + "\n"
    )
    sys.stdout.write(f"{STATISTICS.stat().st_size:,} bytes\n")
