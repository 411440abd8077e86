"""The catalogue: every definition that has a say in who is in which segment, compiled once, at one version."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC
from typing import Any, NamedTuple

from crm.domain.card import deleted_at
from crm.domain.consent import GRANTED, PROCESSING
from crm.domain.fold_rules import Declarations, FoldRules
from crm.domain.local_days import LocalDays
from crm.domain.memberships import build_name
from crm.domain.metrics.counting import Counting
from crm.domain.metrics.metric import Metric
from crm.domain.profile import ProfileState
from crm.domain.segments.card_conditions import consent_state
from crm.domain.segments.compiling import compiled, member_of
from crm.domain.segments.definition import STATIC, Build, Segment
from crm.domain.segments.facts import Facts
from crm.domain.segments.node import NEVER, Node, next_change
from crm.domain.segments.value_conditions import Computed, computed


@dataclass(frozen=True, slots=True)
class Asked:
    """One build of a segment that everybody is asked about; `serves` or will."""

    segment: Segment
    build: Build
    node: Node
    serves: bool

    @property
    def group(self) -> str:
        return build_name(self.segment.id, self.build.number)


@dataclass(frozen=True, slots=True)
class Judgement:
    """Groups of the builds that serve, and of those that will, which a person is in; and when that may change by
    itself.
    """

    segments: list[str]
    candidates: list[str]
    due: int | None


@dataclass(frozen=True, slots=True)
class Value:
    """A definition that computes a value, for the card."""

    kind: str
    id: str
    name: str
    computed: Computed


class Definitions(NamedTuple):
    """What a catalogue is made of: segments, and (kind, id, name, written-out definition) of what computes values."""

    segments: Sequence[Segment] = ()
    values: Sequence[tuple[str, str, str, Mapping[str, Any]]] = ()


@dataclass(frozen=True, slots=True)
class Catalogue:
    """`since`: by metric, the version of the catalogue since which it has been counted without a break. `rules`: by
    which logs are folded, since the versions of `declarations`.
    """

    version: int
    days: LocalDays
    asked: tuple[Asked, ...] = ()
    values: tuple[Value, ...] = ()
    since: Mapping[str, int] = field(default_factory=dict)
    rules: FoldRules = field(default_factory=FoldRules)
    declarations: Declarations = field(default_factory=Declarations)
    counting: Counting = field(init=False)
    by_facet: Mapping[str, tuple[Asked, ...]] = field(init=False)

    def __post_init__(self) -> None:
        metrics = {m.id: m for asked in self.asked for m in asked.node.all_metrics}
        metrics |= {m.id: m for value in self.values for m in value.computed.metrics}
        object.__setattr__(self, "counting", Counting(metrics.values(), self.days))
        object.__setattr__(self, "by_facet", _by_facet(self.asked))

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to be counted or asked."""
        return not self.asked and not self.counting.metrics

    def counts_fully(self, profile: ProfileState) -> bool:
        """Whether the whole log of a profile was counted by every metric; else it must be folded again."""
        if not self.counting.metrics or not profile.daily:
            return True
        return all(self.since.get(id_, 0) <= profile.catalogue for id_ in self.counting.metrics)

    def is_current(self, profile: ProfileState) -> bool:
        """Whether the log of a profile was folded by these rules and counted fully; else it must be folded again."""
        if not profile.daily:
            return True
        if profile.rules != self.rules.version or self.declarations.outdate(profile):
            return False
        return self.counts_fully(profile)

    def find(self, segment_id: str) -> Asked | None:
        """The build that serves a segment."""
        return next((one for one in self.asked if one.serves and one.segment.id == segment_id), None)

    def judge(
        self,
        members: Sequence[ProfileState],
        now: int,
        *,
        consent_required: bool = False,
        changed: frozenset[str] | None = None,
    ) -> Judgement:
        """Which segments a person is in. `changed`: the facets that differ since `members[0]` was judged by this very
        catalogue, before it was due; only what looks at them is asked again. None asks everything.
        """
        if deleted_at(members) is not None or not self.asked:
            return Judgement([], [], None)
        root, facts = members[0], Facts(members)
        asked, kept = self.asked, set[str]()
        due = NEVER
        if changed is not None:
            asked = tuple(
                {id(one): one for facet in changed for one in self.by_facet.get(facet, ())}.values()
            )
            again = {one.group for one in asked}
            card = root.card or {}
            kept = {
                group
                for group in (*card.get("segments", ()), *card.get("candidates", ()))
                if group not in again
            }
            due = root.due or NEVER
        closed, opens = closed_until(facts, now) if consent_required else (False, NEVER)
        found, flips = _ask(asked, facts, now, closed=closed)
        groups = found | kept
        due = min(due, flips, opens)
        return Judgement(
            sorted(one.group for one in self.asked if one.serves and one.group in groups),
            sorted(one.group for one in self.asked if not one.serves and one.group in groups),
            None if due >= NEVER else due,
        )


def closed_until(facts: Facts, now: int) -> tuple[bool, int]:
    """Whether what a person did must not be looked at, for want of a consent to it; and when that may change."""
    state, until = consent_state(facts, PROCESSING, now)
    return state != GRANTED, until


def _ask(asked: Iterable[Asked], facts: Facts, now: int, *, closed: bool) -> tuple[set[str], int]:
    found: set[str] = set()
    due = NEVER
    for one in asked:
        if closed and one.segment.type != STATIC:
            continue
        holds, until = next_change(one.node, facts, now)
        if holds:
            found.add(one.group)
        due = min(due, until)
    return found, due


def _by_facet(asked: Iterable[Asked]) -> dict[str, tuple[Asked, ...]]:
    found: dict[str, list[Asked]] = {}
    for one in asked:
        # Without the consent to processing nobody is asked anything: all depends on it.
        for facet in one.node.facets | {f"consent:{PROCESSING}"}:
            found.setdefault(facet, []).append(one)
    return {facet: tuple(ones) for facet, ones in found.items()}


def catalogue_of(
    definitions: Definitions,
    version: int,
    days: LocalDays,
    since: Mapping[str, int],
    rules: FoldRules | None = None,
    declarations: Declarations | None = None,
) -> Catalogue:
    """Compile everything. Archived segments are not asked."""
    asked = [one for segment in definitions.segments for one in _builds(segment, days)]
    values = [
        Value(kind, id_, name, computed(kind, said, days)) for kind, id_, name, said in definitions.values
    ]
    return Catalogue(
        version,
        days,
        tuple(asked),
        tuple(values),
        since,
        rules or FoldRules(),
        declarations or Declarations(),
    )


def _builds(segment: Segment, days: LocalDays) -> Iterable[Asked]:
    if segment.archived:
        return
    for build, serves in ((segment.serving, True), (segment.next, segment.serving is None)):
        if build is not None:
            node = member_of(segment.id, compiled(build.condition, days), build.condition)
            yield Asked(segment, build, node, serves)


def metrics_of(definitions: Definitions, days: LocalDays) -> dict[str, Metric]:
    """Every metric that these definitions ask for, by id."""
    return dict(catalogue_of(definitions, 0, days, {}).counting.metrics)


EMPTY = Catalogue(0, LocalDays(UTC, "UTC"))
"""Of a deployment in which nothing is defined."""
