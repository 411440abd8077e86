"""Find possible duplicates of a person by sorted indexes and by claims of profiles, without a scan."""

from collections.abc import Iterable, Iterator
from itertools import islice, takewhile

from crm.domain import duplicates as rules
from crm.domain.api_key import Principal
from crm.domain.card import card_of
from crm.domain.card_fields import IN_TRASH, Card
from crm.domain.duplicates import MatchFacts
from crm.domain.views.links import DuplicateCandidateView
from crm.services.definitions import attributes, tags
from crm.services.profiles import people
from crm.services.profiles.cards import card_view, read_cards
from crm.services.profiles.people import Person
from crm.services.projection.deployment import id_of
from crm.services.projection.person_tree import canonical, members_of
from crm.storage.orders import in_order
from crm.storage.profiles import ProfileTable

MAX_RETURNED = 20
_MAX_COMPARED = 40
"""Similar people whose members are read."""

_MAX_CLAIMERS = 100
_MAX_NAMESAKES = 50
_MAX_NEIGHBOURS = 200
_MAX_ADDRESSES = 5
_PAGE = 50

Shared = dict[str, set[str]]
"""Types of the identities that a person has in common with this one, by the id of the canonical profile."""


def find_duplicates(profile_id: str, viewer: Principal, *, now: int) -> list[DuplicateCandidateView]:
    """Return people who may be the same person as this one (model `Candidate`), most likely first. `now` in epoch ms.

    People who were separated from this one by hand are left out. Raises NotFoundError.
    """
    person = people.find(profile_id, viewer)
    facts = rules.facts_of(
        card_of(person.members, reader=attributes.attribute_reader()), rules.emails_of(person.members)
    )
    shared = _similar(person, facts)
    cards = {id_: card for id_, card in read_cards(list(shared), now).items() if _is_shown(card, viewer)}
    reasons = {id_: rules.reasons(facts, rules.facts_of(card), shared[id_]) for id_, card in cards.items()}
    likely = sorted((-rules.score(found), id_) for id_, found in reasons.items() if found)
    others = _others(person, [id_ for _, id_ in likely[:_MAX_COMPARED]])
    names = tags.names({tag for other in others for tag in cards[other.root.id].get("tags", ())})
    return [
        {
            "profile": card_view(other.root.id, cards[other.root.id], names, now),
            "reasons": reasons[other.root.id],
            "score": rules.score(reasons[other.root.id]),
            "canonical": _more_complete(person, other).id,
        }
        for other in others
    ]


def _is_shown(card: Card, viewer: Principal) -> bool:
    return card["kind"] != IN_TRASH and viewer.sees_card(card)


def _others(person: Person, root_ids: Iterable[str]) -> list[Person]:
    table = ProfileTable()
    ids = list(root_ids)
    roots = table.load(ids)
    candidates = (Person(members_of(table, id_of, roots[id_])) for id_ in ids if id_ in roots)
    unmarked = (other for other in candidates if not rules.are_marked_distinct(person.members, other.members))
    return list(islice(unmarked, MAX_RETURNED))


def _more_complete(person: Person, other: Person) -> Person:
    return max(person, other, key=lambda one: rules.completeness(one.members))


def _similar(person: Person, facts: MatchFacts) -> Shared:
    shared: Shared = {}
    for id_, type_ in islice(_claimants(person), _MAX_CLAIMERS):
        root = canonical(ProfileTable(), id_)
        if root:
            shared.setdefault(root.id, set()).add(type_)
    for id_ in (*_namesakes(facts.name), *_neighbours(facts.emails)):
        shared.setdefault(id_, set())
    shared.pop(person.root.id, None)
    return shared


def _claimants(person: Person) -> Iterator[tuple[str, str]]:
    """Yield other people's profiles that claim or are identities of this person, with the identity's type."""
    own = {member.id for member in person.members}
    claimed = {id_of(identity) for member in person.members for identity in member.claimed} - own
    for profile in (*person.members, *ProfileTable().load(claimed).values()):
        if profile.identity:
            related_profiles = {profile.id, *profile.claimers} - own
            yield from ((id_, profile.identity.type) for id_ in sorted(related_profiles))


def _namesakes(name: str) -> Iterator[str]:
    if name:
        entries = in_order("name", descending=False, start=(name, ""), page=_PAGE)
        same = takewhile(lambda entry: entry[0] == name, entries)
        yield from (id_ for _, id_ in islice(same, _MAX_NAMESAKES))


def _neighbours(addresses: Iterable[str]) -> Iterator[str]:
    """Yield the ids of profiles whose email address equals or resembles one of these."""
    for address in sorted(addresses)[:_MAX_ADDRESSES]:
        for beginning in rules.similar_beginnings(address):
            entries = in_order("email", descending=False, start=(beginning, ""), page=_PAGE)
            for text, id_ in islice(entries, _MAX_NEIGHBOURS):
                if not text.startswith(beginning):
                    break
                if text == address or rules.is_similar(text, address):
                    yield id_
