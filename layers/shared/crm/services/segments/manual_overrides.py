"""Override a segment's conditions for a customer by hand."""

from crm.domain.activity import EDITED
from crm.domain.api_key import Principal
from crm.domain.conditions.facts import Facts
from crm.domain.effect_fields import FIELDS
from crm.domain.effects import overriding
from crm.domain.memberships import segments_of
from crm.domain.views.memberships import MembershipView
from crm.services.editing import append_edit
from crm.services.editing.edit_request import EditRequest
from crm.services.editing.prepared_edit import prepare
from crm.services.profiles import people
from crm.services.segments import segments

IN, OUT = "in", "out"


def override(
    profile_id: str,
    segment: str,
    *,
    member: bool | None,
    by: Principal,
    now: int,
    expected: str | None = None,
) -> MembershipView:
    """Put the customer into a segment (True), keep them out (False), or remove the override (None).

    Returns the model `Membership`. Raises NotFoundError, PreconditionFailedError.
    """
    found = segments.get(segment)
    person = people.find(profile_id, by)
    append_edit.expect(person, expected)
    requested = EditRequest({FIELDS: overriding(found.id, member=member)})
    edit = prepare(person.members, EDITED, requested, now=now)
    if edit.effects:
        person = append_edit.apply(person, edit, by=by.id, now=now, expected=expected)
    return {
        "id": found.id,
        "name": found.name,
        "member": found.id in segments_of(person.root.card),
        "by_hand": by_hand(Facts(person.members), found.id),
    }


def by_hand(facts: Facts, segment_id: str) -> str | None:
    """Return IN or OUT for an override, else None."""
    decided = facts.overrides.get(segment_id)
    return None if decided is None else IN if decided else OUT
