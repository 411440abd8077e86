"""Merge and unmerge by hand (docs/merging.md), with retries on conflicting writes."""

import uuid
from collections.abc import Sequence
from typing import Any

from crm.domain import manual_merge as rules
from crm.domain.activity import MERGED, UNMERGED
from crm.domain.api_key import PROFILES_READ, SYSTEM, Principal
from crm.domain.errors import InvalidInputError, NotFoundError
from crm.domain.manual_merge import LinkInstruction, LinkInstructions, Precedence
from crm.domain.merge_preview import AttributeOutcome, Party, Sourced, as_merged, outcomes
from crm.domain.person import shown_id
from crm.domain.profile import ProfileState
from crm.domain.times import iso
from crm.domain.views.links import AttributeConflictView, MergePreviewView, SourcedValueView
from crm.services.definitions import attributes
from crm.services.editing import append_edit
from crm.services.editing.append_edit import Edit
from crm.services.profiles import people
from crm.services.profiles.people import Person
from crm.services.profiles.profile_view import HIDDEN, is_hidden
from crm.services.profiles.reading import view
from crm.settings import settings
from crm.storage.retry_on_conflict import retry_on_conflict


def merge(
    profile_id: str,
    others: Sequence[str],
    viewer: Principal,
    *,
    now: int,
    expected: str | None = None,
    message_id: str | None = None,
) -> Person:
    """Merge several people into one, which keeps the shown id of the first. `now` in epoch ms.

    Raises NotFoundError, InvalidInputError `already_one` and `out_of_sight`, PreconditionFailedError when the first
    person's etag is not the `expected` one, and ConflictError when other writers win every attempt.
    """

    def attempt() -> Person:
        parties = _parties(profile_id, others, viewer)
        kept = parties[0]
        append_edit.expect(kept, expected)
        instructions = rules.merge_instructions([party.root for party in parties], kept.id, _order)
        properties = {"into": kept.id, "profiles": [party.id for party in parties[1:]]}
        _apply_links(instructions, MERGED, properties, parties, viewer.id, now, message_id)
        return people.find(kept.id, SYSTEM)

    return retry_on_conflict(attempt)


def preview(profile_id: str, others: Sequence[str], viewer: Principal, *, now: int) -> MergePreviewView:
    """Return the model `MergePreview`: what `merge` would make, without making it.

    Raises what `merge` raises, and ForbiddenError for a key that may not read profiles.
    """
    viewer.require(PROFILES_READ, "a preview shows data of the profiles")
    parties = _parties(profile_id, others, viewer)
    together = _as_one_person(parties)
    shown = view(together, now=now)
    if any(is_hidden(party.members, now) for party in parties):
        # One person's consent must not reveal the activities of another one, who may be a different human being.
        shown["totals"], shown["hidden"] = None, HIDDEN
    made = outcomes(
        (Party(party.id, party.members) for party in parties), together.members, attributes.attribute_reader()
    )
    stays = {name: outcome.kept for name, outcome in made.items() if name in shown["attributes"]}
    return {
        "id": parties[0].id,
        "attributes": {name: _sourced(kept) for name, kept in stays.items()},
        "conflicts": [_conflict(name, outcome) for name, outcome in made.items() if outcome.lost],
        "kind": shown["kind"],
        "tags": shown["tags"],
        "lists": shown["lists"],
        "classes": shown["classes"],
        "responsible": shown["responsible"],
        "consents": shown["consents"],
        "identities": shown["identities"],
        "totals": shown["totals"],
        "hidden": shown["hidden"],
    }


def unmerge(
    profile_id: str, member: str, viewer: Principal, *, now: int, expected: str | None = None
) -> tuple[Person | None, Person | None]:
    """Return the person without that member, and the member's own; None for one that the viewer may not see then.

    Raises NotFoundError, InvalidInputError `not_a_member` and `shown_member`, PreconditionFailedError, ConflictError.
    """

    def attempt() -> tuple[Person | None, Person | None]:
        person = people.find(profile_id, viewer)
        append_edit.expect(person, expected)
        _check_member(person, member, viewer)
        leaving = rules.members_leaving_with(person.members, member, person.id)
        gone = {profile.id for profile in leaving}
        staying = [profile for profile in person.members if profile.id not in gone]
        instructions = rules.unmerge_instructions(leaving, staying, person.id, _order)
        properties = {"from": person.id, "profile": shown_id(leaving)}
        _apply_links(instructions, UNMERGED, properties, [person], viewer.id, now)
        return _visible(person.id, viewer), _visible(member, viewer)

    return retry_on_conflict(attempt)


def _parties(profile_id: str, others: Sequence[str], viewer: Principal) -> list[Person]:
    """Return the people to be merged, first the one whose id stays."""
    parties = {id_: people.find(id_, viewer) for id_ in (profile_id, *others)}
    if len(parties) <= len(others) or len({party.root.id for party in parties.values()}) < len(parties):
        raise InvalidInputError(
            "some of these profiles are merged already: send one id for each person",
            code="already_one",
            details=_readable(viewer, profiles={id_: party.id for id_, party in parties.items()}),
        )
    if not viewer.sees(_as_one_person(list(parties.values())).classes):
        raise InvalidInputError(
            "the merged profile would be in none of the classes that this API key is limited to",
            code="out_of_sight",
        )
    return list(parties.values())


def _as_one_person(parties: Sequence[Person]) -> Person:
    ordered = sorted(parties, key=lambda party: _order(party.root))
    return Person(as_merged([party.members for party in ordered]))


def _check_member(person: Person, named: str, viewer: Principal) -> None:
    others = [member.id for member in person.members if member.id != person.id]
    if named == person.id:
        raise InvalidInputError(
            "this is the id that the profile keeps: send the id of the member to unmerge",
            code="shown_member",
            details=_readable(viewer, members=others),
        )
    if named not in others:
        raise InvalidInputError(
            "this is not a member of the profile: send the id of one of its members",
            code="not_a_member",
            details=_readable(viewer, members=others),
        )


def _readable(viewer: Principal, **details: Any) -> dict[str, Any]:
    """Return error details that reveal which profiles are one person; empty for a key that may not read profiles."""
    return details if viewer.may(PROFILES_READ) else {}


def _apply_links(
    instructions: LinkInstructions,
    type_: str,
    details: dict[str, Any],
    parties: Sequence[Person],
    by: str,
    now: int,
    message_id: str | None = None,
) -> None:
    edits_by_log = {
        identity: Edit(
            type=type_, effects=instruction.effects, properties=details | separation_properties(instruction)
        )
        for identity, instruction in instructions.items()
    }
    append_edit.apply_all(
        edits_by_log, parties, by=by, now=now, message_id=message_id or f"edit:{uuid.uuid4()}"
    )


def separation_properties(instruction: LinkInstruction) -> dict[str, Any]:
    """Return the property by which an erasure finds the logs that an unmerge separated from this one."""
    return {rules.APART_FROM: sorted(instruction.apart_from)} if instruction.apart_from else {}


def _visible(id_: str, viewer: Principal) -> Person | None:
    try:
        return people.find(id_, viewer, deleted=True)
    except NotFoundError:
        return None


def _conflict(name: str, outcome: AttributeOutcome) -> AttributeConflictView:
    lost = [_sourced(value) for value in outcome.lost]
    return {"attribute": name, "kept": _sourced(outcome.kept), "lost": lost}


def _sourced(sourced: Sourced) -> SourcedValueView:
    return {"value": sourced.value, "profile_id": sourced.profile_id, "at": iso(sourced.at)}


def _order(profile: ProfileState) -> Precedence:
    return rules.precedence(rules.naming_identity(profile), profile.id, settings().custom_identity_types)
