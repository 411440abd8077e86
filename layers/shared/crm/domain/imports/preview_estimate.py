"""Problems of an import that the beginning of its file shows, to be reviewed before the import begins."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from crm.domain.attribute import Attribute
from crm.domain.delimited.detection import Detected
from crm.domain.delimited.rows import BadRow
from crm.domain.errors import InvalidInputError
from crm.domain.imports.columns import Suggestion
from crm.domain.imports.parsed_column import INCOMPLETE_DATE, UNREADABLE_CONSENT
from crm.domain.imports.read_rows import Read
from crm.domain.imports.target import ATTRIBUTE
from crm.domain.imports.unread_words import most_frequent

MAX_LISTED_WARNINGS = 100
_MAX_NAMED = 20
BEGINNING_ONLY = "beginning_only"
_BEGINNING = (
    "only the first 256 KB were read: an import reads the whole file and may detect another "
    "encoding, another order of days and months, another decimal mark or other words"
)
_DOUBTS = {
    "phone_without_country": (
        "phone numbers without a country code are kept unchanged and identify no customer: set "
        "phone_region in the mapping"
    ),
    "unreadable_phone": "invalid phone numbers are kept unchanged and identify no customer",
    "recognised_orders": (
        "the file is a shop's export of orders or payments: each one becomes an event of its "
        "customer; to import the rows as customers, use a mapping of the kind profiles"
    ),
    "damaged_id": (
        "ids in scientific notation, like 7.01235E+12, were rounded by a spreadsheet and "
        "identify no customer: format the column as text and export the file again"
    ),
    "unusable_id": "ids that are placeholders, like 0 or null, are ignored",
    INCOMPLETE_DATE: "birthdays without a year, a month or a day are ignored",
    UNREADABLE_CONSENT: "words in consent columns mean neither yes nor no and have no effect",
    "decimal_mark_guessed": (
        "numbers like 1.500 or 1,500 are ambiguous (1500 or 1.5), and no other number resolves "
        "it: set decimal_mark"
    ),
    "unknown_mapping": "no mapping has the folder's name: the file is read without a mapping",
}


@dataclass(frozen=True, slots=True)
class PreviewWarning:
    """One problem.

    `rows`: the number of rows of the sample, None if it concerns the whole file. No cell is quoted but words about
    consents.
    """

    code: str
    message: str
    rows: int | None = None


def preview_warnings(
    detected: Detected,
    columns: Sequence[Suggestion],
    known: Mapping[str, Attribute],
    read: Read,
    *,
    refusal: InvalidInputError | None,
    warnings: Mapping[str, int],
    whole: bool,
) -> list[PreviewWarning]:
    """Return the problems, those of all rows first.

    `refusal`: why the file could not be imported at all; `whole`: the beginning is the whole file.
    """
    rejected = _rejected(read.bad)
    by_row = {problem.code for problem in rejected}
    return [
        *([PreviewWarning(refusal.code, refusal.message)] if refusal else ()),
        *(() if whole else [PreviewWarning(BEGINNING_ONLY, _BEGINNING)]),
        *(
            PreviewWarning(found.code, found.message)
            for found in detected.problems
            if found.code not in by_row
        ),
        *_undeclared(columns, known),
        *_summed_up(read),
        *rejected,
        *(PreviewWarning(code, _DOUBTS[code]) for code in warnings),
        *(
            PreviewWarning(code, _doubt(code, read), rows)
            for code, rows in sorted(read.warnings.items())
            if rows
        ),
    ]


def _doubt(code: str, read: Read) -> str:
    message = _DOUBTS.get(code, code)
    if code != UNREADABLE_CONSENT:
        return message
    return f"{message}: {', '.join(list(most_frequent(read.unread))[:_MAX_NAMED])}"


def _undeclared(columns: Sequence[Suggestion], known: Mapping[str, Attribute]) -> Iterator[PreviewWarning]:
    names = [
        column.column
        for column in columns
        if column.target.to == ATTRIBUTE and column.target.name not in known
    ]
    if names:
        listed = ", ".join(names[:_MAX_NAMED]) + (" ..." if len(names) > _MAX_NAMED else "")
        message = f"unknown columns are kept as text attributes: {listed}. Declare them, or ignore them"
        yield PreviewWarning("undeclared_attributes", message)


def _summed_up(read: Read) -> Iterator[PreviewWarning]:
    bad, all_ = len(read.bad), len(read.bad) + len(read.rows)
    if bad:
        yield PreviewWarning("rows_rejected", f"{bad} of {all_} sample rows would be rejected", bad)


def _rejected(bad: Sequence[BadRow]) -> list[PreviewWarning]:
    times = Counter((row.code, row.message) for row in bad)
    return [
        PreviewWarning(code, message, rows)
        for (code, message), rows in islice(times.most_common(), MAX_LISTED_WARNINGS)
    ]
