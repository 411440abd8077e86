"""Duplicates: the reasons why two profiles may be one person, their score, and which of the two is more complete."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from math import prod

from crm.domain.card_fields import Card
from crm.domain.identity import ANONYMOUS_ID, EMAIL
from crm.domain.memberships import sort_text
from crm.domain.person import identities_of, merged, values_of
from crm.domain.person_description import totals_of
from crm.domain.profile import ProfileState
from crm.domain.standard_attributes import STANDARD

SAME_EMAIL, SAME_PHONE = "same_email", "same_phone"
SAME_NAME_AND_ZIP, SAME_NAME, SIMILAR_EMAIL = "same_name_and_zip", "same_name", "similar_email"
SAME_BROWSER = "same_browser"

_SHARED_ID = 0.7
_WEIGHTS = {
    SAME_EMAIL: 0.9,
    SAME_PHONE: 0.8,
    SAME_NAME_AND_ZIP: 0.8,
    SIMILAR_EMAIL: 0.4,
    SAME_BROWSER: 0.3,
    SAME_NAME: 0.3,
}
"""The probability that two profiles are one person, for this reason alone."""

_SHARED_BOXES = frozenset(
    {
        "admin",
        "billing",
        "contact",
        "hello",
        "hi",
        "info",
        "kontakt",
        "mail",
        "marketing",
        "me",
        "news",
        "office",
    }
    | {"noreply", "no-reply", "post", "sales", "service", "shop", "support", "team", "test", "webmaster"}
)
_MIN_CONCLUSIVE_LENGTH = 4
_TYPO = 0.9
"""Similarity (0 to 1) of two mailbox names that differ by a typing error."""


@dataclass(frozen=True, slots=True)
class MatchFacts:
    """The values by which two people are compared."""

    name: str
    zip: str
    phone: str
    emails: frozenset[str]


def facts_of(card: Card, emails: Iterable[str] = ()) -> MatchFacts:
    """Read the facts from a card, and from further email addresses."""
    zip_ = "".join(character for character in str(card.get("zip", "")) if character.isalnum())
    addresses = {address.lower() for address in (card.get("email"), *emails) if address}
    return MatchFacts(
        sort_text(card.get("name")), zip_.upper(), str(card.get("phone", "")), frozenset(addresses)
    )


def reasons(one: MatchFacts, other: MatchFacts, shared: Collection[str]) -> list[str]:
    """Return the reasons, the strongest first. `shared`: types of the identities that both have claimed."""
    found = {SAME_BROWSER if type_ == ANONYMOUS_ID else f"same_{type_}" for type_ in shared}
    if one.phone and one.phone == other.phone:
        found.add(SAME_PHONE)
    if one.name and one.name == other.name:
        found.add(SAME_NAME_AND_ZIP if one.zip and one.zip == other.zip else SAME_NAME)
    if one.emails & other.emails:
        found.add(SAME_EMAIL)
    elif any(is_similar(mine, theirs) for mine in one.emails for theirs in other.emails):
        found.add(SIMILAR_EMAIL)
    return sorted(found, key=lambda reason: (-_WEIGHTS.get(reason, _SHARED_ID), reason))


def score(found: Iterable[str]) -> float:
    """Combine the reasons to a score from 0 to 1: each reduces the remaining doubt."""
    return round(1 - prod(1 - _WEIGHTS.get(reason, _SHARED_ID) for reason in found), 3)


def is_similar(one: str, other: str) -> bool:
    """Return whether two email addresses look like one person's: the same mailbox in another spelling or domain, or a
    typing error.
    """
    (mine, my_domain), (theirs, their_domain) = _parts(one), _parts(other)
    if mine == theirs:
        return my_domain == their_domain or (
            len(mine) >= _MIN_CONCLUSIVE_LENGTH and mine not in _SHARED_BOXES
        )
    if my_domain != their_domain or min(len(mine), len(theirs)) < _MIN_CONCLUSIVE_LENGTH:
        return False
    return SequenceMatcher(None, mine, theirs).ratio() >= _TYPO


def similar_beginnings(address: str) -> list[str]:
    """Return how similar addresses may begin, the likeliest first."""
    written = address.lower().rpartition("@")[0].partition("+")[0]
    bare, _ = _parts(address)
    letters = bare[:3] if len(bare) >= _MIN_CONCLUSIVE_LENGTH else ""
    return list(dict.fromkeys(text for text in (written, bare, letters) if text))


def _parts(address: str) -> tuple[str, str]:
    """Split into the mailbox without dots and without what follows a plus, which many providers ignore, and the
    domain.
    """
    mailbox, _, domain = address.lower().rpartition("@")
    return mailbox.partition("+")[0].replace(".", ""), domain


def completeness(members: Sequence[ProfileState]) -> tuple[int, int, int]:
    """Return the sort key of completeness: the number of known values, then orders, then age."""
    attributes = values_of(merged(members, "attributes"))
    known = sum(attributes.get(name) not in (None, "", []) for name in STANDARD)
    known += len(identities_of(members)) + len(values_of(merged(members, "consents")))
    orders = totals_of(members)["orders"]
    created = min((member.first_seen for member in members if member.first_seen is not None), default=0)
    return known, orders, -created


def are_marked_distinct(one: Sequence[ProfileState], other: Sequence[ProfileState]) -> bool:
    """Return whether users have decided that the two are not one person."""
    return _denies(one, other[0]) or _denies(other, one[0])


def _denies(members: Iterable[ProfileState], root: ProfileState) -> bool:
    links = [member.links.get(root.identity) for member in members if root.identity]
    return any(link is not None and not link.linked for link in links)


def emails_of(members: Iterable[ProfileState]) -> list[str]:
    """Return the email addresses among the identities."""
    return [identity.value for identity in identities_of(members) if identity.type == EMAIL]
