"""Count the customers in groups, among those that are visible to a caller."""

from collections.abc import Callable, Collection, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from itertools import islice

from crm.domain.api_key import Principal
from crm.domain.memberships import GroupKey
from crm.services.profiles.visible_profiles import visible_profiles
from crm.storage.groups import count_group, group_ids

_AT_ONCE = 8


GroupSize = tuple[int, bool]
"""The number of customers in a group, and whether it has more, which were not counted."""


def count_customers(groups: Sequence[GroupKey], viewer: Principal) -> list[int]:
    """Return the number of customers in each group that are visible to the viewer."""
    return [number for number, _ in count_up_to(groups, viewer, None)]


def count_up_to(groups: Sequence[GroupKey], viewer: Principal, most: int | None) -> list[GroupSize]:
    """Count the customers in each group that are visible to the viewer, up to `most` of them; None counts all."""
    read = None if most is None else most + 1
    size: Callable[[GroupKey], int] = partial(_size, read)
    if viewer.classes is not None:
        size = partial(_size_within, visible_profiles(viewer), read)
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        counts = list(pool.map(size, groups))
    return [(count, False) if most is None else (min(count, most), count > most) for count in counts]


def _size(most: int | None, group: GroupKey) -> int:
    return count_group(*group, most=most)


def _size_within(seen: Collection[str], most: int | None, group: GroupKey) -> int:
    visible = (id_ for _, id_ in group_ids(*group) if id_ in seen)
    return sum(1 for _ in islice(visible, most))
