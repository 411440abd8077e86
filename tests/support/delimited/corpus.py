"""Delimited files, well-formed and messy, each with its expected result. They are generated, not stored."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import product

from crm.domain.delimited.dialect import Dialect
from tests.support.delimited.people import HEADERS, Table, people

DELIMITERS = (",", ";", "\t", "|")
LINE_ENDS = ("\n", "\r\n", "\r")
QUOTING = {"as needed": csv.QUOTE_MINIMAL, "all": csv.QUOTE_ALL, "none": csv.QUOTE_NONE}
ENCODINGS = (
    # of the dialect, bytes of the mark, of Python, language
    ("utf-8", b"", "utf-8", "en"),
    ("utf-8", b"", "utf-8", "pl"),
    ("utf-8", b"\xef\xbb\xbf", "utf-8", "fr"),
    ("utf-16-le", b"\xff\xfe", "utf-16-le", "cs"),
    ("utf-16-be", b"\xfe\xff", "utf-16-be", "de"),
    ("utf-16-le", b"", "utf-16-le", "es"),
    ("utf-16-be", b"", "utf-16-be", "hu"),
    ("cp1250", b"", "cp1250", "pl"),
    ("cp1250", b"", "cp1250", "cs"),
    ("cp1250", b"", "cp1250", "hu"),
    ("cp1252", b"", "cp1252", "fr"),
    ("cp1252", b"", "cp1252", "de"),
    ("cp1252", b"", "cp1252", "es"),
    ("cp1252", b"", "cp1252", "da"),
    ("cp1252", b"", "cp1252", "pt"),
    ("cp1252", b"", "cp1252", "it"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """`bad`: (number of the row, code); `error`: the code with which the file as a whole is refused."""

    name: str
    content: bytes
    dialect: Dialect = field(default_factory=Dialect)
    header: list[str] = field(default_factory=list)
    rows: Table = field(default_factory=list)
    bad: list[tuple[int, str]] = field(default_factory=list)
    error: str | None = None

    def __str__(self) -> str:
        return self.name


def written(
    table: Table, *, delimiter: str = ",", line_end: str = "\n", quoting: int = csv.QUOTE_MINIMAL
) -> str:
    """Write rows with Python's csv writer."""
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter, lineterminator=line_end, quoting=quoting).writerows(table)  # type: ignore[arg-type]
    return text.getvalue()


def well_formed() -> Iterator[Sample]:
    """Build a file for each encoding x delimiter x line end x quoting."""
    for encoded, delimiter, line_end, quoting in product(ENCODINGS, DELIMITERS, LINE_ENDS, QUOTING):
        encoding, mark, codec, language = encoded
        rows = people(language)
        if quoting != "none":
            _make_difficult(rows, delimiter, line_end)
        text = written(
            [HEADERS[language], *rows], delimiter=delimiter, line_end=line_end, quoting=QUOTING[quoting]
        )
        yield Sample(
            name=f"{encoding}{'+mark' if mark else ''} {language} {delimiter!r} {line_end!r} {quoting}",
            content=mark + text.encode(codec),
            dialect=Dialect(encoding=encoding, bom=len(mark), delimiter=delimiter),
            header=HEADERS[language],
            rows=rows,
        )


def _make_difficult(rows: Table, delimiter: str, line_end: str) -> None:
    """Add text that needs quotes: the delimiter, quotes, and line ends (the file's, others, several)."""
    notes = (
        f"one{delimiter} two",
        'says "hi"',
        f"up{line_end}down",
        f"{line_end}{line_end}",
        '"',
        "a\r\nb\nc\rd",
    )
    for row, note in zip(rows[1:], notes, strict=False):
        row[3] = note


def with_text_in_front() -> Iterator[Sample]:
    """Build files that begin with titles, blank lines or Excel's `sep=` line."""
    header, rows = HEADERS["en"], people("en")
    table = written([header, *rows], delimiter=";")
    fronts = {
        "a title": "Customers of the north\n",
        "a title and a blank line": "Customers of the north\n\n",
        "a title with commas": "Customers, north, 2026\nby Ann, Sales\n",
        "a title as wide as the table": "Customers;;;\n;;;\n",
        "two cells in front": "Exported;2026-01-31\nBy;Ann\n\n",
        "sep=": "sep=;\n",
    }
    for name, front in fronts.items():
        skipped = len(front.strip("\n").split("\n"))
        yield Sample(
            name=name,
            content=(front + table).encode(),
            dialect=Dialect(delimiter=";", skip_lines=skipped),
            header=header,
            rows=rows,
        )
    blank, dialect = b"\n\n\n" + table.encode(), Dialect(delimiter=";")
    yield Sample(name="blank lines in front", content=blank, dialect=dialect, header=header, rows=rows)


def without_header() -> Iterator[Sample]:
    """Build files without a header, whose first row is data."""
    rows = people("en")
    yield Sample(
        name="no header",
        content=written(rows).encode(),
        dialect=Dialect(header=False),
        header=["column 1", "column 2", "column 3"],
        rows=[row[:3] for row in rows],
    )
    yield Sample(
        name="addresses alone",
        content="".join(f"{row[1]}\n" for row in rows).encode(),
        dialect=Dialect(header=False),
        header=["column 1"],
        rows=[[row[1]] for row in rows],
    )
    numbers = [[str(n), f"2026-01-{n:02}", f"{n},50", "+49 30 1234567"] for n in range(10, 25)]
    yield Sample(
        name="numbers and dates alone",
        content=written(numbers, delimiter=";").encode(),
        dialect=Dialect(header=False, delimiter=";"),
        header=["column 1", "column 2", "column 3", "column 4"],
        rows=numbers,
    )


def one_column() -> Iterator[Sample]:
    """Build files of one column, without a delimiter."""
    rows = [[row[1]] for row in people("en")]
    yield Sample(
        name="one column", content=written([["E-mail"], *rows]).encode(), header=["E-mail"], rows=rows
    )
    names = [["Smith; Ann"], ["Bob"], ["Cleo"], ["Dan | Eve"], ["Fay"], ["Gus"], ["Hal"], ["Ida"]]
    text = "Name\n" + "".join(f"{name}\n" for (name,) in names)
    yield Sample(name="one column with odd names", content=text.encode(), header=["Name"], rows=names)
    yield Sample(
        name="no line end", content=b"E-mail\nann@example.com", header=["E-mail"], rows=[["ann@example.com"]]
    )
    yield Sample(name="a header alone", content=b"E-mail,Name,City\n", header=["E-mail", "Name", "City"])


def other_quotes() -> Iterator[Sample]:
    """Build files with single quotes around cells, double quotes that mean inches, and quotes that are not closed."""
    header, rows = HEADERS["en"], people("en")
    single = "\n".join(",".join(f"'{cell}'" for cell in row) for row in [header, *rows])
    yield Sample(
        name="single quotes", content=single.encode(), dialect=Dialect(quote="'"), header=header, rows=rows
    )
    inches = [replace_note(row, '5" or 6"') for row in rows]
    text = "\n".join(",".join(row) for row in [header, *inches])
    yield Sample(name="quotes inside cells", content=text.encode(), header=header, rows=inches)
    names = [replace_note(row, "'t Hooft") for row in rows]
    yield Sample(
        name="names with apostrophes", content=written([header, *names]).encode(), header=header, rows=names
    )
    opening = [replace_note(row, '"sic') for row in rows]
    yield Sample(
        name="quotes that only open",
        content="\n".join("\t".join(row) for row in [header, *opening]).encode(),
        dialect=Dialect(delimiter="\t", quote=""),
        header=header,
        rows=opening,
    )


def replace_note(row: list[str], note: str) -> list[str]:
    """Return the row with another note."""
    return [*row[:3], note]
