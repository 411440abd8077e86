"""Delete a person from the partitions of the members, the logs of others, rejected input and files."""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from itertools import islice

from crm.domain.copies import ErasedCopies
from crm.domain.erasure import redacted_work
from crm.domain.identity import Identity
from crm.domain.profile_claims import drop_lost_claims
from crm.domain.work_fields import Work
from crm.services.jobs.deadline import DeadlineExceededError
from crm.services.projection.deployment import deployed_projector
from crm.services.projection.redactions import redactions
from crm.storage import bucket
from crm.storage.files import files_of
from crm.storage.keys import COPY_PREFIX
from crm.storage.partitions import (
    ACTIVITIES,
    ANSWERS,
    COPIES,
    MEMBERSHIPS,
    NOTES,
    PAGES,
    PartitionItem,
    delete_pieces,
    pieces_of,
)
from crm.storage.profiles import ProfileTable
from crm.storage.rejected import delete_rejection
from crm.storage.retry_on_conflict import retry_on_conflict
from crm.storage.work import count_rewritten, rewrite_work

_CHUNK = 500
_PASSES = 25
_ATTEMPTS = 25


@dataclass(frozen=True, slots=True)
class PersonDeletion:
    """The deletion of a person.

    `members`: the profiles of the person, by id; `related_profiles`: ids of profiles that may mention them. `until`:
    data up to this instant is deleted (epoch ms). `has_time`: whether this process may begin something more.
    `values`: digests, by this `key`, of the values in the members' logs.
    """

    members: Mapping[str, Identity | None]
    related_profiles: Collection[str]
    until: int
    has_time: Callable[[], bool]
    values: Collection[str] = frozenset()
    key: bytes = b""

    @property
    def copies(self) -> ErasedCopies:
        """Return which repeated values of others are deleted."""
        return ErasedCopies(frozenset(self.members), self.until, self.values, self.key)

    @property
    def erased(self) -> dict[Identity, int]:
        """Return the identities of the person, and until when they are erased."""
        return {identity: self.until for identity in self.members.values() if identity}

    def count(self) -> dict[str, int]:
        """Count the items to delete, before anything is deleted."""
        kinds = Counter(
            piece.kind for id_ in self.members for piece in pieces_of(id_) if self._is_deleted(piece)
        )
        table = ProfileTable()
        changed = (redactions(table, id_, self.erased, self.copies) for id_ in self.related_profiles)
        works = (count_rewritten(id_, self._redacted_work) for id_ in self.related_profiles)
        return {
            "activities": kinds[ACTIVITIES],
            "notes_and_tasks": kinds[NOTES],
            "kept_answers": kinds[ANSWERS],
            "pages_of_counts": kinds[PAGES],
            "activities_redacted": sum(1 for found in changed for _ in found),
            "notes_and_tasks_redacted": sum(works),
            "files": sum(1 for id_ in self.members for _ in files_of(id_)),
        }

    def delete(self, rejected: Iterable[str]) -> None:
        """Delete everything, and the rejected input with these ids. Raises DeadlineExceededError before the
        deadline.
        """
        for id_ in self.members:
            self._empty(id_)
        projector = deployed_projector()
        for id_ in self.members:
            self.take_time()
            projector.refold(id_)
            bucket.delete(list(files_of(id_)))
        for id_ in self.related_profiles:
            self.take_time()
            projector.redact(id_, self.erased, self.copies)
            rewrite_work(id_, self._redacted_work)
            self._drop_lost_claims(id_)
            projector.refold(id_)
            self._delete_responses(id_)
        for id_ in rejected:
            self.take_time()
            delete_rejection(id_)

    def _empty(self, member_id: str) -> None:
        """Delete a partition until reading all of it finds nothing."""
        for _ in range(_PASSES):
            keys = (piece.sort_key for piece in pieces_of(member_id) if self._is_deleted(piece))
            found = 0
            while chunk := list(islice(keys, _CHUNK)):
                self.take_time()
                delete_pieces(member_id, chunk)
                found += len(chunk)
            if not found:
                return
        raise RuntimeError("there is always more to delete")

    def _is_deleted(self, piece: PartitionItem) -> bool:
        # Memberships are deleted by the stream's consumer, their only writer, on the record of the mark.
        if piece.kind == MEMBERSHIPS:
            return False
        if piece.kind == COPIES:
            # A copy that was made since the related profiles were found leads to a log that is not redacted yet.
            log = piece.sort_key.removeprefix(COPY_PREFIX)
            return log in self.members or log in self.related_profiles
        return piece.at is None or piece.at <= self.until

    def _redacted_work(self, work: Work) -> Work:
        return redacted_work(work, self.erased)

    def _delete_responses(self, related_id: str) -> None:
        """Delete stored responses to requests: they show a whole profile with those merged into it then."""
        keys = [piece.sort_key for piece in pieces_of(related_id) if piece.kind == ANSWERS]
        delete_pieces(related_id, keys)

    def check(self) -> None:
        """Raise RuntimeError when the index still lists a member that has not returned."""
        for id_ in self.members:
            listed = any(piece.kind == MEMBERSHIPS for piece in pieces_of(id_))
            if listed and ProfileTable().load([id_])[id_].card is None:
                raise RuntimeError("the index lists an erased profile")

    def _drop_lost_claims(self, related_id: str) -> None:
        """Remove the lost claims that a profile stores, whatever its log holds later."""
        table = ProfileTable()

        def attempt() -> None:
            related_profile = table.load([related_id]).get(related_id)
            if related_profile and drop_lost_claims(related_profile, self.erased):
                table.save([related_profile])

        retry_on_conflict(attempt, attempts=_ATTEMPTS)

    def take_time(self) -> None:
        """Raise DeadlineExceededError if this process has no time to begin another step."""
        if not self.has_time():
            raise DeadlineExceededError
