"""Identify the person of a row: by profile id, by what spreadsheets leave of an id, and by its identities."""

from crm.domain.identity import EMAIL, PHONE
from crm.domain.imports.read_rows import ImportRow
from crm.domain.imports.row_identities import ResolvedRow, resolve_by_profile, without_leading_zeros
from crm.domain.person import identities_of as identities_of_members
from crm.services.imports.people_cache import PeopleCache
from crm.services.projection.deployment import id_of


def row_identities(row: ImportRow, known: PeopleCache) -> ResolvedRow:
    """Return the identities of a row, its customer's first; none for a row with only a profile id that does not exist.

    Its people must have been gathered.
    """
    if row.profile_id and (person := known.person(row.profile_id)):
        return resolve_by_profile(row.identities, identities_of_members(person))
    if len(row.identities) > 1 and row.identities[0].value.isdigit():
        return _by_an_address(row, known) or ResolvedRow(row.identities)
    return ResolvedRow(row.identities)


def _by_an_address(row: ImportRow, known: PeopleCache) -> ResolvedRow | None:
    """Match by address or phone number when the row's strongest identity is unknown."""
    first, *others = row.identities
    if first.type in (EMAIL, PHONE) or known.person(id_of(first)):
        return None
    people = [
        person for other in others if other.type in (EMAIL, PHONE) and (person := known.person(id_of(other)))
    ]
    return without_leading_zeros(row.identities, identities_of_members(people[0])) if people else None
