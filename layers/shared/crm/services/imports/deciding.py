"""What rows do to whom, as the people are at this moment."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from crm.domain.identity import Identity
from crm.domain.imports.outcome import Said, decide, of_nobody
from crm.domain.imports.reading import Row
from crm.domain.job import Job, JobError
from crm.services.definitions import tags
from crm.services.imports.acquaintances import Acquaintances, Met
from crm.services.imports.decided import Decided, message_id
from crm.services.imports.opened import Opened
from crm.services.imports.row_people import identities_of

MOST_TAGS_IN_CHUNK = 500
"""Different ones: more are no tags, but a column that was taken for tags by mistake."""


class Decider:
    """Decides rows of one file; tags that they give are registered."""

    def __init__(self, job: Job, file: Opened) -> None:
        self._job = job
        self._terms = file.terms(job)
        self._memberships = file.memberships
        self._tags: dict[str, str] = {}

    def decide(self, rows: Sequence[Row]) -> Iterator[tuple[Decided, Met]]:
        """Each row with whom it meets; their people are read together. Raises JobError."""
        self._register({tag for row in rows for tag in row.tags})
        known = Acquaintances()
        known.gather(identity for row in rows for identity in row.identities)
        known.gather_people(row.profile_id for row in rows if row.profile_id)
        for row in rows:
            yield self._decide_first(row, known)

    def _decide_first(self, row: Row, known: Acquaintances) -> tuple[Decided, Met]:
        meant = identities_of(row, known)
        said = self._said(row, meant.identities)
        erased_at = known.erased_at(row.profile_id) if row.profile_id else None
        if not meant.identities:
            return Decided(row.number, said, of_nobody(erased_at, self._terms)), Met()
        met = known.met_by(meant.identities)
        if erased_at is not None:
            met = replace(met, erased_at=max(erased_at, met.erased_at or 0))
        decided = self.decide_one(row.number, said, met)
        warnings = (*meant.warnings, *decided.outcome.warnings)
        return replace(decided, outcome=replace(decided.outcome, warnings=warnings)), met

    def decide_one(self, number: int, said: Said, met: Met) -> Decided:
        """One row, by its number in the file."""
        id_ = message_id(self._job.id, number)
        return Decided(number, said, decide(said, met.members, met.erased_at, self._terms, id_))

    def _said(self, row: Row, identities: tuple[Identity, ...]) -> Said:
        tag_ids = tuple(dict.fromkeys(self._tags[tag] for tag in row.tags))
        # By name: in which order they are read depends on where the file is cut.
        attributes = dict(sorted(row.attributes.items()))
        return Said(identities, attributes, tag_ids, row.consents, row.changed_at, self._memberships)

    def _register(self, names: Iterable[str]) -> None:
        unknown = sorted(set(names) - self._tags.keys())
        if len(self._tags) + len(unknown) > MOST_TAGS_IN_CHUNK:
            raise JobError(
                f"there are more than {MOST_TAGS_IN_CHUNK} different tags: map the column to an attribute",
                code="too_many_tags",
            )
        if unknown:
            self._tags |= tags.tag_ids(unknown, create=True, now=self._job.created_at)
