"""A segment: its name, its condition, and its builds.

A build is one version of the condition with everything written out that it refers to, so that it can be evaluated by
itself. A new build is prepared while the current one serves, and replaces it when every customer has been evaluated.
"""

from dataclasses import dataclass, field, replace
from typing import Any

from crm.domain.etag import etag_of
from crm.domain.id_format import IdFormat
from crm.domain.memberships import build_name

DYNAMIC, STATIC = "dynamic", "static"
SEGMENT_TYPES = (DYNAMIC, STATIC)
_BUILDING, _READY, _ARCHIVED = "building", "ready", "archived"
SEGMENT_STATES = (_BUILDING, _READY, _ARCHIVED)
MAX_SEGMENTS = 1_000
MAX_CONDITIONS = 500
DEEPEST = 20
MAX_BUILD_BYTES = 100_000
"""Maximum bytes of JSON of a build, with everything written out that it refers to."""

SEGMENT_ID_FORMAT = IdFormat("seg")

StoredCondition = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Build:
    """One build of a segment's condition.

    `number` counts the builds of a segment; `version` is that of its definition.
    """

    number: int
    version: int
    condition: StoredCondition


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """A segment as it is stored. Times in epoch milliseconds.

    `condition`: the latest definition, with ids in place of names; None for a static segment. `serving` answers,
    `next` is being prepared by the job with the id `job`. `snapshots`: those of the rankings in its condition, by
    their key (`crm.domain.segments.ranking`).
    """

    id: str
    name: str
    type: str
    description: str = ""
    condition: StoredCondition | None = None
    archived: bool = False
    created_at: int
    updated_at: int
    version: int = 1
    builds: int = 0
    snapshots: dict[str, dict[str, Any]] = field(default_factory=dict)
    serving: Build | None = None
    next: Build | None = None
    job: str | None = None

    @property
    def etag(self) -> str:
        """Return the ETag of this version."""
        return etag_of(self.id, self.version)

    @property
    def state(self) -> str:
        """Return READY where the serving build is the current definition, else BUILDING or ARCHIVED."""
        if self.archived:
            return _ARCHIVED
        return _BUILDING if self.serving is None or self.next is not None else _READY

    @property
    def group(self) -> str | None:
        """Return the group of its customers; None before the first build serves."""
        return None if self.serving is None else build_name(self.id, self.serving.number)


def with_next(segment: Segment, condition: StoredCondition, job: str) -> Segment:
    """Return the segment with a build of this written-out condition to prepare."""
    number = segment.builds + 1
    build = Build(number, segment.version, condition)
    return replace(segment, builds=number, next=build, job=job)


def switched(segment: Segment) -> Segment:
    """Return the segment with its next build as the serving one."""
    return replace(segment, serving=segment.next, next=None, job=None)


def referred_to(condition: StoredCondition | None) -> set[tuple[str, str]]:
    """Return (kind, id) of everything a condition refers to: segments, tags, lists, aggregates, scores, expressions."""
    if not condition:
        return set()
    found = {
        (kind, condition[kind])
        for kind in _REFERENCES
        if condition.get("type") in {kind, "value", "top"} and isinstance(condition.get(kind), str)
    }
    for part in (*condition.get("conditions", ()), *filter(None, [condition.get("condition")])):
        found |= referred_to(part)
    return found


_REFERENCES = ("segment", "tag", "list", "aggregate", "score", "expression")
