"""Recognise the columns of a header, and return what each of them fills."""

from crm.domain.imports.columns import Suggestion, recognise
from crm.domain.standard_attributes import STANDARD


def suggestions(header: str, *rows: list[str], delimiter: str = ",", **more: str) -> list[Suggestion]:
    return recognise(header.split(delimiter), rows, STANDARD, ("crm_id",), **more)  # type: ignore[arg-type]


def filled(header: str, *rows: list[str], delimiter: str = ",", **more: str) -> dict[str, str]:
    """Return what each column fills: `city`, `identity email`, `consent email`, `tags`."""
    found = suggestions(header, *rows, delimiter=delimiter, **more)
    return {
        known.column: " ".join(
            word for word in (known.target.to, known.target.name) if word and word != "attribute"
        )
        for known in found
    }


def expect(found: dict[str, str], expected: dict[str, str]) -> None:
    assert {column: found[column] for column in expected} == expected
