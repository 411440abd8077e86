"""Decide the outcome of rows, by the present state of the people that they match."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from crm.domain.identity import Identity
from crm.domain.imports.read_rows import ImportRow
from crm.domain.imports.row_decision import RowData, decide, skip_without_person
from crm.domain.job import Job, JobFailedError
from crm.services.definitions import tags
from crm.services.imports.decided_rows import Decided, message_id
from crm.services.imports.import_file import ImportFile
from crm.services.imports.people_cache import PeopleCache, RowMatch
from crm.services.imports.row_people import row_identities

MAX_TAGS_IN_CHUNK = 500
"""Different tags of a chunk: a column with more was taken for tags by mistake."""


class Decider:
    """Decides the rows of one file, and registers tags that they add."""

    def __init__(self, job: Job, file: ImportFile) -> None:
        self._job = job
        self._terms = file.terms(job)
        self._memberships = file.memberships
        self._tags: dict[str, str] = {}

    def decide(self, rows: Sequence[ImportRow]) -> Iterator[tuple[Decided, RowMatch]]:
        """Yield each row with the people that it matches, who are read together. Raises JobError."""
        self._register({tag for row in rows for tag in row.tags})
        known = PeopleCache()
        known.gather(identity for row in rows for identity in row.identities)
        known.gather_people(row.profile_id for row in rows if row.profile_id)
        for row in rows:
            yield self._decide_first(row, known)

    def _decide_first(self, row: ImportRow, known: PeopleCache) -> tuple[Decided, RowMatch]:
        found = row_identities(row, known)
        data = self._data_of(row, found.identities)
        erased_at = known.erased_at(row.profile_id) if row.profile_id else None
        if not found.identities:
            return Decided(row.number, data, skip_without_person(erased_at, self._terms)), RowMatch()
        match = known.match(found.identities)
        if erased_at is not None:
            match = replace(match, erased_at=max(erased_at, match.erased_at or 0))
        decided = self.decide_one(row.number, data, match)
        warnings = (*found.warnings, *decided.outcome.warnings)
        return replace(decided, outcome=replace(decided.outcome, warnings=warnings)), match

    def decide_one(self, number: int, data: RowData, match: RowMatch) -> Decided:
        """Decide one row, by its number in the file."""
        id_ = message_id(self._job.id, number)
        return Decided(number, data, decide(data, match.members, match.erased_at, self._terms, id_))

    def _data_of(self, row: ImportRow, identities: tuple[Identity, ...]) -> RowData:
        tag_ids = tuple(dict.fromkeys(self._tags[tag] for tag in row.tags))
        # By name: the order of reading depends on where the file is cut.
        attributes = dict(sorted(row.attributes.items()))
        return RowData(identities, attributes, tag_ids, row.consents, row.changed_at, self._memberships)

    def _register(self, names: Iterable[str]) -> None:
        unknown = sorted(set(names) - self._tags.keys())
        if len(self._tags) + len(unknown) > MAX_TAGS_IN_CHUNK:
            raise JobFailedError(
                f"there are more than {MAX_TAGS_IN_CHUNK} different tags: map the column to an attribute",
                code="too_many_tags",
            )
        if unknown:
            self._tags |= tags.tag_ids(unknown, create=True, now=self._job.created_at)
