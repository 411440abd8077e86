"""Definitions that name an erased person: conditions and their versions, names, forms, mappings, finished jobs.

They are few, and all of them are searched. Each is changed on the condition that it is still as it was read; later
changes are found when the erasure deletes again.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any

from crm.domain.definition_redaction import DefinitionRedactor, Document
from crm.domain.errors import ConflictError, NotFoundError, VersionConflictError
from crm.domain.job import CANCELLED, DONE, FAILED, Job
from crm.domain.named import folded_name
from crm.domain.segments.definition import Build, Segment
from crm.domain.segments.value_definition import ValueDefinition
from crm.domain.slug import slug_of
from crm.services.access import sources
from crm.services.definitions import lists, tags
from crm.services.definitions.named import Registry
from crm.services.ruleset import ruleset
from crm.services.ruleset.draft import Draft
from crm.services.segments.segments import VERSION
from crm.storage import definitions as stored
from crm.storage import jobs as stored_jobs

STANDALONE_KINDS = ("form", "mapping", "attribute", "webhook", "api_key", "view", VERSION)
"""Kinds of definitions that are documents of their own, whose change has no further consequences."""

KEYED_BY_NAME = ("mapping", "attribute")
"""Kinds whose names are their keys."""

REGISTRIES = (tags.TAG_REGISTRY, lists.LIST_REGISTRY)
DEFINITIONS_TOGETHER = 10
"""Segments and values changed in one transaction: with its builds a segment may take 300 KB of the 4 MB."""

_MAX_JOBS = 1_000
"""Finished jobs that are searched, the newest: older ones contain file names at most."""

_NAME_ROOM = 80
_ATTEMPTS = 10


@dataclass(frozen=True, slots=True)
class DefinitionErasure:
    """Erase a person from definitions. `check` raises DeadlineExceededError before the deadline; `now` in epoch ms."""

    redactor: DefinitionRedactor
    check: Callable[[], None]
    now: int

    def count(self) -> dict[str, int]:
        """Count definitions and jobs to be changed, and those that name the person but cannot be changed."""
        changed = left = 0
        for before, after in self._found():
            changed += after != before
            left += self.redactor.names_any(after)
        return {"definitions_redacted": changed, "definitions_left": left}

    def redact(self) -> None:
        """Redact all of them."""
        self._redact_rule_set()
        for kind in STANDALONE_KINDS:
            for id_, document, version in stored.each(kind):
                self.check()
                _rewrite(kind, id_, document, self._redacted_document(kind, document), version)
        for registry in REGISTRIES:
            self._redact_names(registry)
        for source in sources.list_all():
            if (name := self.redactor.readable(source.name)) != source.name:
                sources.update(source.id, {"name": name}, now=self.now)
        for job in _jobs():
            if (after := self._job(job)) != job:
                with suppress(VersionConflictError):
                    stored_jobs.save(after)

    def _found(self) -> Iterator[tuple[Document, Document]]:
        """Yield every definition as it is and as it will be."""
        draft = ruleset.read_draft()
        for segment in draft.segments.values():
            yield _as_document(segment), _as_document(self._segment(segment))
        for value in draft.values.values():
            yield value.definition | {"description": value.description}, self._value_document(value)
        for kind in STANDALONE_KINDS:
            for _, document, _version in stored.each(kind):
                yield document, self._redacted_document(kind, document)
        names = [(named.name, named.description) for registry in REGISTRIES for named in registry.all()]
        for name, description in [*names, *((source.name, "") for source in sources.list_all())]:
            texts = {"name": name, "description": description}
            yield texts, {field: self.redactor.readable(text) for field, text in texts.items()}
        for job in _jobs():
            after = self._job(job)
            yield {"s": job.subject, "r": job.result}, {"s": after.subject, "r": after.result}

    def _redacted_document(self, kind: str, document: Document) -> Document:
        after = self.redactor.document(document)
        name = document["name"]
        return after | {"name": name if kind in KEYED_BY_NAME else self.redactor.readable(name)}

    def _redact_rule_set(self) -> None:
        """Redact the rule set in parts: a transaction is bounded, and a part that is done stays done."""
        changed: list[str] = []

        def make(draft: Draft) -> None:
            changed.clear()
            for id_, segment in draft.segments.items():
                after = self._segment(segment)
                if after != segment and len(changed) < DEFINITIONS_TOGETHER:
                    changed.append(id_)
                    draft.segments[id_] = replace(after, name=_free_name(draft, after))
            for key, value in draft.values.items():
                after_value = self._value(value)
                if after_value != value and len(changed) < DEFINITIONS_TOGETHER:
                    changed.append(key[1])
                    draft.values[key] = after_value

        while True:
            self.check()
            ruleset.change_definitions(make)
            if not changed:
                return

    def _segment(self, segment: Segment) -> Segment:
        """Return the redacted segment: no other customer's membership changes, so no evaluation is needed."""
        condition = self.redactor.document(segment.condition) if segment.condition else segment.condition
        return replace(
            segment,
            name=self.redactor.readable(segment.name),
            description=self.redactor.readable(segment.description),
            condition=condition,
            serving=self._build(segment.serving),
            next=self._build(segment.next),
        )

    def _build(self, build: Build | None) -> Build | None:
        return build and replace(build, condition=self.redactor.document(build.condition))

    def _value(self, value: ValueDefinition) -> ValueDefinition:
        description = self.redactor.readable(value.description)
        return replace(value, description=description, definition=self.redactor.document(value.definition))

    def _value_document(self, value: ValueDefinition) -> Document:
        after = self._value(value)
        return after.definition | {"description": after.description}

    def _redact_names(self, registry: Registry) -> None:
        for named in registry.all():
            name, description = map(self.redactor.readable, (named.name, named.description))
            if (name, description) == (named.name, named.description):
                continue
            self.check()
            with suppress(NotFoundError):
                try:
                    registry.update(named.id, {"name": name, "description": description})
                except ConflictError:
                    numbered = _numbered(name, named.id)
                    registry.update(named.id, {"name": numbered, "description": description})

    def _job(self, job: Job) -> Job:
        """Return the redacted job. Its report is named after its file: without the name it cannot be found."""
        subject = self.redactor.document(job.subject)
        result = self.redactor.document(job.result) if job.result else job.result
        if isinstance(key := job.subject.get("key"), str):
            subject["key"] = self.redactor.file_name(key)
            if result and subject["key"] != key:
                result["report"] = None
        return replace(job, subject=subject, result=result)


def _as_document(segment: Segment) -> Document:
    builds = [build.condition for build in (segment.serving, segment.next) if build]
    return {
        "name": segment.name,
        "description": segment.description,
        "condition": segment.condition,
        "builds": builds,
    }


def _free_name(draft: Draft, segment: Segment) -> str:
    """Return a unique name of a segment: two may have been named after the same person."""
    names = [other.name for id_, other in draft.segments.items() if id_ != segment.id]
    slug = slug_of(segment.name)
    taken = folded_name(segment.name) in map(folded_name, names) or (
        slug != "" and slug in map(slug_of, names)
    )
    return _numbered(segment.name, segment.id) if taken else segment.name


def _numbered(name: str, id: str) -> str:
    return f"{name[:_NAME_ROOM]} {id[-6:]}"


def _rewrite(kind: str, id: str, before: Document, after: Document, version: int) -> None:
    if after == before:
        return
    if kind == VERSION:  # a copy that is never changed otherwise
        with stored.one_transaction() as changes:
            changes.put(kind, id, after)
        return
    if before.get("version") == version:
        after = after | {"version": version + 1}
    with suppress(VersionConflictError), stored.one_transaction() as changes:
        changes.replace(kind, id, after, read_version=version)


def _jobs() -> Iterator[Job]:
    entries: Iterator[tuple[str, str]] = islice(
        stored_jobs.newest_first((DONE, FAILED, CANCELLED), None), _MAX_JOBS
    )
    while chunk := [id_ for _, id_ in islice(entries, 100)]:
        yield from _finished(chunk)


def _finished(job_ids: Sequence[str]) -> list[Job]:
    found: dict[str, Any] = stored_jobs.find(job_ids)
    return [job for job in found.values() if job.state in {DONE, FAILED, CANCELLED}]
