"""Contacts as shops export them: twelve columns, companies with commas, two phones; the same ones each time."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

HEADER = (
    "first_name",
    "last_name",
    "company_name",
    "address",
    "city",
    "county",
    "state",
    "zip",
    "phone1",
    "phone2",
    "email",
    "web",
)
REAL = Path(__file__).parents[3] / "shared/data/contacts-us-500.csv"
"""The file is beside the repository, not in it."""

_FIRST = ("James", "Josephine", "Art", "Lenna", "Donette", "Simona", "Mitsue", "Leota", "Sage", "Kris", "Zoë")
_LAST = ("Butt", "Darakjy", "Venere", "Paprocki", "Foller", "Morasca", "Tollner", "Dilliard", "Wieser")
_TRADES = ("Benton, John B Jr", "Chanay, Jeffrey A Esq", "Chemel, James L Cpa", "Feltz Printing Service")
_CITIES = (
    ("New Orleans", "Orleans", "LA"),
    ("Brighton", "Livingston", "MI"),
    ("Bridgeport", "Gloucester", "NJ"),
)


def contact(number: int, domain: str = "example.com", *, country_code: str = "") -> list[str]:
    """Build a row. No two numbers have an email address or a phone in common.

    Without a country code, phones are texts that identify no customer.
    """
    first, last = _FIRST[number % len(_FIRST)], _LAST[number % len(_LAST)]
    city, county, state = _CITIES[number % len(_CITIES)]
    return [
        first,
        last,
        f"{_TRADES[number % len(_TRADES)]} {number}",
        f"{number} N Blue Gum St",
        city,
        county,
        state,
        f"{10_000 + number % 90_000}",
        f"{country_code}{5_042_000_000 + 2 * number}",
        f"{country_code}{5_042_000_001 + 2 * number}",
        f"{last.lower()}.{number}@{domain}",
        f"http://www.shop{number}.example",
    ]


def as_csv(
    rows: Iterable[Sequence[str]],
    *,
    delimiter: str = ",",
    line_end: str = "\r\n",
    header: Sequence[str] = HEADER,
) -> str:
    """Write rows as a CSV file, with quotes around the cells that need them."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=delimiter, lineterminator=line_end)
    writer.writerow(header)
    writer.writerows(rows)
    return text.getvalue()


def stream(size: int, piece: int) -> Iterator[bytes]:
    """Yield a file of a number of bytes in pieces, with the same rows repeatedly."""
    header, _, body = as_csv(map(contact, range(5_000))).encode().partition(b"\r\n")
    tape = body * (piece // len(body) + 2)
    yield header + b"\r\n"
    left, at = size - len(header) - 2, 0
    while left > 0:
        yield tape[at : at + min(piece, left)]
        left, at = left - piece, (at + piece) % len(body)
