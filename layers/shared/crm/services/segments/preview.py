"""Preview a condition before it is saved: the number of matches and a sample of them. Nothing is stored.

A small population is tested as a whole, and the count is exact. Of a large one a random sample is tested; the
response marks the count as an estimate and gives its margin of error.
"""

import math
import random
import time
from collections.abc import Iterator, Sequence
from itertools import islice

from crm.domain.api_key import Principal
from crm.domain.commands.segments import ConditionJson
from crm.domain.conditions.compile import compile_condition
from crm.domain.conditions.condition import Node
from crm.domain.conditions.facts import Facts
from crm.domain.segments.ranking import is_waiting
from crm.domain.segments.ruleset import closed_until
from crm.domain.views.profiles import ProfileCardView
from crm.domain.views.segments import SegmentPreviewView
from crm.services.definitions import tags
from crm.services.profiles import people
from crm.services.profiles.cards import card_view, read_cards
from crm.services.profiles.people import Person
from crm.services.ruleset import ruleset
from crm.services.ruleset.budget import cost_of
from crm.services.segments import builds
from crm.services.segments.condition_validation import read_condition
from crm.services.segments.log_facts import query_person
from crm.services.segments.ranking import ranked_among
from crm.services.segments.segments import finder
from crm.services.selections.selection_walk import ANY_PROFILE, Selection, walk
from crm.settings import settings

SAMPLE_SIZE = 2_000
"""Customers that one preview tests."""

WALKED = 50_000
"""Customers from which the sample is drawn."""

ENOUGH_S = 8
"""Seconds of a preview, half of them for drawing. The rest is estimated then: the function has 29 seconds."""

_AT_ONCE = 100
_CONFIDENCE = 1.96
"""Standard deviations on either side that contain the true value 95 times in 100."""


def preview(
    *, condition: ConditionJson, kind: str = ANY_PROFILE, sample: int = 10, viewer: Principal, now: int
) -> SegmentPreviewView:
    """Return the model `Preview`. Raises InvalidInputError with all errors in the condition."""
    started = time.monotonic()
    draft = ruleset.read_draft()
    read = read_condition(condition, finder(draft))
    written_out = builds.written_out_condition(draft, read)
    ids, complete = _drawn(kind, viewer, now, until=started + ENOUGH_S / 2)
    population = len(ids)
    chosen = ids if population <= SAMPLE_SIZE else random.Random(population).sample(ids, SAMPLE_SIZE)  # noqa: S311 - no secret
    if is_waiting(written_out):
        written_out = ranked_among(written_out, _people(chosen), now, until=started + ENOUGH_S / 2)
    node = compile_condition(written_out, ruleset.local_days(), ruleset.current_rule_set().reader)
    found: list[str] = []
    looked_at = 0
    for person in _people(chosen):
        looked_at += 1
        if _holds(node, person, now):
            found.append(person.root.id)
        if time.monotonic() - started > ENOUGH_S:
            break
    exact = complete and looked_at == population
    count, margin = _estimated(len(found), looked_at, population, exact=exact)
    return {
        "count": count,
        "margin": margin,
        "exact": exact,
        "looked_at": looked_at,
        "population": population,
        "population_is_larger": not complete,
        "sample": _cards(found[:sample], now),
        "cost": cost_of(node.all_metrics, ruleset.current_rule_set().counting.metrics),
        "seconds": round(time.monotonic() - started, 1),
    }


def _drawn(kind: str, viewer: Principal, now: int, *, until: float) -> tuple[list[str], bool]:
    """Return canonical ids of visible customers, and whether these are all; the first ones when time is up."""
    classes = None if viewer.classes is None else sorted(viewer.classes)
    selection: Selection = {"by": "all", "kind": kind, "classes": classes, "filter": {}}
    ids: dict[str, None] = {}
    for step in walk(selection, viewer, None, now=now):
        ids |= dict.fromkeys(step.ids)
        if len(ids) > WALKED or (ids and time.monotonic() > until):
            return list(ids)[:WALKED], False
    return list(ids), True


def _people(ids: Sequence[str]) -> Iterator[Person]:
    left = iter(ids)
    while chunk := list(islice(left, _AT_ONCE)):
        found = people.find_many(chunk)
        yield from (found[id_] for id_ in chunk if id_ in found)


def _holds(node: Node, person: Person, now: int) -> bool:
    if settings().processing_consent_required and closed_until(Facts(person.members), now)[0]:
        return False
    return query_person(person.members, node.all_metrics, lambda facts: node.holds(facts, now))


def _estimated(found: int, looked_at: int, population: int, *, exact: bool) -> tuple[int, int | None]:
    if exact or not looked_at:
        return found, None
    share = found / looked_at
    # Agresti and Coull's interval: sensible also when none or all match.
    padded = looked_at + _CONFIDENCE**2
    middle = (found + _CONFIDENCE**2 / 2) / padded
    margin = _CONFIDENCE * math.sqrt(middle * (1 - middle) / padded)
    return round(share * population), math.ceil(margin * population)


def _cards(ids: Sequence[str], now: int) -> list[ProfileCardView]:
    cards = read_cards(ids, now)
    names = tags.names({tag for card in cards.values() for tag in card.get("tags", ())})
    return [card_view(id_, cards[id_], names, now) for id_ in ids if id_ in cards]
