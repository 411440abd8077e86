"""Where a request ends: our own errors become answers, anything else escapes."""

import traceback
from collections.abc import Callable

from crm.domain.errors import CrmError
from crm.http.answers import Answer, error_answer
from crm.observability import UnexpectedError, log

__all__ = ["UnexpectedError", "answered"]


def answered(produce: Callable[[], Answer], *, route: str) -> Answer:
    """What `produce` answers, or the answer to the CrmError it raises. Raises UnexpectedError for anything else."""
    try:
        return produce()
    except CrmError as error:
        return error_answer(error)
    except Exception as error:
        # Lambda logs the message of what escapes, and a message can quote a customer: only type and place go on.
        log.exception("unexpected error", extra={"route": route})
        raise UnexpectedError(_where(error)) from None


def _where(error: Exception) -> str:
    frame = traceback.extract_tb(error.__traceback__)[-1]
    return f"{type(error).__name__} in {frame.name}, line {frame.lineno}"
