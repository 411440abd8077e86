"""Where a request ends: our own errors become answers, anything else escapes."""

from collections.abc import Callable

from crm.domain.errors import CrmError
from crm.http.answers import Answer, error_answer
from crm.observability import UnexpectedError, unexpected

__all__ = ["UnexpectedError", "answered"]


def answered(produce: Callable[[], Answer], *, route: str) -> Answer:
    """What `produce` answers, or the answer to the CrmError it raises. Raises UnexpectedError for anything else."""
    try:
        return produce()
    except CrmError as error:
        return error_answer(error)
    except Exception as error:
        raise unexpected(error, route=route) from None
