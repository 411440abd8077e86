"""List tasks of all customers by assignee and due date."""

from collections.abc import Collection, Iterator
from itertools import islice
from typing import NamedTuple

from crm.domain.api_key import Principal
from crm.domain.card import card_of
from crm.domain.card_fields import IN_TRASH, Card
from crm.domain.commands.pages import CursorJson
from crm.domain.json_text import encode
from crm.domain.notes_and_tasks import UNFINISHED_STATUSES
from crm.domain.work_fields import Work
from crm.services.editing.notes_and_tasks import WORK_PAGE_BYTES, ShownWork
from crm.services.projection.deployment import id_of
from crm.services.projection.person_tree import canonical, members_of
from crm.storage import tasks as tasks_storage
from crm.storage.profiles import ProfileTable
from crm.storage.tasks import TaskEntry, assigned_tasks, find_tasks, is_current, tasks_in_order

MAX_TASKS_READ = 1_000
"""Tasks that one request reads when most belong to customers that the caller may not see."""

_AT_ONCE = 100


class NamedTask(NamedTuple):
    """A task, and what its customer is called: by name, or else e-mail address or phone number."""

    task: ShownWork
    profile_name: str | None


class _Customer(NamedTuple):
    """The id under which a customer is shown, and what the customer is called."""

    id: str
    name: str | None


def tasks(
    viewer: Principal,
    *,
    status: str | None,
    assignee: str | None,
    limit: int,
    cursor: CursorJson | None,
) -> tuple[list[NamedTask], CursorJson | None]:
    """Return a page of tasks by assignee (unassigned first), due date and age, and where the next page begins.

    `status` None is every unfinished one. A page may be short or empty before the last.
    """
    place = cursor["place"] if cursor else None
    entries = tasks_in_order((status,) if status else UNFINISHED_STATUSES, assignee, place)
    page: list[NamedTask] = []
    size = 0
    for number, (entry, found) in enumerate(_read(entries, viewer)):
        is_full = len(page) == limit or size > WORK_PAGE_BYTES
        if number == MAX_TASKS_READ or (found and is_full):
            return page, {"place": place}
        place = entry.place
        if found:
            page.append(found)
            size += len(encode(found.task.work))
    return page, None


def assignees(
    viewer: Principal, *, limit: int, cursor: CursorJson | None
) -> tuple[list[str], CursorJson | None]:
    """Return a page of the users with assigned tasks, of any status, and where the next page begins.

    For a viewer who is limited to classes, only those of tasks for visible customers: a page may then be short or
    empty before the last.
    """
    last = cursor["name"] if cursor else ""
    if viewer.classes is None:
        found = tasks_storage.assignees(last, limit=limit + 1)
        return found[:limit], {"name": found[limit - 1]} if len(found) > limit else None
    place = cursor.get("place") if cursor else None
    names: list[str] = []
    for number, (entry, shown) in enumerate(_read(assigned_tasks(last, place), viewer)):
        is_new = shown is not None and entry.assignee != last
        if number == MAX_TASKS_READ or (is_new and len(names) == limit):
            return names, {"name": last, "place": place}
        place = entry.place
        if is_new:
            names.append(last := entry.assignee)
    return names, None


def _read(entries: Iterator[TaskEntry], viewer: Principal) -> Iterator[tuple[TaskEntry, NamedTask | None]]:
    """Yield each entry with its task if the task still exists and the customer is visible to the viewer."""
    while chunk := list(islice(entries, _AT_ONCE)):
        works = find_tasks(chunk)
        seen = _seen({entry.profile_id for entry in chunk}, viewer)
        for entry in chunk:
            work = works.get(entry.id)
            shows = work is not None and is_current(entry, work) and entry.profile_id in seen
            yield entry, _found(seen[entry.profile_id], work) if work and shows else None


def _found(customer: _Customer, work: Work) -> NamedTask:
    return NamedTask(ShownWork(customer.id, work), customer.name)


def _seen(profile_ids: Collection[str], viewer: Principal) -> dict[str, _Customer]:
    """Return the members whose customers are visible to the viewer, with these."""
    table = ProfileTable()
    seen: dict[str, _Customer] = {}
    for id_, member in table.load(profile_ids).items():
        root = canonical(table, id_) if member.owner else member
        if root and root.identity:
            card = root.card or card_of(members_of(table, id_of, root))
            if card["kind"] != IN_TRASH and viewer.sees_card(card):
                seen[id_] = _Customer(card.get("id", root.id), _called(card))
    return seen


def _called(card: Card) -> str | None:
    return card.get("name") or card.get("email") or card.get("phone")
