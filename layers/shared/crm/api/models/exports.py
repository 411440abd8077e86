"""Exports: selected customers as files."""

from typing import Annotated, Literal

from pydantic import Field

from crm.api.models.base import Instant, Output
from crm.api.models.jobs import Job
from crm.api.models.selections import Selected
from crm.domain.exports.formats import CSV, FORMATS

MOST_COLUMNS = 1000

Columns = Annotated[
    list[Annotated[str, Field(min_length=1, max_length=150)]],
    Field(
        max_length=MOST_COLUMNS,
        examples=[["email", "first_name", "consent:email"]],
        description="In the order of the file. None: all that anybody in the selection fills, as docs/exporting.md "
        "lists them. `attribute:<name>` is an attribute that is not declared.",
    ),
]
Format = Literal[FORMATS]  # type: ignore[valid-type] # the formats that the domain knows


class NewExport(Selected):
    """Whom to export: exactly one of `ids`, `filter`, `tag`, `list`, `segment`, `group` and `all`; and how."""

    columns: Columns = Field(default=[])
    format: Format = CSV


class ExportFile(Output):
    """The file of an export. `bytes` is its size."""

    name: str = Field(examples=["customers-2026-11-21.csv"])
    format: Format
    bytes: int
    rows: int = Field(description="Customers in it.")
    columns: int
    url: str | None = Field(
        description="Good for 15 minutes from this answer on; the next answer has a new one. Null once it is deleted."
    )
    expires_at: Instant = Field(
        description="When the file is deleted. The link ends before, after its 15 minutes."
    )


class Export(Job):
    """The job that writes a file of customers."""

    format: Format
    selected_by: Literal["ids", "filter", "tag", "list", "segment", "group", "all"]
    selected: int | None = Field(
        description="How many customers are in the selection; null until it is known."
    )
    file: ExportFile | None = Field(description="Null until the job is done.")


class ExportPage(Output):
    """One page of exports, newest first."""

    exports: list[Export]
    next_cursor: str | None
