"""Collect the errors in the fields of a request to report all of them at once."""

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice

from crm.domain.errors import InvalidInputError

MAX_LISTED_ERRORS = 100


class FieldErrors:
    """Collects the InvalidInputErrors of fields; `code` and message of the response are those of the first."""

    def __init__(self) -> None:
        self._code = ""
        self._errors: list[dict[str, str]] = []

    @contextmanager
    def within(self, field: str, *, parts: bool = False) -> Iterator[None]:
        """Record an error that is raised in the block as one of this field, and continue after the block.

        `parts`: the field has fields of its own, one of which the error names.
        """
        try:
            yield
        except InvalidInputError as error:
            self._code = self._code or error.code
            named = error.details.get("field", "") if parts else ""
            inner = error.details.get("errors") or [{"field": named, "message": error.message}]
            self._errors += [
                {"field": f"{field}.{one['field']}" if one["field"] else field, "message": one["message"]}
                for one in inner
            ]

    def raise_any(self) -> None:
        """Raise InvalidInputError with everything in `details.errors` if there was an error."""
        if self._errors:
            first = self._errors[0]
            raise InvalidInputError(
                f"{first['field']}: {first['message']}",
                code=self._code,
                details={"errors": list(islice(self._errors, MAX_LISTED_ERRORS))},
            )
