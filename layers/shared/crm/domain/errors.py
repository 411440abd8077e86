"""The exception tree. `crm.http` maps it to HTTP; the message says what was wrong and what would be right."""

from collections.abc import Iterable
from typing import Any


class CrmError(Exception):
    """A request that is refused or cannot be served, with a stable code for programs and a message for people."""

    code = "error"

    def __init__(
        self, message: str, *, code: str | None = None, details: dict[str, Any] | None = None
    ) -> None:
        super().__init__(message)
        self.message = message
        self.code = code or self.code
        self.details = details or {}


class InvalidInputError(CrmError):
    """The input breaks a rule."""

    code = "invalid_request"


def invalid_field(field: str, problem: str) -> InvalidInputError:
    """Return the error that a field breaks a rule: `must not be empty`."""
    return InvalidInputError(f"{field} {problem}", details={"field": field})


class TooLargeError(InvalidInputError):
    """The input exceeds a limit."""

    code = "too_large"


class NotFoundError(CrmError):
    """No resource has this name."""

    code = "not_found"


class UnauthorizedError(CrmError):
    """The key is missing or unknown."""

    code = "unauthorized"


class ForbiddenError(CrmError):
    """The key is known, but does not allow this."""

    code = "forbidden"


class ConflictError(CrmError):
    """The resource exists already, or has changed in the meantime."""

    code = "conflict"


class VersionConflictError(ConflictError):
    """Another writer changed the item since it was read: read again and retry."""

    code = "version_conflict"


class ItemTooLargeError(ConflictError):
    """The item would exceed its maximum size, so that no retry can store it.

    `profile_ids`: the profiles whose items these are. They are for logs and staff, not for every caller.
    """

    code = "item_too_large"

    def __init__(self, message: str, *, profile_ids: Iterable[str] = ()) -> None:
        super().__init__(message)
        self.profile_ids = tuple(profile_ids)


class PreconditionFailedError(CrmError):
    """The resource is not in the state that the caller expects: read it again and retry."""

    code = "version_conflict"


class GoneError(CrmError):
    """The resource existed, and is gone."""

    code = "gone"


class RetryLaterError(CrmError):
    """The request can be retried in `retry_after` seconds."""

    def __init__(
        self,
        message: str,
        *,
        retry_after: int,
        code: str | None = None,
        details: dict[str, Any] | None = None,
    ) -> None:
        super().__init__(message, code=code, details=details)
        self.retry_after = retry_after


class UnavailableError(RetryLaterError):
    """Neither the log nor its spill queue can take events at the moment."""

    code = "unavailable"


class InProgressError(RetryLaterError):
    """The same request is being performed at this moment."""

    code = "request_in_progress"


class RateLimitedError(RetryLaterError):
    """The source exceeds its rate limit; `reset_at` (epoch seconds) is when the bucket is full again."""

    code = "rate_limited"

    def __init__(self, message: str, *, retry_after: int, reset_at: int) -> None:
        super().__init__(message, retry_after=retry_after)
        self.reset_at = reset_at
