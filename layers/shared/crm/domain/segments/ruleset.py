"""The rule set: every definition that decides about segments, compiled once, at one version."""

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field
from datetime import UTC
from typing import Any, NamedTuple

from crm.domain.attribute_reader import STANDARD_READER, AttributeReader
from crm.domain.card_fields import Card
from crm.domain.conditions.compile import compile_condition, member_of
from crm.domain.conditions.condition import NEVER, Node, next_change
from crm.domain.conditions.consent_conditions import consent_state
from crm.domain.conditions.facts import Facts, memberships_on
from crm.domain.conditions.value_conditions import Computed, computed
from crm.domain.consent import GRANTED, PROCESSING
from crm.domain.effects import consents_under
from crm.domain.fold_rules import Declarations, FoldRules
from crm.domain.local_days import LocalDays
from crm.domain.memberships import build_name
from crm.domain.metrics.counting import Counting
from crm.domain.metrics.metric import Metric
from crm.domain.person import deleted_at
from crm.domain.profile import ProfileState
from crm.domain.segments.definition import STATIC, Build, Segment
from crm.domain.segments.flips import pack_flips, unpack_flips


@dataclass(frozen=True, slots=True)
class EvaluatedBuild:
    """One build of a segment that is evaluated for every person; `serves`: it is the build that answers, or the first
    one.
    """

    segment: Segment
    build: Build
    node: Node
    serves: bool

    @property
    def group(self) -> str:
        """Return the name of the group of its customers."""
        return build_name(self.segment.id, self.build.number)


@dataclass(frozen=True, slots=True)
class SegmentEvaluation:
    """The result of evaluating a person.

    `segments`: groups of the serving builds that the person is in; `candidates`: groups of the builds that are
    prepared. `due`: the first instant at which time alone may change them; `flips`: that instant for each
    (`crm.domain.segments.flips`), where known.
    """

    segments: list[str]
    pending_builds: list[str]
    due: int | None
    flips: bytes | None = None


@dataclass(frozen=True, slots=True)
class _Value:
    """A definition that computes a value, for the card."""

    kind: str
    id: str
    name: str
    computed: Computed


class Definitions(NamedTuple):
    """The definitions that a rule set compiles: segments, and (kind, id, name, written-out definition) of values."""

    segments: Sequence[Segment] = ()
    values: Sequence[tuple[str, str, str, Mapping[str, Any]]] = ()


@dataclass(frozen=True, slots=True)
class RuleSet:
    """The compiled definitions.

    `since`: by metric, the version of the rule set since which it has been counted without a gap. `rules`: the rules
    by which logs are folded, since the versions of `declarations`. `reader`: the reader of attributes.
    """

    version: int
    days: LocalDays
    builds: tuple[EvaluatedBuild, ...] = ()
    values: tuple[_Value, ...] = ()
    since: Mapping[str, int] = field(default_factory=dict)
    rules: FoldRules = field(default_factory=FoldRules)
    declarations: Declarations = field(default_factory=Declarations)
    reader: AttributeReader = STANDARD_READER
    counting: Counting = field(init=False)
    newest_metric: int = field(init=False)
    groups: tuple[str, ...] = field(init=False)
    by_facet: Mapping[str, frozenset[int]] = field(init=False)

    def __post_init__(self) -> None:
        metrics = {m.id: m for evaluated in self.builds for m in evaluated.node.all_metrics}
        metrics |= {m.id: m for value in self.values for m in value.computed.metrics}
        object.__setattr__(
            self, "counting", Counting(metrics.values(), self.days, consents_under(self.rules))
        )
        newest = max((self.since.get(id_, 0) for id_ in metrics), default=0)
        object.__setattr__(self, "newest_metric", newest)
        object.__setattr__(self, "groups", tuple(evaluated.group for evaluated in self.builds))
        object.__setattr__(self, "by_facet", _by_facet(self.builds))

    @property
    def is_empty(self) -> bool:
        """Return whether nothing is to be counted or evaluated."""
        return not self.builds and not self.counting.metrics

    def counts_fully(self, profile: ProfileState) -> bool:
        """Return whether every metric has counted the whole log of a profile; else it must be folded again."""
        if not self.counting.metrics or not profile.daily:
            return True
        return self.newest_metric <= profile.rule_set

    def has_counted(self, metrics: Iterable[Metric], profile: ProfileState) -> bool:
        """Return whether these metrics have counted the whole log of a profile, regardless of other metrics."""
        if not profile.daily:
            return True
        return all(self.since.get(metric.id, 0) <= profile.rule_set for metric in metrics)

    def is_current(self, profile: ProfileState) -> bool:
        """Return whether the log of a profile was folded by these rules and counted fully; else it must be folded
        again.
        """
        if not profile.daily:
            return True
        if profile.rules != self.rules.version or self.declarations.outdate(profile):
            return False
        return self.counts_fully(profile)

    def find(self, segment_id: str) -> EvaluatedBuild | None:
        """Return the build that serves a segment, or None."""
        return next((one for one in self.builds if one.serves and one.segment.id == segment_id), None)

    def evaluate(
        self,
        members: Sequence[ProfileState],
        now: int,
        *,
        consent_required: bool = False,
        changed: frozenset[str] | None = None,
    ) -> SegmentEvaluation:
        """Evaluate which segments a person is in.

        `changed`: the facets that differ since `members[0]` was evaluated by this rule set; only conditions
        that read them, and those that time has changed since, are evaluated again. None evaluates all, which is
        required where time has changed a condition and the profile does not record which.
        """
        if deleted_at(members) is not None or not self.builds:
            return SegmentEvaluation([], [], None)
        root, facts = members[0], Facts(members)
        kept = None if changed is None or consent_required else unpack_flips(root.flips)
        places = self._places(changed, kept, now)
        closed, opens = closed_until(facts, now) if consent_required else (False, NEVER)
        found, flips = self._evaluate_builds(places, facts, now, closed=closed)
        if changed is not None:
            found |= self._placed(root.card) - places
            flips |= {place: at for place, at in (kept or {}).items() if place not in places}
        known = not consent_required and (changed is None or kept is not None)
        before = NEVER if changed is None or known else root.due or NEVER
        due = min(*flips.values(), before, opens, NEVER)
        return SegmentEvaluation(
            self._groups_at(found, serve=True),
            self._groups_at(found, serve=False),
            None if due >= NEVER else due,
            pack_flips(flips) if known else None,
        )

    def _places(self, changed: frozenset[str] | None, flips: Mapping[int, int] | None, now: int) -> Set[int]:
        """Return the positions of the builds to evaluate."""
        if changed is None:
            return set(range(len(self.builds)))
        looking = frozenset[int]().union(*(self.by_facet.get(facet, ()) for facet in changed))
        return looking | {place for place, at in (flips or {}).items() if at <= now}

    def _placed(self, card: Card | None) -> set[int]:
        """Return the positions of the groups that a card names."""
        named = frozenset(memberships_on(card))
        return {place for place, group in enumerate(self.groups) if group in named}

    def _groups_at(self, places: Set[int], *, serve: bool) -> list[str]:
        return sorted(self.groups[place] for place in places if self.builds[place].serves is serve)

    def _evaluate_builds(
        self, places: Iterable[int], facts: Facts, now: int, *, closed: bool
    ) -> tuple[set[int], dict[int, int]]:
        """Evaluate the builds at these positions; return those that hold, and when time alone will change each."""
        found: set[int] = set()
        flips: dict[int, int] = {}
        for place in places:
            one = self.builds[place]
            if closed and one.segment.type != STATIC:
                continue
            holds, until = next_change(one.node, facts, now)
            if holds:
                found.add(place)
            if until < NEVER:
                flips[place] = until
        return found, flips


def closed_until(facts: Facts, now: int) -> tuple[bool, int]:
    """Return whether the person's activities must not be evaluated, because a consent is missing, and until when."""
    state, until = consent_state(facts, PROCESSING, now)
    return state != GRANTED, until


def _by_facet(evaluated: Iterable[EvaluatedBuild]) -> dict[str, frozenset[int]]:
    found: dict[str, set[int]] = {}
    for place, one in enumerate(evaluated):
        # Without the consent to processing nothing is evaluated: every condition depends on it.
        for facet in one.node.facets | {f"consent:{PROCESSING}"}:
            found.setdefault(facet, set()).add(place)
    return {facet: frozenset(places) for facet, places in found.items()}


def rule_set_of(
    definitions: Definitions,
    version: int,
    days: LocalDays,
    since: Mapping[str, int],
    rules: FoldRules | None = None,
    declarations: Declarations | None = None,
    reader: AttributeReader = STANDARD_READER,
) -> RuleSet:
    """Compile all definitions, except archived segments."""
    builds = [one for segment in definitions.segments for one in _builds(segment, days, reader)]
    values = [
        _Value(kind, id_, name, computed(kind, definition, days, reader))
        for kind, id_, name, definition in definitions.values
    ]
    return RuleSet(
        version,
        days,
        tuple(builds),
        tuple(values),
        since,
        rules or FoldRules(),
        declarations or Declarations(),
        reader,
    )


def _builds(segment: Segment, days: LocalDays, reader: AttributeReader) -> Iterable[EvaluatedBuild]:
    if segment.archived:
        return
    for build, serves in ((segment.serving, True), (segment.next, segment.serving is None)):
        if build is not None:
            node = member_of(segment.id, compile_condition(build.condition, days, reader), build.condition)
            yield EvaluatedBuild(segment, build, node, serves)


def metrics_of(definitions: Definitions, days: LocalDays) -> dict[str, Metric]:
    """Return every metric that these definitions require, by id."""
    return dict(rule_set_of(definitions, 0, days, {}).counting.metrics)


EMPTY_RULE_SET = RuleSet(0, LocalDays(UTC, "UTC"))
"""The rule set of a deployment without definitions."""
