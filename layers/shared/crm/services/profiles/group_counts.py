"""Count the customers in groups, among those that are visible to a caller."""

from collections.abc import Callable, Collection, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial

from crm.domain.api_key import Principal
from crm.domain.memberships import GroupKey
from crm.services.profiles.visible_profiles import visible_profiles
from crm.storage.groups import count_group, group_ids

_AT_ONCE = 8


def count_customers(groups: Sequence[GroupKey], viewer: Principal) -> list[int]:
    """Return the number of customers in each group that are visible to the viewer."""
    size: Callable[[GroupKey], int] = _size
    if viewer.classes is not None:
        size = partial(_size_within, visible_profiles(viewer))
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        return list(pool.map(size, groups))


def _size(group: GroupKey) -> int:
    return count_group(*group)


def _size_within(seen: Collection[str], group: GroupKey) -> int:
    return sum(id_ in seen for _, id_ in group_ids(*group))
