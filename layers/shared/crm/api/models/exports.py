"""Exports: files of selected customers."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from crm.api.models.base import Instant, Output, Properties
from crm.api.models.jobs import Job
from crm.api.models.selections import Selected
from crm.domain.exports.formats import CSV, FORMATS

_MAX_COLUMNS = 1000

ExportColumns = Annotated[
    list[Annotated[str, Field(min_length=1, max_length=150)]],
    Field(
        max_length=_MAX_COLUMNS,
        examples=[["email", "first_name", "consent:email"]],
        description=(
            "Columns in the order of the file. If omitted: all columns with a value for at least one customer of the "
            "selection, as docs/exporting.md lists them. `attribute:<name>` is an undeclared attribute."
        ),
    ),
]
Format = Literal[FORMATS]  # type: ignore[valid-type] # the formats that the domain knows


class NewExport(Selected):
    """An export. The customers are selected by exactly one of `ids`, `filter`, `tag`, `list`, `segment`, `group` and
    `all`.
    """

    EXAMPLE: ClassVar[Properties] = {"filter": {"city": "Berlin"}, "format": "xlsx"}

    columns: ExportColumns = Field(default=[])
    format: Format = CSV


class ExportFile(Output):
    """The file of an export. `bytes` is its size."""

    name: str = Field(examples=["customers-2026-11-21.csv"])
    format: Format
    bytes: int
    rows: int = Field(description="Number of customers in the file.")
    columns: int
    url: str | None = Field(
        description=(
            "Link to the file, valid for 15 minutes from this response; each response has a new link. Null once the "
            "file is deleted."
        )
    )
    expires_at: Instant = Field(
        description="When the file is deleted. The link expires earlier, after its 15 minutes."
    )


class Export(Job):
    """The job that writes a file of customers."""

    format: Format
    selected_by: Literal["ids", "filter", "tag", "list", "segment", "group", "all"]
    selected: int | None = Field(description="Number of customers in the selection; null until it is known.")
    file: ExportFile | None = Field(description="Null until the job is done.")


class ExportPage(Output):
    """A page of exports, newest first."""

    exports: list[Export]
    next_cursor: str | None
