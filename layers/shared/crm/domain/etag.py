"""ETags: each names one version of a resource, and a change may require that it is still at that version."""

from typing import Any
from urllib.parse import quote

from crm.domain.errors import PreconditionFailedError

_UNQUOTED = "!*'()"
"""What JavaScript's encodeURIComponent leaves as it is, in addition to letters, digits and -_.~."""


def etag_of(id: str, version: int) -> str:
    """Return the ETag of this version of a resource. The id is percent-encoded, because it may be a name in any
    script.
    """
    return f"{quote(id, safe=_UNQUOTED)}.{version}"


def ensure_etag(expected: str | None, current: str, resource: str, **details: Any) -> None:
    """Raise PreconditionFailedError unless the resource has the expected ETag; None expects any version.

    `resource`: what it is, for the message. The details are `etag`, the current one, and those given.
    """
    if expected is not None and expected != current:
        raise precondition_failed(current, resource, **details)


def precondition_failed(current: str | None, resource: str, **details: Any) -> PreconditionFailedError:
    """Build the error for a resource that has another version than the expected one; `current` is its ETag now."""
    return PreconditionFailedError(
        f"the {resource} has changed since you read it: read it again, and send its new ETag",
        details={"etag": current, **details} if current else details,
    )
