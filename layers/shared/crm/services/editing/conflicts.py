"""Conflicts about the owner of an identity: list the open ones, and settle them by hand."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice

from crm.domain.activity import SETTLED
from crm.domain.api_key import Principal
from crm.domain.claims import Claimer
from crm.domain.commands.links import NamedIdentity, SettleConflicts
from crm.domain.errors import CrmError, InvalidInputError, NotFoundError
from crm.domain.identity import Identity
from crm.domain.manual_merge import LinkInstruction, LinkInstructions
from crm.domain.memberships import CONFLICT_GROUP, OPEN
from crm.domain.open_conflicts import SHARED_IDENTITY, OpenConflict, open_conflicts
from crm.domain.person import differing_classes
from crm.domain.person_description import identity_view
from crm.domain.profile import ProfileState
from crm.domain.times import iso
from crm.domain.views.links import (
    ClaimedByView,
    ConflictView,
    NotSettledView,
    SettledConflictsView,
    SettledIdentityView,
)
from crm.services.editing import append_edit
from crm.services.editing.append_edit import Edit
from crm.services.editing.edit_request import read_identity
from crm.services.editing.manual_merge import separation_properties
from crm.services.profiles import people
from crm.services.profiles.people import Person
from crm.services.projection.deployment import id_of
from crm.storage.groups import group_ids
from crm.storage.retry_on_conflict import retry_on_conflict

_AT_ONCE = 50
_MAX_READ = 1000
"""People with open conflicts that one request examines."""

MAX_SETTLED = 20
"""Conflicts that one request settles."""

_Position = dict[str, str]


@dataclass(frozen=True, slots=True)
class _Filter:
    """A filter of conflicts by `type` of the identity and `reason`; None is any."""

    type: str | None = None
    reason: str | None = None

    def passes(self, conflict: OpenConflict) -> bool:
        """Return whether the conflict passes the filter."""
        identity = conflict.claimed.identity
        return (self.type is None or (identity is not None and identity.type == self.type)) and (
            self.reason is None or conflict.reason == self.reason
        )


@dataclass(slots=True)
class _Page:
    rows: list[ConflictView] = field(default_factory=list)
    last: tuple[str, str] | None = None


def list_open(
    viewer: Principal, *, limit: int, cursor: _Position | None, type: str | None, reason: str | None
) -> tuple[list[ConflictView], _Position | None]:
    """Return a page of open conflicts (model `Conflict`), by person, and where the next page begins.

    A page may be short or empty although more follow: at most _MAX_READ people are examined.
    """
    start = (cursor["kind"], cursor["id"]) if cursor else None
    entries = (entry for entry in group_ids(CONFLICT_GROUP, OPEN, start=start) if entry != start)
    page, wanted = _Page(), _Filter(type, reason)
    looked_at = 0
    while len(page.rows) < limit and looked_at < _MAX_READ:
        chunk = list(islice(entries, min(_AT_ONCE, limit - len(page.rows))))
        if not chunk:
            return page.rows, None
        looked_at += len(chunk)
        page.last = chunk[-1]
        for person in _visible((id_ for _, id_ in chunk), viewer):
            page.rows += [row for c in _open(person, wanted) if (row := _row(c, person, viewer))]
    if page.last is None or next(entries, None) is None:
        return page.rows, None
    return page.rows, {"kind": page.last[0], "id": page.last[1]}


def settle_all(requested: SettleConflicts, *, by: Principal, now: int) -> SettledConflictsView:
    """Settle the conflicts of the model `SettleConflicts`: named ones, or those of a filter, which keep their owner.

    Returns the model `SettledConflicts`. Raises what `settle` raises when conflicts are named one by one.
    """
    if "filter" in requested:
        return _keep_owners(_Filter(**requested["filter"]), by=by, now=now)
    settled = [settle(one["identity"], one["owner"], by=by, now=now) for one in requested["conflicts"]]
    return {"settled": settled, "failed": [], "more": False}


def settle(identity: NamedIdentity, owner: str, *, by: Principal, now: int) -> SettledIdentityView:
    """Decide by hand who owns an identity: the person with the id `owner`, who has or claims it.

    All other claims on it lose permanently, as after an unmerge. Returns `{"identity", "owner"}`. Raises
    NotFoundError (no such identity, or a claimer is not visible to the key) and InvalidInputError `not_a_claimer`.
    """
    named = read_identity(identity["type"], identity["value"])

    def attempt() -> SettledIdentityView:
        person, chosen = _owner_of(named, by), people.find(owner, by)
        claimed = next(member for member in person.members if member.id == id_of(named))
        rivals = {id_: people.find(id_, by, deleted=True) for id_ in claimed.claimers}
        settled = {"identity": identity_view(named), "owner": chosen.id}
        edits_by_log = {
            log: Edit(
                type=SETTLED,
                effects=instruction.effects,
                properties=settled | separation_properties(instruction),
            )
            for log, instruction in _instructions(named, claimed, chosen, rivals).items()
        }
        involved = {one.root.id: one for one in (person, chosen, *rivals.values())}
        if edits_by_log:
            append_edit.apply_all(
                edits_by_log,
                list(involved.values()),
                by=by.id,
                now=now,
                message_id=f"edit:{append_edit.random_id()}",
            )
        return {"identity": identity_view(named), "owner": _owner_of(named, by).id}

    return retry_on_conflict(attempt)


def _owner_of(named: Identity, viewer: Principal) -> Person:
    """Return the person who has the identity. The error names no profile: its id would reveal the person."""
    try:
        return people.find(id_of(named), viewer)
    except NotFoundError:
        raise NotFoundError(f"no profile has this {named.type}") from None


def _keep_owners(wanted: _Filter, *, by: Principal, now: int) -> SettledConflictsView:
    """Keep the present owners. Shared identities have none and stay as they are."""
    settled: list[SettledIdentityView] = []
    failed: list[NotSettledView] = []
    for person in _visible((id_ for _, id_ in islice(group_ids(CONFLICT_GROUP, OPEN), _MAX_READ)), by):
        for conflict in _open(person, wanted):
            if conflict.claimed.identity is None or conflict.reason == SHARED_IDENTITY:
                continue
            identity_type, value = conflict.claimed.identity
            if len(settled) + len(failed) == MAX_SETTLED:
                return {"settled": settled, "failed": failed, "more": True}
            identity: NamedIdentity = {"type": identity_type, "value": value}
            try:
                settled.append(settle(identity, person.id, by=by, now=now))
            except CrmError as error:
                failed.append({"identity": identity, "code": error.code, "message": error.message})
    return {"settled": settled, "failed": failed, "more": False}


def _visible(ids: Iterable[str], viewer: Principal) -> Iterator[Person]:
    found = iter(ids)
    while chunk := list(islice(found, _AT_ONCE)):
        for person in people.find_many(chunk).values():
            if person.visible_to(viewer):
                yield person


def _open(person: Person, wanted: _Filter) -> list[OpenConflict]:
    found = open_conflicts(person.members, differing_classes(person.members))
    return [conflict for conflict in found if wanted.passes(conflict)]


def _row(conflict: OpenConflict, person: Person, viewer: Principal) -> ConflictView | None:
    claimers = people.find_many(conflict.claimers, deleted=True)
    seen = {
        id_: claimers[id_]
        for id_ in conflict.claimers
        if id_ in claimers and claimers[id_].visible_to(viewer)
    }
    if conflict.claimed.identity is None or (conflict.claimers and not seen):
        return None
    return {
        "identity": identity_view(conflict.claimed.identity),
        "reason": conflict.reason,
        "owner": person.id if conflict.claimed.owner else None,
        "profile_id": person.id,
        "claimers": [_claimer(seen[id_], conflict.claimers[id_]) for id_ in seen],
    }


def _claimer(person: Person, claimer: Claimer) -> ClaimedByView:
    return {
        "profile_id": person.id,
        "identity": identity_view(claimer.identity),
        "since": iso(claimer.claim.stamp[0]),
        "trust": claimer.claim.rank.name.lower(),
    }


def _instructions(
    named: Identity, claimed: ProfileState, chosen: Person, rivals: Mapping[str, Person]
) -> LinkInstructions:
    """Return the link instructions by log: link the chosen claimer, and unlink all others."""
    own = {member.id for member in chosen.members}
    linked = _best(claimed, [id_ for id_ in rivals if id_ in own])
    if linked is None and claimed.id not in own:
        raise InvalidInputError(
            "owner must be the present owner of the identity, or one of its claimants",
            code="not_a_claimer",
            details={"claimers": sorted({rival.id for rival in rivals.values()})},
        )
    separated = [id_ for id_ in rivals if id_ != linked and id_ not in own]
    instructions = {claimed.claimers[id_].identity: LinkInstruction({named: False}) for id_ in separated}
    if linked:
        instructions[claimed.claimers[linked].identity] = LinkInstruction({named: True})
    if separated:
        # An erasure of the claimed profile finds by it the logs that name the identity.
        instructions[named] = LinkInstruction(apart_from=separated)
    return instructions


def _best(claimed: ProfileState, ids: Sequence[str]) -> str | None:
    """Return the owner among these claimers, else the one with the best claim."""
    if claimed.owner in ids:
        return claimed.owner
    return min(ids, key=lambda id_: (claimed.claimers[id_].claim.order, id_), default=None)
