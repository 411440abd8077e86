"""A segment: what it is called, whom it is about, and which of its builds serves.

A build is one version of the conditions with everything written out that they refer to, so that it answers by itself. A
new build is brought up beside the one that serves, and takes its place when everybody has been asked.
"""

import re
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from crm.domain.memberships import build_name

DYNAMIC, STATIC = "dynamic", "static"
TYPES = (DYNAMIC, STATIC)
BUILDING, READY, ARCHIVED = "building", "ready", "archived"
STATES = (BUILDING, READY, ARCHIVED)
MOST_SEGMENTS = 1_000
MOST_CONDITIONS = 500
DEEPEST = 20
LARGEST_BUILD = 100_000
"""Bytes of JSON of a build, with all that it refers to written out."""

_ID = re.compile(r"seg_[0-9a-f]{12}")

Condition = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Build:
    """`number` counts the builds of a segment; `version` is that of the definition that it is of."""

    number: int
    version: int
    condition: Condition


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """`condition` as it was defined last, names as ids; None of a static one. `serving` answers, `next` is brought up.

    `job`: the id of the job that does that. `snapshots`: of the rankings in its condition, by their key
    (`crm.domain.segments.ranking`). Times in epoch milliseconds.
    """

    id: str
    name: str
    type: str
    description: str = ""
    condition: Condition | None = None
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
    def state(self) -> str:
        """READY where every answer is by the definition as it is now."""
        if self.archived:
            return ARCHIVED
        return BUILDING if self.serving is None or self.next is not None else READY

    @property
    def group(self) -> str | None:
        """The group of those who are in it; None while there is no answer yet."""
        return None if self.serving is None else build_name(self.id, self.serving.number)


def looks_like_id(text: str) -> bool:
    """Whether it has the form of a segment's id."""
    return _ID.fullmatch(text) is not None


def with_next(segment: Segment, condition: Condition, job: str) -> Segment:
    """With a build of this written-out condition to be brought up."""
    number = segment.builds + 1
    build = Build(number, segment.version, condition)
    return replace(segment, builds=number, next=build, job=job)


def switched(segment: Segment) -> Segment:
    """With the next build in the place of the one that served."""
    return replace(segment, serving=segment.next, next=None, job=None)


def referred_to(condition: Condition | None) -> set[tuple[str, str]]:
    """(kind, id) of what a condition refers to: other segments, tags, lists, aggregates, scores, expressions."""
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


def to_record(segment: Segment) -> dict[str, Any]:
    """The stored form: plain JSON."""
    return asdict(segment)


def from_record(record: dict[str, Any]) -> Segment:
    """The segment of a stored form."""
    builds = {name: Build(**record[name]) if record[name] else None for name in ("serving", "next")}
    return Segment(**record | builds)
