"""API keys: which callers may do what, and who may see a profile. Only the digest of a key is ever stored."""

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass

from crm.domain.card_fields import Card
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
"""Maximum classes of a key: the authorizer's context has no room for more."""
_FORMAT = re.compile(r"sk_[A-Za-z0-9_-]{43}")


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiKey:
    """An API key without its secret. `id` is the first 12 hex digits of its digest. Times in epoch milliseconds.

    `classes`: only customers of one of these are shown; None shows all. `created_by`, `revoked_by`: ids of the keys
    that did it; None for the deployment itself, and where it is not known.
    """

    id: str
    name: str
    scopes: tuple[str, ...]
    created_at: int
    created_by: str | None = None
    revoked_at: int | None = None
    revoked_by: str | None = None
    classes: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Principal:
    """The authenticated caller: `key:<id>`, its scopes, and the customers it sees.

    `classes`: only customers of one of these classes; None means all.
    """

    id: str
    scopes: frozenset[str]
    classes: frozenset[str] | None = None

    @property
    def key_id(self) -> str:
        """Return the id of the API key."""
        return self.id.removeprefix("key:")

    def sees(self, classes: Iterable[str]) -> bool:
        """Return whether a customer of these classes is shown."""
        return self.classes is None or not self.classes.isdisjoint(classes)

    def sees_all(self, parts: Iterable[Iterable[str]]) -> bool:
        """Return whether a customer whose parts have these classes is shown: every part must be."""
        return all(self.sees(classes) for classes in parts)

    def sees_card(self, card: Card) -> bool:
        """Return whether the customer of this card is shown. A card has `parts` where their classes differ."""
        return self.sees_all(card.get("parts") or [card.get("classes", ())])

    def may(self, scope: str) -> bool:
        """Return whether the caller has this scope, or admin."""
        return scope in self.scopes or ADMIN in self.scopes

    def require(self, scope: str, reason: str = "") -> None:
        """Raise ForbiddenError, naming the scope, where the caller lacks it.

        `reason`: what requires it, other than the route.
        """
        if not self.may(scope):
            message = f"this API key lacks the scope {scope}"
            raise ForbiddenError(f"{message}: {reason}" if reason else message, details={"scope": scope})

    def covers(self, scopes: Iterable[str], classes: Iterable[str] | None) -> bool:
        """Return whether a key of these scopes, limited to these classes (None: unlimited), allows nothing beyond
        this one.
        """
        within = self.classes is None or (classes is not None and self.classes.issuperset(classes))
        return within and all(self.may(scope) for scope in scopes)


SYSTEM = Principal("system", frozenset({ADMIN}))
"""The product itself, and customers who act on their own profile: they see all and may do everything."""


def looks_like_key(text: str) -> bool:
    """Return whether a text has the form of an API key; any other is not worth a lookup."""
    return _FORMAT.fullmatch(text) is not None


def key_digest(plain: str) -> str:
    """Return SHA-256 in hex. A key has 256 random bits, so a fast hash without salt is enough."""
    return hashlib.sha256(plain.encode()).hexdigest()


def valid_scopes(scopes: Iterable[str]) -> tuple[str, ...]:
    """Return each scope once, in the order of SCOPES. Raises InvalidInputError for unknown scopes, or without any."""
    wanted = set(scopes)
    if unknown := sorted(wanted - set(SCOPES)):
        raise InvalidInputError(
            f"scopes must be among {', '.join(SCOPES)}", details={"field": "scopes", "unknown": unknown}
        )
    if not wanted:
        raise InvalidInputError("a key requires at least one scope", details={"field": "scopes"})
    return tuple(scope for scope in SCOPES if scope in wanted)


def valid_classes(classes: Iterable[str] | None) -> tuple[str, ...] | None:
    """Return each class once, sorted; None means no limit. Raises InvalidInputError for invalid names."""
    if classes is None:
        return None
    wanted = sorted(set(classes))
    if wrong := [name for name in wanted if not re.fullmatch(CLASS_PATTERN, name)]:
        raise InvalidInputError(
            "a class must be 1 to 50 lower-case letters, digits, - and _, and begin with a letter or a digit",
            details={"field": "classes", "wrong": wrong},
        )
    if not 0 < len(wanted) <= MAX_CLASSES:
        raise InvalidInputError(
            f"a key can be limited to 1 to {MAX_CLASSES} classes; null means no limit",
            details={"field": "classes"},
        )
    return tuple(wanted)
