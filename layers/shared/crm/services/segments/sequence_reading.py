"""Reading conditions of type `sequence`: which of its fields go together, and how far they reach."""

from collections.abc import Iterable

from crm.domain.segments.sequences import Plan, plan_of
from crm.domain.segments.windows import InstantWindow, milliseconds_in
from crm.services.segments.event_reading import Said, ensure_hours, ensure_kept, read_selection, unfit


def read_sequence(said: Said) -> Said:
    """A sequence in its stored form. Raises InvalidInputError."""
    _ensure_named(said)
    read = read_selection(_limited(said, ""))
    for name in ("first", "then", "then_not"):
        if name in said:
            read[name] = _part(said[name], f"{name}.")
    if "steps" in said:
        read["steps"] = [_part(step, f"steps.{number}.") for number, step in enumerate(said["steps"])]
    plan = plan_of(read)
    _ensure_between(read, plan)
    _ensure_reach(plan)
    return read


def _ensure_named(said: Said) -> None:
    if ("first" in said) == ("steps" in said):
        raise unfit("steps", "name either first, with then or then_not, or a list of steps")
    if "then" in said and "first" not in said:
        raise unfit("then", "goes with first: steps name all that follows")
    if "then" not in said and "then_not" not in said and len(said.get("steps", ())) < 2:  # noqa: PLR2004 - a sequence
        raise unfit("then" if "first" in said else "steps", "name what follows, or as then_not what does not")


def _ensure_between(said: Said, plan: Plan) -> None:
    if len(plan.steps) == 1:
        if "without" in said:
            raise unfit(
                "without", "is for what lies between two steps: name what must not follow as then_not"
            )
        if _limits(said) and _limits(said["then_not"]):
            raise unfit(
                "then_not", "is in time either by its own within or within_days, or by those of the sequence"
            )
    opening = said["steps"][0] if "steps" in said else {}
    for name in [*_limits(opening), "without"]:
        if name in opening:
            raise unfit(f"steps.0.{name}", "nothing comes before the first step")


def _limits(said: Said) -> list[str]:
    return [name for name in ("within_days", "within") if name in said]


def _part(said: Said, place: str) -> Said:
    return read_selection(_limited(said, place), place)


def _limited(said: Said, place: str) -> Said:
    """With all that must not lie between in its stored form."""
    if len(_limits(said)) > 1:
        raise unfit(f"{place}within", "takes either within_days or within: days, or hours and minutes")
    if "within" in said:
        ensure_hours(milliseconds_in(said["within"]), f"{place}within")
    if "without" not in said:
        return said
    barred = [read_selection(one, f"{place}without.{n}.") for n, one in enumerate(said["without"])]
    return said | {"without": barred}


def _ensure_reach(plan: Plan) -> None:
    if isinstance(plan.window, InstantWindow) or not plan.window.rolling:
        return
    reaches: Iterable[int | None] = (plan.reach(step) for step in range(len(plan.steps)))
    longest = max((reach for reach in reaches if reach is not None), default=0)
    ensure_kept(plan.window.earliest + 1 + longest, "within_days")
