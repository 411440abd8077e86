"""API keys: who may call the API, for what, and who may see a profile. Only the digest of a key is ever kept."""

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from crm.domain.errors import ForbiddenError, InvalidInputError

ADMIN = "admin"
PROFILES_READ = "profiles:read"
SEGMENTS_READ = "segments:read"
SCOPES = (
    PROFILES_READ,
    "profiles:write",
    "profiles:delete",
    "profiles:export",
    "profiles:import",
    "definitions:read",
    "definitions:write",
    "jobs:read",
    "jobs:write",
    "health:read",
    "rejected:read",
    "rejected:write",
    "sources:read",
    "sources:write",
    "keys:write",
    "webhooks:read",
    "webhooks:write",
    SEGMENTS_READ,
    "segments:write",
    ADMIN,
)
ID_LENGTH = 12
CLASS_PATTERN = "[a-z0-9][a-z0-9_-]{0,49}"
MAX_CLASSES = 50
"""In a key: what the authorizer hands on has room for so many."""
_FORMAT = re.compile(r"sk_[A-Za-z0-9_-]{43}")


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiKey:
    """A key without the key: `id` is the first 12 hex digits of its digest. Times in epoch milliseconds.

    `classes`: only customers of one of these are shown; None means everybody.
    """

    id: str
    name: str
    scopes: tuple[str, ...]
    created_at: int
    revoked_at: int | None = None
    classes: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Principal:
    """Who calls, as the gate sees it: `key:<id>`, what the key allows, and whom it sees.

    `classes`: only customers of one of these classes; None means everybody.
    """

    id: str
    scopes: frozenset[str]
    classes: frozenset[str] | None = None

    def sees(self, classes: Iterable[str]) -> bool:
        """Whether a customer of these classes is shown."""
        return self.classes is None or not self.classes.isdisjoint(classes)

    def sees_all(self, parts: Iterable[Iterable[str]]) -> bool:
        """Whether a customer is shown whose parts are of these classes: every part must be."""
        return all(self.sees(classes) for classes in parts)

    def sees_card(self, card: Mapping[str, Any]) -> bool:
        """Whether the customer of this card is shown. `parts` is there where their classes differ."""
        return self.sees_all(card.get("parts") or [card.get("classes", ())])

    def may(self, scope: str) -> bool:
        """Whether this scope, or admin, was given."""
        return scope in self.scopes or ADMIN in self.scopes

    def require(self, scope: str, reason: str = "") -> None:
        """Raises ForbiddenError naming the scope that the key lacks. `reason`: what needs it, beside the route."""
        if not self.may(scope):
            message = f"this API key lacks the scope {scope}"
            raise ForbiddenError(f"{message}: {reason}" if reason else message, details={"scope": scope})

    def covers(self, scopes: Iterable[str], classes: Iterable[str] | None) -> bool:
        """Whether a key of these scopes, limited to these classes (None: to none), allows nothing beyond this one."""
        within = self.classes is None or (classes is not None and self.classes.issuperset(classes))
        return within and all(self.may(scope) for scope in scopes)


SYSTEM = Principal("system", frozenset({ADMIN}))
"""The product itself, and people who act on their own profile: they see everybody and may do everything."""


def looks_like_key(text: str) -> bool:
    """Whether it has the form of an API key: what has not is not worth a lookup."""
    return _FORMAT.fullmatch(text) is not None


def digest(plain: str) -> str:
    """SHA-256 in hex. A key has 256 random bits, so a fast hash without salt is enough."""
    return hashlib.sha256(plain.encode()).hexdigest()


def valid_scopes(scopes: Iterable[str]) -> tuple[str, ...]:
    """Each once, in the order of SCOPES. Raises InvalidInputError naming what is no scope, or when there is none."""
    wanted = set(scopes)
    if unknown := sorted(wanted - set(SCOPES)):
        raise InvalidInputError(
            f"scopes must be among {', '.join(SCOPES)}", details={"field": "scopes", "unknown": unknown}
        )
    if not wanted:
        raise InvalidInputError("a key needs at least one scope", details={"field": "scopes"})
    return tuple(scope for scope in SCOPES if scope in wanted)


def valid_classes(classes: Iterable[str] | None) -> tuple[str, ...] | None:
    """Each once, in alphabetical order; None is no limit. Raises InvalidInputError naming what is no class."""
    if classes is None:
        return None
    wanted = sorted(set(classes))
    if wrong := [name for name in wanted if not re.fullmatch(CLASS_PATTERN, name)]:
        raise InvalidInputError(
            "a class is 1 to 50 lower-case letters, digits, - and _, and begins with a letter or a digit",
            details={"field": "classes", "wrong": wrong},
        )
    if not 0 < len(wanted) <= MAX_CLASSES:
        raise InvalidInputError(
            f"a key is limited to 1 to {MAX_CLASSES} classes; null is no limit", details={"field": "classes"}
        )
    return tuple(wanted)


def to_record(key: ApiKey) -> dict[str, Any]:
    """The stored form: plain JSON."""
    return {
        "id": key.id,
        "name": key.name,
        "scopes": list(key.scopes),
        "created_at": key.created_at,
        "revoked_at": key.revoked_at,
        "classes": None if key.classes is None else list(key.classes),
    }


def from_record(record: dict[str, Any]) -> ApiKey:
    """The key of a stored form."""
    classes = record.get("classes")
    read = {"scopes": tuple(record["scopes"]), "classes": None if classes is None else tuple(classes)}
    return ApiKey(**record | read)
