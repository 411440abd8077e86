"""Check the parts of a person that a request includes although only public sources joined them."""

from collections.abc import Sequence

from crm.domain.errors import InvalidInputError
from crm.domain.person_parts import EVERYTHING, public_parts
from crm.services.profiles.people import Person


def check_included(person: Person, include: Sequence[str]) -> None:
    """Raise InvalidInputError `not_a_part` for an id that is not of a part which only public sources joined."""
    parts = [[member.id for member in part] for part in public_parts(person.members)]
    known = {EVERYTHING}.union(*parts)
    if wrong := sorted(set(include) - known):
        raise InvalidInputError(
            "include must contain ids of parts that public sources joined, or all",
            code="not_a_part",
            details={"wrong": wrong, "parts": sorted(part[0] for part in parts)},
        )
