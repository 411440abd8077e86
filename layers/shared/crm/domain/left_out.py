"""The values that a profile leaves out, as its card lists them (docs/limits.md). The log keeps all of them."""

from collections.abc import Sequence

from crm.domain.effect_fields import LIST_FIELD
from crm.domain.person import merged
from crm.domain.profile import ProfileState
from crm.domain.registers import MAX_LISTED_NAMES
from crm.domain.stamped import LeftOut
from crm.domain.views.profiles import DroppedDataView

_KINDS = {
    "attributes": "attribute",
    "groups": "group",
    "consents": "consent",
    "pending": "consent",
    "tags": "tag",
    "classes": "class",
    "fields": "list",
}
NAME_TOO_LONG, TOO_MANY_NAMES, VALUE_TOO_LARGE = "name_too_long", "too_many_names", "value_too_large"
_MAX_NAMED = 20

_LONG = "long"


def left_out_of(members: Sequence[ProfileState]) -> list[DroppedDataView]:
    """Return the names that are left out, by kind and reason: the first ones, and whether there are `more`.

    Tags and lists are ids.
    """
    found: dict[tuple[str, str], set[str]] = {}
    more: set[tuple[str, str]] = set()
    for member in members:
        for budget, names in member.left_out.items():
            register, _, rank = budget.partition(".")
            entry = (_KINDS[register], NAME_TOO_LONG if rank == _LONG else TOO_MANY_NAMES)
            found.setdefault(entry, set()).update(names)
            if len(names) > MAX_LISTED_NAMES:
                more.add(entry)
    for register, kind in _KINDS.items():
        if large := {name for name, held in merged(members, register).items() if isinstance(held, LeftOut)}:
            found[kind, VALUE_TOO_LARGE] = large
    return [
        {
            "kind": kind,
            "reason": reason,
            "names": [name.removeprefix(LIST_FIELD) for name in sorted(names)[:_MAX_NAMED]],
            "more": (kind, reason) in more or len(names) > _MAX_NAMED,
        }
        for (kind, reason), names in sorted(found.items())
    ]
