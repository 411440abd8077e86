"""Evaluate compiled conditions: whether one holds at an instant, and until when, if nothing happens.

Because the future of a person without new activities is known, the next change is found by evaluating again at the
end of each span: no person has to be evaluated earlier.
"""

from collections.abc import Callable, Iterator, Sequence, Set
from dataclasses import dataclass
from typing import Any

from crm.domain.conditions.facts import Facts
from crm.domain.metrics.counting import counts_once
from crm.domain.metrics.metric import Metric

NEVER = 1 << 60
"""An instant that is never reached."""

MAX_STEPS = 500
"""Maximum spans that are evaluated to find the next change; after them the person is due at the end of the last one."""

Span = tuple[bool, int]
"""Whether it holds, and the instant (epoch ms) until which that cannot change; NEVER where only events change it."""

Holds = Callable[[Facts, int], bool]
Spans = Callable[[Facts, int], Span]
_Evidence = Callable[[Facts, int], dict[str, Any]]


@dataclass(frozen=True, slots=True, eq=False)
class Node:
    """A compiled condition.

    `definition`: the condition as it is defined. `facets`: the parts of the facts that it reads. `metrics`: the metrics
    that it alone requires. `evidence` returns the values that decided, for a condition without parts. `exact`: a span
    ends where the result changes, so that the next change is known without further evaluation.
    """

    definition: dict[str, Any]
    holds: Holds
    span: Spans
    facets: frozenset[str] = frozenset()
    parts: Sequence["Node"] = ()
    evidence: _Evidence | None = None
    metrics: tuple[Metric, ...] = ()
    exact: bool = False

    @property
    def all_metrics(self) -> Iterator[Metric]:
        """Yield the metrics that it and its parts require."""
        yield from self.metrics
        for part in self.parts:
            yield from part.all_metrics


def timeless(condition: dict[str, Any], holds: Holds, facets: Set[str], evidence: _Evidence) -> Node:
    """Build a condition that only events and edits change."""

    def span(facts: Facts, at: int) -> Span:
        return holds(facts, at), NEVER

    return Node(condition, holds, span, frozenset(facets), (), evidence, exact=True)


def timed(
    condition: dict[str, Any],
    span: Spans,
    facets: set[str],
    evidence: _Evidence,
    metrics: tuple[Metric, ...] = (),
    *,
    holds: Holds | None = None,
    exact: bool = False,
) -> Node:
    """Build a condition that time alone changes, too.

    `holds`: its result without the end of the span, where that takes less time to compute.
    """
    counted = {metric_facet(metric.id) for metric in metrics}
    counted |= {ORDERS for metric in metrics if counts_once(metric.selector)}
    reads = frozenset(facets | counted)
    result = holds or (lambda facts, at: span(facts, at)[0])
    return Node(condition, result, span, reads, (), evidence, metrics, exact)


ORDERS = "orders"
"""The facet of the ledger."""


def metric_facet(metric_id: str) -> str:
    """Return the facet of a metric."""
    return f"metric:{metric_id}"


def all_of(condition: dict[str, Any], parts: Sequence[Node]) -> Node:
    """Build the condition that holds where every part does."""
    tests = tuple(part.holds for part in parts)
    spans = tuple(part.span for part in parts)

    def holds(facts: Facts, at: int) -> bool:
        for test in tests:  # noqa: SIM110 - a generator would take twice the time
            if not test(facts, at):
                return False
        return True

    return Node(
        condition, holds, lambda facts, at: _together(spans, facts, at, lasting=False), _facets(parts), parts
    )


def any_of(condition: dict[str, Any], parts: Sequence[Node]) -> Node:
    """Build the condition that holds where any part does."""
    tests = tuple(part.holds for part in parts)
    spans = tuple(part.span for part in parts)

    def holds(facts: Facts, at: int) -> bool:
        for test in tests:  # noqa: SIM110 - as above
            if test(facts, at):
                return True
        return False

    return Node(
        condition, holds, lambda facts, at: _together(spans, facts, at, lasting=True), _facets(parts), parts
    )


def _together(spans: Sequence[Spans], facts: Facts, at: int, *, lasting: bool) -> Span:
    """Combine the spans of parts.

    A part whose result is `lasting` decides for as long as any such part lasts; else all parts together, while all
    last.
    """
    deciding, all_last = 0, NEVER
    for span in spans:
        holds, until = span(facts, at)
        if holds is lasting:
            deciding = max(deciding, until)
        else:
            all_last = min(all_last, until)
    return (lasting, deciding) if deciding else (not lasting, all_last)


def none_of(condition: dict[str, Any], part: Node) -> Node:
    """Build the condition that holds where the part does not."""

    def span(facts: Facts, at: int) -> Span:
        holds, until = part.span(facts, at)
        return not holds, until

    def holds(facts: Facts, at: int) -> bool:
        return not part.holds(facts, at)

    return Node(condition, holds, span, part.facets, (part,), exact=part.exact)


def _facets(parts: Sequence[Node]) -> frozenset[str]:
    return frozenset().union(*(part.facets for part in parts))


def next_change(node: Node, facts: Facts, at: int) -> Span:
    """Return whether it holds at an instant, and the first later instant at which that changes; NEVER if none."""
    holds, until = node.span(facts, at)
    if node.exact:
        return holds, until
    for _ in range(MAX_STEPS):
        if until >= NEVER:
            return holds, NEVER
        then, further = node.span(facts, until)
        if then is not holds:
            return holds, until
        until = further
    return holds, until
