"""Registers with budgets: limits of the names and values that any sender can set (docs/limits.md).

A budget in bytes would depend on the order of arrival. Therefore each rank has a number of undeclared names, the
first ones in a secret order of all that it ever set, and a maximum size of values: N names of M bytes. A name that is
kept was never displaced, and no later message changes which ones are first, so all of this is commutative and
idempotent.
"""

from typing import Any

from crm.domain.effect_fields import ATTRIBUTES, CONSENTS
from crm.domain.fold_rules import BUDGETS, MAX_FOLDED_NAME_LENGTH, MAX_NAME_BYTES, Budget, FoldRules
from crm.domain.json_text import beginning, size_of
from crm.domain.profile import ProfileState
from crm.domain.stamped import LeftOut, Stamped
from crm.domain.trust import Rank

MAX_LISTED_NAMES = 10
"""Maximum left-out names that a card lists, by budget."""

_SHOWN_OF_LONG = 40
_PLAIN_NAME = 33
"""A character takes at most 6 bytes as JSON: a shorter name need not be measured."""

ENVIRONMENT = frozenset(
    [
        "browser",
        "browser_version",
        "os",
        "os_version",
        "device",
        "device_type",
        "ip",
        "locale",
        "timezone",
        "screen",
    ]
)
MAX_ENVIRONMENT_BYTES = 200
"""Maximum bytes of one value of the technical environment, as JSON."""

_PLAIN_ENVIRONMENT = MAX_ENVIRONMENT_BYTES // 6
"""A value of this many characters fits, because a character takes at most 6 bytes as JSON."""


def put_one(
    state: ProfileState, register: str, name: str, value: Stamped, rank: Rank, rules: FoldRules
) -> bool:
    """Put a value of one name into a register of a profile, and return whether nothing was left out for it."""
    declared = name in rules.declared.get(register, ())
    # Values of declared names from servers need no budget of their own: nothing displaces them.
    budget = BUDGETS[register][
        Rank.PUBLIC if declared and rank is Rank.TRUSTED and register != CONSENTS else rank
    ]
    is_new = not declared and name not in state.part(register, budget.rank)
    displaced = _make_room(state, register, budget, name, rules) if is_new else None
    if displaced == name:
        return False
    most = budget.bytes
    if most is not None and register == ATTRIBUTES and declared:
        most = rules.attributes[name].bytes
    whole = most is None or _fits(value.value, most)
    state.keep(register, budget.rank, name, value if whole else LeftOut(None, value.stamp))
    return whole and displaced is None


def _make_room(state: ProfileState, register: str, budget: Budget, name: str, rules: FoldRules) -> str | None:
    """Make room for a new name in a register, and return the name that is left out, which may be itself."""
    if not _is_short(name):
        _leave_out(state, f"{register}.long", _shortened(name), rules)
        return name
    kept = state.part(register, budget.rank)
    if budget.names is None or len(kept) < budget.names:
        return None
    declared = rules.declared.get(register, ())
    others = [other for other in kept if other not in declared]
    if len(others) < budget.names:
        return None
    last = max(others, key=rules.place)
    displaced = max(name, last, key=rules.place)
    _leave_out(state, f"{register}.{int(budget.rank)}", displaced, rules)
    if displaced != name:
        del kept[last]
    return displaced


def _leave_out(state: ProfileState, budget: str, name: str, rules: FoldRules) -> None:
    """Remember a name that is left out: the first ones in the same order, and that there are more."""
    names = state.left_out.setdefault(budget, set())
    names.add(name)
    if len(names) > MAX_LISTED_NAMES + 1:
        names.discard(max(names, key=rules.place))


def _is_short(name: str) -> bool:
    if len(name) <= _PLAIN_NAME:
        return True
    return len(name) <= MAX_FOLDED_NAME_LENGTH and size_of(name) <= MAX_NAME_BYTES + 2


def _shortened(name: str) -> str:
    return name[:_SHOWN_OF_LONG] + "..."


def _fits(value: Any, most: int) -> bool:
    if value is None or type(value) is bool or (type(value) is str and 6 * len(value) + 2 <= most):
        return True
    return size_of(value) <= most


def bounded_environment(environment: dict[str, str]) -> dict[str, str]:
    """Return the technical environment without unknown names, and with its values cut."""
    known = {name: str(value) for name, value in environment.items() if name in ENVIRONMENT}
    if max(map(len, known.values()), default=0) > _PLAIN_ENVIRONMENT:
        return {name: beginning(value, MAX_ENVIRONMENT_BYTES) for name, value in known.items()}
    return known
