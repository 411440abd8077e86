"""Convert CrmErrors to responses at the boundary of a request; all other exceptions escape."""

from collections.abc import Callable

from crm.domain.errors import CrmError
from crm.http.answers import Answer, error_answer
from crm.observability import UnexpectedError, unexpected

__all__ = ["UnexpectedError", "respond"]


def respond(produce: Callable[[], Answer], *, route: str) -> Answer:
    """Return the response of `produce`, or the error response for a CrmError. Raises UnexpectedError for any other
    exception.
    """
    try:
        return produce()
    except CrmError as error:
        return error_answer(error)
    except Exception as error:
        raise unexpected(error, route=route) from None
