"""The error that makes a whole file unreadable."""

from typing import Any

from crm.domain.errors import InvalidInputError


class FileError(InvalidInputError):
    """The file as a whole cannot be read as delimited text; `code` says why."""

    code = "unreadable_file"

    def __init__(self, code: str, message: str, *, details: dict[str, Any] | None = None) -> None:
        super().__init__(message, code=code, details=details)
