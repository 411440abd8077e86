"""List the classes and responsible users that customers have, with the number of customers of each."""

import math

from crm.domain.api_key import Principal
from crm.domain.caseless import folded
from crm.domain.commands.pages import CursorJson
from crm.domain.errors import ConflictError
from crm.domain.memberships import CLASS_GROUP, RESPONSIBLE_GROUP
from crm.domain.named import BY_NAME
from crm.domain.views.profiles import NameInUseView
from crm.services.profiles.group_counts import count_up_to
from crm.storage.group_names import names_in_use

MAX_NAMES_SORTED = 1_000
"""Names whose customers one request counts."""

_PLURAL = {CLASS_GROUP: "classes", RESPONSIBLE_GROUP: "responsibles"}
_Page = tuple[list[NameInUseView], CursorJson | None]


def in_use(
    kind: str,
    viewer: Principal,
    *,
    order: str = BY_NAME,
    most: int | None = None,
    limit: int,
    cursor: CursorJson | None = None,
) -> _Page:
    """Return a page of the names of customers who are visible to the viewer, and the position of the next page.

    By name, or by count with the most frequent first; `most`: each is counted up to it. A page by name may be short or
    empty before the last one. Raises ConflictError `too_many_classes` or `too_many_responsibles` when more than 1,000
    must be counted.
    """
    return (_in_order if order == BY_NAME else _by_count)(kind, viewer, most, limit, cursor)


def _in_order(
    kind: str, viewer: Principal, most: int | None, limit: int, position: CursorJson | None
) -> _Page:
    names = names_in_use(kind, position["name"] if position else None, limit=limit + 1)
    page = names[:limit]
    return _counted(kind, page, viewer, most), {"name": page[-1]} if len(names) > limit else None


def _by_count(
    kind: str, viewer: Principal, most: int | None, limit: int, position: CursorJson | None
) -> _Page:
    names = names_in_use(kind, limit=MAX_NAMES_SORTED + 1)
    if len(names) > MAX_NAMES_SORTED:
        raise ConflictError(
            f"there are more than {MAX_NAMES_SORTED} {_PLURAL[kind]}: list them by name",
            code=f"too_many_{_PLURAL[kind]}",
        )
    start = (-position["count"], *_order_of(position["name"])) if position else (-math.inf,)
    counted = sorted(_counted(kind, names, viewer, most), key=_frequency)
    rest = [entry for entry in counted if _frequency(entry) > start]
    last = rest[limit - 1] if len(rest) > limit else None
    return rest[:limit], {"name": last["name"], "count": last["count"]} if last else None


def _counted(kind: str, names: list[str], viewer: Principal, most: int | None) -> list[NameInUseView]:
    """Return the names with their counts. Names of customers who are not visible to the viewer are left out."""
    sizes = count_up_to([(kind, name) for name in names], viewer, most)
    return [
        {"name": name, "count": count, "more": more}
        for name, (count, more) in zip(names, sizes, strict=True)
        if count
    ]


def _frequency(entry: NameInUseView) -> tuple[float | str, ...]:
    return -entry["count"], *_order_of(entry["name"])


def _order_of(name: str) -> tuple[str, str]:
    return folded(name), name
