"""Read conditions of type `sequence`: check which of its fields go together, and how far they reach."""

from collections.abc import Iterable

from crm.domain.conditions.sequence_plan import Plan, sequence_plan_of
from crm.domain.conditions.windows import InstantWindow, milliseconds_in
from crm.services.segments.event_condition_validation import (
    EventConditionJson,
    ensure_hours,
    ensure_within_retention,
    read_selection,
    unfit,
)


def read_sequence(definition: EventConditionJson) -> EventConditionJson:
    """Return a sequence in its stored form. Raises InvalidInputError."""
    _ensure_named(definition)
    read = read_selection(_limited(definition, ""))
    for name in ("first", "then", "then_not"):
        if name in definition:
            read[name] = _part(definition[name], f"{name}.")
    if "steps" in definition:
        read["steps"] = [_part(step, f"steps.{number}.") for number, step in enumerate(definition["steps"])]
    plan = sequence_plan_of(read)
    _ensure_between(read, plan)
    _ensure_reach(plan)
    return read


def _ensure_named(definition: EventConditionJson) -> None:
    if ("first" in definition) == ("steps" in definition):
        raise unfit("steps", "send either first, with then or then_not, or a list of steps")
    if "then" in definition and "first" not in definition:
        raise unfit("then", "is only allowed with first: with steps, the steps are the whole sequence")
    if "then" not in definition and "then_not" not in definition and len(definition.get("steps", ())) < 2:  # noqa: PLR2004 - a sequence
        raise unfit(
            "then" if "first" in definition else "steps",
            "must contain what follows; for what must not follow, send then_not",
        )


def _ensure_between(definition: EventConditionJson, plan: Plan) -> None:
    if len(plan.steps) == 1:
        if "without" in definition:
            raise unfit(
                "without", "is only for activities between two steps: for what must not follow, send then_not"
            )
        if _limits(definition) and _limits(definition["then_not"]):
            raise unfit("then_not", "must not have its own within or within_days if the sequence has one")
    opening = definition["steps"][0] if "steps" in definition else {}
    for name in [*_limits(opening), "without"]:
        if name in opening:
            raise unfit(f"steps.0.{name}", "is not allowed in the first step")


def _limits(definition: EventConditionJson) -> list[str]:
    return [name for name in ("within_days", "within") if name in definition]


def _part(definition: EventConditionJson, place: str) -> EventConditionJson:
    return read_selection(_limited(definition, place), place)


def _limited(definition: EventConditionJson, place: str) -> EventConditionJson:
    """Return the step with everything that must not lie between in its stored form."""
    if len(_limits(definition)) > 1:
        raise unfit(f"{place}within", "must not be combined with within_days: send one of them")
    if "within" in definition:
        ensure_hours(milliseconds_in(definition["within"]), f"{place}within")
    if "without" not in definition:
        return definition
    excluded = [read_selection(one, f"{place}without.{n}.") for n, one in enumerate(definition["without"])]
    return definition | {"without": excluded}


def _ensure_reach(plan: Plan) -> None:
    if isinstance(plan.window, InstantWindow) or not plan.window.rolling:
        return
    reaches: Iterable[int | None] = (plan.reach(step) for step in range(len(plan.steps)))
    longest = max((reach for reach in reaches if reach is not None), default=0)
    ensure_within_retention(plan.window.earliest + 1 + longest, "within_days")
