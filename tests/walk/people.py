"""The identities of a walk, so few that they collide often."""

from __future__ import annotations

from crm.domain.identity import Identity
from crm.services.projection.deployment import id_of

USERS = [Identity("user_id", f"user-{n}-kx") for n in range(3)]
BROWSERS = [Identity("anonymous_id", f"browser-{n}-kx") for n in range(2)]
EMAILS = [Identity("email", f"mail-{n}@walk.example") for n in range(3)]
PHONES = [Identity("phone", f"+3460012345{n}") for n in range(2)]
CARDS = [Identity("loyalty_id", "card-0-kx")]
IDENTITIES = [*USERS, *EMAILS, *BROWSERS, *PHONES, *CARDS]

NAME_OF_USERS, NAME_OF_OTHERS = "Uma", "Wes"
"""The names that `identify` sends with a user id, and with only a phone or a browser."""

Who = int
"""An index in IDENTITIES: the customer with the first identity from there on that has a profile."""


def identity_of(who: Who) -> Identity:
    return IDENTITIES[who % len(IDENTITIES)]


def profile_of(who: Who) -> str:
    """Return the id of the identity's own profile, which leads to its owner."""
    return id_of(identity_of(who))
